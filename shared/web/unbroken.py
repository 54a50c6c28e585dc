"""What is not cut in two at the end of a line: numbers and clauses at their hyphens, times at their unit."""

import re

from markupsafe import Markup, escape

PART = re.compile(
    r"(?<![A-Za-z0-9-])(?:"
    r"[A-Z][A-Z0-9]{0,3}-\d{2}-\d{4,6}"  # JX-26-0147
    r"|(?:AH|CO|GZ|MS|TR|VK)-(?:[MT]?\d+(?:\.\d+)?[A-Za-z]?|T)"  # GZ-17B
    r")(?![A-Za-z0-9-])"
)


def unbroken(text: object) -> Markup:
    """*text* for a page, with each of them on one line."""
    held = PART.sub(r'<span class="unbroken">\g<0></span>', str(escape(text)))
    return Markup(held)  # nosec B704 # escaped first


TIME = re.compile(r"(?<![0-9.-])(\d+) (小时|分钟?|[年月日天件次])")


def with_times(text: object) -> Markup:
    """The same, and each time with its unit: `30 天`."""
    return unbroken(TIME.sub("\\1\u00a0\\2", str(text)))
