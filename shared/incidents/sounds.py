"""Characters by their sound, so that 躁音 is read as 噪音 and 电提 as 电梯. Pure.

GB 2312 lists its 3,755 commonest characters in the order of their sounds: where each sound begins is enough to know
which characters share one. Of a character with several sounds only the listed one is known.
"""

from bisect import bisect_right
from collections.abc import Iterable

_FIRST_OF_EACH_SOUND = (
    "啊埃鞍肮凹芭白斑邦苞杯奔崩逼鞭标鳖彬兵玻捕擦猜餐苍操厕层插拆搀昌超车郴撑吃充抽初揣川疮吹春戳疵聪凑粗"
    "蹿摧村磋搭呆耽当刀德蹬堤颠碉跌丁丢东兜督端堆墩掇蛾恩而发藩坊菲芬丰佛否夫噶该干冈篙哥给根耕工钩辜刮乖"
    "棺光瑰辊锅哈骸酣夯壕呵嘿痕哼轰喉呼花槐欢荒灰荤豁击嘉歼僵蕉揭巾荆炯揪鞠捐撅均喀开刊康考坷肯坑空抠枯夸"
    "块宽匡亏坤括垃莱蓝琅捞勒雷棱厘俩联粮撩列琳玲溜龙楼芦驴峦掠抡萝妈埋瞒芒猫么玫门萌眯棉苗蔑民明谬摸谋拇"
    "拿氖南囊挠呢馁嫩能妮蔫娘鸟捏您柠牛脓奴女暖虐挪哦欧啪拍攀乓抛呸喷砰坯篇飘撇拼乒坡扑期掐牵枪橇切钦青琼"
    "秋趋圈缺裙然瓤饶惹壬扔日戎揉茹软蕊闰若撒腮三桑搔瑟森僧莎筛珊墒梢奢砷声师收蔬刷摔栓霜谁吮说斯松搜苏酸"
    "虽孙蓑塌胎坍汤掏特藤梯天挑贴厅通偷凸湍推吞拖挖歪豌汪威瘟嗡挝巫昔瞎掀相萧楔薪星兄休墟轩靴勋压焉殃邀椰"
    "一茵英哟拥幽迂鸳曰耘匝栽咱赃遭责贼怎增扎摘瞻樟招遮珍蒸芝中舟珠抓拽专桩椎谆捉兹鬃邹租钻嘴尊昨"
)
_LONGEST = 4  # characters of a word that is looked for by its sound
Spelling = dict[tuple[str, ...], str]


def _listed(character: str) -> int | None:
    """The character's number in GB 2312; None outside its first level."""
    code = character.encode("gb2312", errors="ignore")
    if len(code) != 2 or not 0xB0A1 <= (number := int.from_bytes(code)) <= 0xD7F9:
        return None
    return number


_BEGINNINGS = [number for c in _FIRST_OF_EACH_SOUND if (number := _listed(c)) is not None]


def sound(character: str) -> str:
    """A sign for the character's sound: the first character that has it; the character itself when unknown."""
    number = _listed(character)
    return character if number is None else _FIRST_OF_EACH_SOUND[bisect_right(_BEGINNINGS, number) - 1]


def spelling(words: Iterable[str]) -> Spelling:
    """The words by their sounds; of two that sound alike the first."""
    book: Spelling = {}
    for word in words:
        if 2 <= len(word) <= _LONGEST:
            book.setdefault(tuple(map(sound, word)), word)
    return book


def _mistyped(written: str, word: str) -> bool:
    """Half of it is right: otherwise ordinary words that happen to sound alike would be read as complaints."""
    return 2 * sum(a == b for a, b in zip(written, word, strict=True)) >= len(word)


def respelt(text: str, book: Spelling) -> str:
    """The text with what sounds like a word of the book written as that word, longer words first."""
    signs = tuple(map(sound, text))
    pieces: list[str] = []
    at = 0
    while at < len(text):
        for length in range(_LONGEST, 1, -1):
            word = book.get(signs[at : at + length])
            if word is not None and _mistyped(text[at : at + length], word):
                pieces.append(word)
                at += length
                break
        else:
            pieces.append(text[at])
            at += 1
    return "".join(pieces)
