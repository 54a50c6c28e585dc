"""Reports brought to one way of writing, and what is left of them when places and courtesies are taken away. Pure."""

import re
import unicodedata
from functools import cache

from opencc import OpenCC

# Cantonese as it is written in complaints, and marks that only separate.
_CANTONESE = dict(zip("冇唔嘅咗喺嚟啲佢哋睇瞓嘈揿熄冧畀", "没不的了在来些他们看睡吵按灭塌给", strict=True))
_LETTERS = str.maketrans(
    _CANTONESE
    | {"嘢": "东西", "䢂": "电梯"}
    | dict.fromkeys("。！？；：、,!?;:~…", "，")  # 䢂: 𨋢 simplified
)
_SPACE = re.compile(r"\s+")
# What angry and polite people alike put around the matter: it makes strangers' reports look alike.
_COURTESIES = re.compile(
    r"你好|您好|请问|麻烦|谢谢|请|尽快|赶紧|赶快|马上|立即|物业|业主|投诉|反映|反馈|处理|解决|安排|没人管|管不管|"
    r"到底|怎么回事|怎么办|什么时候|能不能|可不可以|希望|有关部门|一直|已经|真的|实在|太|了|的|啊|呢|吧|吗|，"
)


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def plain(typed: str) -> str:
    """Simplified, half-width, lower case, without spaces, with one mark between clauses."""
    folded = unicodedata.normalize("NFKC", typed).lower()
    return _SPACE.sub("", _simplifier().convert(folded)).translate(_LETTERS)


def bare(text: str) -> str:
    """Of plain text, what tells matters apart."""
    return _COURTESIES.sub("", text)
