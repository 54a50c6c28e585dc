"""Where the sender's own words end and what they quote begins. Pure.

Mail programs agree on nothing here, so this knows the marks of those that people use in China, and of the
large ones elsewhere. What it does not know stays in: too much is read more easily than too little.
"""

import re

_RULED = re.compile(
    r"^[-—=_\s]*(原始邮件|回复的原邮件|邮件原件|转发邮件信息|转发的邮件|Original( Message)?|Forwarded message)"
    r"[-—=_\s]*$",
    re.IGNORECASE,
)
# Somebody's prose may end in 写道 as well; a program's line names an address or a year.
_WROTE = re.compile(r"^(?=.*(@|\d{4}))((On|At)\b.{5,200}\bwrote|.{0,200}(写道|写到))\s*[:：]?$")
_HEADER = re.compile(r"^[>\s*]*(发件人|寄件者|寄件人|From)\s*[:：]", re.IGNORECASE)
_FURTHER = re.compile(
    r"^[>\s*]*(发送时间|发送日期|日期|时间|收件人|收件者|Sent|Date|To)\s*[:：]", re.IGNORECASE
)
_SIGNATURE = re.compile(r"^-- ?$")
_TELEPHONE = re.compile(
    r"^(发自|来自|从)我的 ?(iPhone|iPad|手机|华为|荣耀|小米|vivo|OPPO|三星|QQ ?邮箱|企业微信|网易).{0,12}$"
    r"|^(Sent from my|获取 ?Outlook)\b.{0,40}$",
    re.IGNORECASE,
)
HEADERS_WITHIN = 5  # lines in which the second line of a quoted header follows the first


def own_words(text: str) -> str:
    """*text* without what was quoted, the signature and the advertisement of the telephone."""
    kept: list[str] = []
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if _begins_quote(lines, number):
            break
        if not line.lstrip().startswith(">") and not _TELEPHONE.match(line.strip()):
            kept.append(line.rstrip())
    return "\n".join(kept).strip()


def _begins_quote(lines: list[str], number: int) -> bool:
    line = lines[number].strip()
    if _RULED.match(line) or _SIGNATURE.match(lines[number]):
        return True
    if _HEADER.match(line):
        return any(_FURTHER.match(other.strip()) for other in lines[number + 1 : number + HEADERS_WITHIN])
    if _WROTE.match(line):
        return True
    # `On Mon, 2 Mar 2026 at 10:00, Desk\n<desk@example.com> wrote:` is broken in two.
    following = lines[number + 1].strip() if number + 1 < len(lines) else ""
    return bool(re.match(r"^(On\b|于 ?\d|在 ?\d)", line)) and bool(_WROTE.match(f"{line} {following}"))
