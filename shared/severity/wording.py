"""The reasons for a severity in words, as screens and messages say them."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from shared import words
from shared.deadlines import naming

NAMED = 5  # cases that stand as evidence on a page; all of them stand in the incident


def what(reason: Mapping[str, Any]) -> str:
    """`同一事项 3 位业主`; *reason* as it stands in `Grading.reasons`."""
    evidence = reason["evidence"]
    count = evidence.get("count", 0)
    match reason["of"]:
        case "owners":
            return ngettext("同一事项 %(num)s 位业主", "同一事项 %(num)s 位业主", count)
        case "reports":
            return ngettext("同一事项 %(num)s 次诉求", "同一事项 %(num)s 次诉求", count)
        case "people":
            return ngettext("集体诉求 %(num)s 人", "集体诉求 %(num)s 人", count)
        case "loss":
            return _("损失 %(n)s 元", n=evidence["yuan"])
        case "facility_failure":
            return _("设施突发故障，%(limit)s没有恢复", limit=naming.limit(evidence["limit"]))
        case "unresolved":
            return _("满 %(limit)s未解决", limit=naming.limit(evidence["limit"]))
        case "injury":
            return _("有人受伤")
        case "litigation":
            return _("已进入诉讼")
        case "media":
            return _("被媒体曝光")
        case _:
            return _("经人工判断")


def how_known(reason: Mapping[str, Any], visible: Collection[str]) -> str:
    """What it rests on: of the cases counted the first few that the reader may see (T09), and whose fault it is."""
    evidence = reason["evidence"]
    known = []
    seen = [number for number in evidence.get("cases", ()) if number in visible]
    if seen:
        more = "…" if len(seen) > NAMED else ""
        known.append(words.listed(seen[:NAMED]) + more)
    if evidence.get("fault"):
        known.append(_("责任：%(fault)s", fault=words.FAULTS[evidence["fault"]]))
    return _("；").join(known)


def summary(reasons: Iterable[Mapping[str, Any]]) -> str:
    """`同一事项 3 位业主（TR-3）；损失 800 元（TR-3）`"""
    return _("；").join(words.remarked(what(reason), reason["clause"]) for reason in reasons)
