"""A timeline row in words: what happened, by whom, when."""

from datetime import datetime, timedelta

from flask_babel import gettext as _

from shared import words
from shared.audit.models import TimelineRow
from shared.cases.lifecycle import OF_THE_MACHINE
from shared.cases.vocabulary import Channel
from staff.cases import party_wording, work_wording
from staff.cases.queries import Names
from staff.cases.wording import when

JUST_NOW = timedelta(minutes=2)
_TELLS = {**work_wording.TELLS, **party_wording.TELLS}


def what(row: TimelineRow, names: Names) -> str:
    """The act, and what it came to."""
    act = _called(row)
    tell = _TELLS.get(row.act)
    told = tell(row.data, names) if tell else ""
    return _("%(act)s：%(told)s", act=act, told=told) if told else act


def _called(row: TimelineRow) -> str:
    """The act by its name; two are called by what they are about."""
    if row.act == "transfer" and "handler" in row.data:
        return _("移交办理")
    if row.data.get("issuer") == Channel.FORUM:
        return str(words.CHANNELS[Channel.FORUM])
    return words.act_name(row.act)


def who(row: TimelineRow, names: Names) -> str:
    """Whoever did it: one of us, the machine, or the reporting party, who is not named."""
    if row.actor_id:
        return names.name(row.actor_id)
    return _("系统") if row.act in OF_THE_MACHINE else _("诉求人")


def last_changed(row: TimelineRow, names: Names, now: datetime, zone: str) -> str:
    """For somebody whose page is too old: `李敏刚刚派给张强。`"""
    person = who(row, names)
    time = _("刚刚") if now - row.at < JUST_NOW else _("于 %(time)s ", time=when(row.at, now, zone))
    if row.act == "dispatch":
        return _("%(who)s%(when)s派给%(to)s。", who=person, when=time, to=names.name(row.data.get("handler")))
    return _("%(who)s%(when)s做了“%(what)s”。", who=person, when=time, what=what(row, names))
