"""What was typed into the search box: an archive number, a reference, an outside order, a telephone, a name, words."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from shared.cases import outside_orders, references
from shared.cases.models import Case, Party, Statement
from shared.cases.participation import traceable_by, visible_to
from shared.cases.telephones import normalised
from shared.database import db
from shared.identity.models import User
from shared.sealing import index

# JX-26-0147, 26-0147, 260147; on paper the dashes are anything, or missing.
_NUMBER = re.compile(r"(?:([A-Z][A-Z0-9]{0,3})[-\s]*)?(\d{2})[-\s]*(\d{4,6})")
_SERIAL = re.compile(r"\d{1,4}")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—－_·.．/", "-"))
# Its own alias: a list may have joined the statements already, to show their first words.
_said = aliased(Statement)
TAIL = 4
ESCAPE = "\\"


@dataclass(frozen=True, slots=True)
class Sought:
    """A search, understood: *exact* names one case, *wide* narrows a list. Either may be None."""

    exact: ColumnElement[bool] | None
    wide: ColumnElement[bool]
    has_words: bool = False


def _number(text: str) -> ColumnElement[bool] | None:
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    code, year, serial = found[1], int(found[2]), int(found[3])
    if code:
        return Case.archive_number == f"{code}-{year:02d}-{serial:04d}"
    return and_(Case.archive_year == 2000 + year, Case.archive_serial == serial)


def _like(text: str) -> str:
    """*text* anywhere, with nothing in it that LIKE would take for more than itself (T15)."""
    for special in (ESCAPE, "%", "_"):
        text = text.replace(special, ESCAPE + special)
    return f"%{text}%"


def _telephone(digits: str) -> ColumnElement[bool] | None:
    if len(digits) == TAIL:
        return Party.phone_tail_index == index(digits, "phone tail")
    whole = normalised(digits)
    return Party.phone_index == index(whole, "phone") if whole else None


def _by_party(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return Case.id.in_(select(Party.case_id).where(condition))


def _by_words(text: str) -> ColumnElement[bool]:
    # lower() on both sides: LIKE ignores the case of Latin letters on SQLite only.
    said = func.lower(_said.description).like(_like(text.lower()), escape=ESCAPE)
    return select(_said.case_id).where(_said.case_id == Case.id, said).exists()


def understand(typed: str, at: datetime, user: User | None = None) -> Sought | None:
    """What *typed* asks for, in every reading that makes sense; None when nothing was typed.

    By a person or their words a sealed case is found only where *user* may open it.
    """
    text = " ".join(unicodedata.normalize("NFKC", typed).translate(_DASHES).split())
    if not text:
        return None
    outside = outside_orders.numbered(typed)
    exact = [c for c in (_number(text.upper()), _reference(text), outside) if c is not None]
    digits = re.sub(r"[-\s()+]", "", text)
    if digits.isascii() and digits.isdecimal():
        wide = [*exact, *_by_digits(digits, at, user)]
        if not wide:
            return Sought(None, and_(_by_words(text), traceable_by(user)), has_words=True)
        return Sought(or_(*exact) if exact else None, or_(*wide))
    of_person = or_(_by_party(Party.name_index == index(text, "name")), _by_words(text))
    wide = [and_(of_person, traceable_by(user)), *([] if outside is None else [outside])]
    return Sought(or_(*exact) if exact else None, or_(*wide), has_words=True)


def _reference(text: str) -> ColumnElement[bool] | None:
    reference = references.read(text).reference
    return Case.reference == reference if reference else None


def _by_digits(digits: str, at: datetime, user: User | None) -> list[ColumnElement[bool]]:
    """A telephone's last four or whole, or a serial of this year."""
    found = []
    telephone = _telephone(digits)
    if telephone is not None:
        found.append(and_(_by_party(telephone), traceable_by(user)))
    if _SERIAL.fullmatch(digits):
        found.append(and_(Case.archive_year == at.year, Case.archive_serial == int(digits)))
    return found


def exact_case(sought: Sought, user: User) -> str | None:
    """The archive number of the one case that was named, if this person may see it."""
    if sought.exact is None:
        return None
    numbers = db.session.scalars(
        select(Case.archive_number).where(sought.exact, visible_to(user)).limit(2)
    ).all()
    return numbers[0] if len(numbers) == 1 else None
