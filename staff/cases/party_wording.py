"""What a timeline row says of the reporting party beside its act: what they were told, what they answered and asked."""

from datetime import datetime

from flask_babel import gettext as _

from shared import words
from shared.retention import wording as retention
from staff.cases import wording
from staff.cases.queries import Names
from staff.cases.wording import Data, Tells


def _contact(data: Data, names: Names) -> str:
    method = words.METHODS.get(data.get("method", ""), "")
    return _("，").join([str(method), _("联系上了") if data.get("reached") else _("没联系上")])


def _informing(data: Data, names: Names) -> str:
    method = str(words.METHODS.get(data.get("method", ""), ""))
    return _("，").join([method, _("认定无效并说明")]) if data.get("validity") == "invalid" else method


def _revisit(data: Data, names: Names) -> str:
    method = words.METHODS.get(data.get("method", ""), "")
    if not data.get("reached"):
        why = words.HINDRANCES.get(data.get("hindrance", ""), _("没联系上"))
        if not data.get("again_at"):
            return _("，").join([str(method), str(why)])
        time = wording.day_and_time(datetime.fromisoformat(data["again_at"]), names.zone)
        return _("%(method)s，%(why)s，%(when)s 再联系", method=method, why=why, when=time)
    told = [str(method), _("满意") if data.get("satisfied") else _("不满意")]
    if data.get("accompanied"):
        told.append(_("两人同去"))
    if data.get("documented"):
        told.append(_("有书面记录"))
    return _("，").join(told)


def _supplement(data: Data, names: Names) -> str:
    called = {
        "description": _("情况"),
        "demands": _("希望怎么解决"),
        "name": _("称呼"),
        "phone": _("电话"),
        "unit": _("房号"),
    }
    return words.listed(called[name] for name in data.get("given", ()) if name in called)


def _addition(data: Data, names: Names) -> str:
    """Of an answer by mail whether it came from the address on record: a sender is easily forged (T18)."""
    if "mail" not in data:
        return ""
    if data.get("known_sender"):
        return _("邮件，发件人是登记的邮箱")
    return _("邮件，发件人不是登记的邮箱")


def _data_request(data: Data, names: Names) -> str:
    return str(retention.REQUESTS.get(data.get("kind", ""), ""))


def _data_answer(data: Data, names: Names) -> str:
    said = _("同意") if data.get("granted") else _("不同意")
    return _("%(what)s，%(said)s", what=_data_request(data, names), said=said)


def _publicity(data: Data, names: Names) -> str:
    if "approved" in data:
        return _("批准处理说明") if data["approved"] else _("没有批准处理说明")
    if not data.get("shown"):
        return _("不公示")
    return _("处理说明待批准") if data.get("line") else _("没有处理说明")


def _urge(data: Data, names: Names) -> str:
    return _("第 %(n)s 次", n=data.get("nth", 1))


def _rating(data: Data, names: Names) -> str:
    """`不满意，没解决、太慢`; of what stands beside the word, only what was answered no."""
    denied = {"solved": _("没有解决"), "timely": _("不及时"), "courteous": _("态度不好")}
    told = [str(words.RATINGS.get(data.get("level", ""), ""))]
    told += [called for key, called in denied.items() if data.get(key) is False]
    return _("，").join(filter(None, [*told, _reasons(data, names)]))


def _reasons(data: Data, names: Names) -> str:
    return words.listed(words.REASONS[code] for code in data.get("reasons", ()) if code in words.REASONS)


def _spot_check(data: Data, names: Names) -> str:
    return str(words.CHECKED.get(data.get("finding", ""), ""))


def _filing(data: Data, names: Names) -> str:
    return str(words.CHANNELS.get(data.get("channel", ""), ""))


def _closure(data: Data, names: Names) -> str:
    return str(words.GROUNDS.get(data.get("ground", ""), ""))


def _reopening(data: Data, names: Names) -> str:
    return (
        wording.cause_of_round(data["cause"]) if data.get("cause") in ("revisit", "rating", "appeal") else ""
    )


TELLS: Tells = {
    "filing": _filing,
    "contact": _contact,
    "informing": _informing,
    "revisit": _revisit,
    "closure": _closure,
    "reopening": _reopening,
    "supplement": _supplement,
    "urge": _urge,
    "rating": _rating,
    "appeal": _reasons,
    "publicity": _publicity,
    "data_request": _data_request,
    "data_answer": _data_answer,
    "spot_check": _spot_check,
    "addition": _addition,
}
