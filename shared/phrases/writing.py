"""Reply templates are added, changed and ended by managers; a changed one is a further row, and the former ends."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from shared.audit import settings
from shared.cases.acting import refuse_unless
from shared.database import db
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.phrases.filling import unknown
from shared.phrases.models import Phrase

PHRASE = "estate.phrase"  # in the record of changed settings
LONGEST_NAME = 20
LONGEST_TEXT = 600


@dataclass(frozen=True, slots=True)
class Wording:
    """What a template says and where it is offered; None: everywhere."""

    name: str
    text: str
    category: str | None = None
    act: str | None = None


def add(estate_id: int, wording: Wording, *, by: User, at: datetime) -> Phrase:
    """A new template of the estate. Raises Refused."""
    refuse_unless(by.can(Permission.SETTINGS_MANAGE, estate_id), _("您不能改常用语。"))
    return _write(estate_id, wording, None, by, at)


def change(phrase: Phrase, wording: Wording, *, by: User, at: datetime) -> Phrase:
    """Further words in the place of the former, which stay on record; the caller has locked the row. Raises Refused."""
    refuse_unless(by.can(Permission.SETTINGS_MANAGE, phrase.estate_id), _("您不能改常用语。"))
    _refuse_ended(phrase)
    if _wording(phrase) == wording:
        return phrase
    phrase.ended_at = at
    return _write(phrase.estate_id, wording, phrase, by, at)


def end(phrase: Phrase, *, by: User, at: datetime) -> None:
    """No longer offered; the caller has locked the row. Raises Refused."""
    refuse_unless(by.can(Permission.SETTINGS_MANAGE, phrase.estate_id), _("您不能改常用语。"))
    _refuse_ended(phrase)
    phrase.ended_at = at
    _note(phrase.estate_id, phrase, None, by, at)


def _write(estate_id: int, wording: Wording, former: Phrase | None, by: User, at: datetime) -> Phrase:
    refuse_unless(bool(wording.name and wording.text), _("请写名称和内容。"))
    strange = unknown(wording.text)
    refuse_unless(not strange, _("没有“%(name)s”这一项，请从列出的里面选。", name="、".join(strange)))
    phrase = Phrase(
        estate_id=estate_id,
        name=wording.name,
        category=wording.category,
        act=wording.act,
        text=wording.text,
        made_by_id=by.id,
        made_at=at,
    )
    db.session.add(phrase)
    db.session.flush()
    _note(estate_id, former, phrase, by, at)
    return phrase


def _wording(phrase: Phrase) -> Wording:
    return Wording(phrase.name, phrase.text, phrase.category, phrase.act)


def _refuse_ended(phrase: Phrase) -> None:
    refuse_unless(phrase.ended_at is None, _("“%(name)s”刚刚被改过或停用了。", name=phrase.name))


def _note(estate_id: int, before: Phrase | None, after: Phrase | None, by: User, at: datetime) -> None:
    """The words themselves stand in the rows, which stay."""
    told = [{"phrase": side.id, "name": side.name} if side else None for side in (before, after)]
    settings.note(user_id=by.id, estate_id=estate_id, what=PHRASE, before=told[0], after=told[1], at=at)
