"""What stands in a reply template for what differs from case to case, and putting it in. Pure."""

import re
from collections.abc import Mapping

# In the words of those who write them: a manager reads {称呼} where a programmer would read a name.
VARIABLES = ("称呼", "档案编号", "查询号", "类别", "地点", "处理人", "承诺时间", "服务电话")
BLANK = "____"  # what is not known yet is filled in by hand
_PLACE = re.compile(r"\{([^{}]*)\}")


def unknown(text: str) -> list[str]:
    """What *text* asks for between braces that no case has, in order and each once."""
    return list(dict.fromkeys(name for name in _PLACE.findall(text) if name not in VARIABLES))


def fill(text: str, values: Mapping[str, str]) -> str:
    """*text* with the values of a case in the place of its variables."""
    return _PLACE.sub(lambda found: values.get(found[1]) or BLANK, text)
