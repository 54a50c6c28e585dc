"""What must not be cut in two at the end of a line: archive numbers and clauses, which browsers break at hyphens."""

import re

from markupsafe import Markup, escape

PART = re.compile(
    r"(?<![A-Za-z0-9-])(?:"
    r"[A-Z][A-Z0-9]{0,3}-\d{2}-\d{4,6}"  # JX-26-0147
    r"|(?:AH|CO|GZ|MS|TR|VK)-(?:[MT]?\d+(?:\.\d+)?[A-Za-z]?|T)"  # GZ-17B
    r")(?![A-Za-z0-9-])"
)


def unbroken(text: object) -> Markup:
    """*text* for a page, with each number and clause on one line."""
    return Markup(PART.sub(r'<span class="unbroken">\g<0></span>', str(escape(text))))
