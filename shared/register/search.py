"""What was typed into the search box: an archive number, a reference, an outside order, a telephone, a name, words.

Whatever names cases by itself is looked up first, each kind by its own index, and the list then reads those cases
alone. Only words that very many cases hold are looked for along the list, which is soon full of them.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, union_all

from shared.cases import outside_orders, references
from shared.cases.models import Case, Party
from shared.cases.participation import party_known_to, traceable_by, visible_to
from shared.cases.telephones import normalised
from shared.clock import local
from shared.database import db, folded
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission
from shared.register import terms
from shared.sealing import index

# JX-26-0147, 26-0147, 260147; on paper the dashes are anything, or missing.
_NUMBER = re.compile(r"(?:([A-Z][A-Z0-9]{0,3})[-\s]*)?(\d{2})[-\s]*(\d{4,6})")
_SERIAL = re.compile(r"\d{1,4}")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—－_·.．/", "-"))
TAIL = 4
SHORTEST = 3  # of a number that is looked for among words: 12 stands in every other address
COMMON = 1000  # what more cases than this may hold is looked for along the list
FEW = 400  # so many are fetched one by one; of more the list is walked until a page is full


@dataclass(frozen=True)
class Sought:
    """A search, understood: *exact* and *wide* give ids of cases, *words* (folded) are looked for in what was said."""

    exact: tuple[Select[Any], ...]
    wide: tuple[Select[Any], ...]
    words: str
    by_trace: ColumnElement[bool]  # by a person or their words, only of these cases

    @cached_property
    def _word_ids(self) -> Collection[int] | None:
        """The cases that may hold the words; None: more than COMMON."""
        candidates = terms.candidates(self.words)
        if candidates is None:
            return []
        ids = db.session.scalars(candidates.limit(COMMON + 1)).all()
        return ids if len(ids) <= COMMON else None

    @property
    def is_common(self) -> bool:
        """Looked for along the list: to count them all would be to read it all."""
        return self._word_ids is None

    @cached_property
    def condition(self) -> ColumnElement[bool]:
        """What makes a case one of those that are sought. Asks the database once or twice."""
        found, holding = _ids(self.wide), self._word_ids
        named = Case.id.in_(found)
        says = and_(terms.says(self.words), self.by_trace)
        if holding is None:
            return or_(named, says) if found else says
        if not holding:
            return named
        # A sum is no column to a planner: it takes no index on ids, and reads fewer words.
        one: Any = Case.id if len(holding) <= FEW else Case.id + 0
        return and_(one.in_({*found, *holding}), or_(named, says))


def _ids(ways: tuple[Select[Any], ...]) -> list[int]:
    return sorted(set(db.session.scalars(union_all(*ways)))) if ways else []


def _number(text: str, user: User | None) -> Select[Any] | None:
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    code, year, serial = found[1], int(found[2]), int(found[3])
    if code:
        return select(Case.id).where(Case.archive_number == f"{code}-{year:02d}-{serial:04d}")
    return _serial(2000 + year, serial, user)


def _serial(year: int, serial: int, user: User | None) -> Select[Any]:
    """The index begins with the estate, so that has to be said."""
    everywhere = user.estates_where(Permission.CASE_VIEW) if user else select(Estate.id)
    here = Case.estate_id.in_(everywhere)
    return select(Case.id).where(here, Case.archive_year == year, Case.archive_serial == serial)


def _by_party(condition: ColumnElement[bool], user: User | None) -> Select[Any]:
    return (
        select(Case.id)
        .join(Party, Party.case_id == Case.id)
        .where(condition, traceable_by(user), party_known_to(user))
    )


def _telephone(digits: str, user: User | None) -> Select[Any] | None:
    if len(digits) == TAIL:
        return _by_party(Party.phone_tail_index == index(digits, "phone tail"), user)
    whole = normalised(digits)
    return _by_party(Party.phone_index == index(whole, "phone"), user) if whole else None


def understand(typed: str, at: datetime, zone: str, user: User | None = None) -> Sought | None:
    """What *typed* asks for, in every reading that makes sense; None when nothing was typed.

    A serial alone is one of this year, as it is written in *zone*.
    By a person or their words a sealed case is found only where *user* may open it.
    """
    words = " ".join((folded(typed) or "").split())
    if not words:
        return None
    text = " ".join(unicodedata.normalize("NFKC", typed).translate(_DASHES).split())
    ways = (_number(text.upper(), user), _reference(text), _outside(typed))
    exact = tuple(way for way in ways if way is not None)
    digits = re.sub(r"[-\s()+]", "", text)
    if digits.isascii() and digits.isdecimal():
        wide = (*exact, *_by_digits(digits, local(at, zone).year, user))
        words = words if not wide or len(digits) >= SHORTEST else ""
    else:
        wide = (*exact, _name(typed, user))
    return Sought(exact, wide, words, traceable_by(user))


def _name(typed: str, user: User | None) -> Select[Any]:
    """A name is kept as it was given: the sign within 阿依·古丽 is no dash."""
    spellings = {" ".join(name.split()) for name in (typed, unicodedata.normalize("NFKC", typed))}
    return _by_party(Party.name_index.in_([index(name, "name") for name in sorted(spellings)]), user)


def _outside(typed: str) -> Select[Any] | None:
    numbered = outside_orders.numbered(typed)
    return None if numbered is None else select(Case.id).where(numbered)


def _reference(text: str) -> Select[Any] | None:
    reference = references.read(text).reference
    return select(Case.id).where(Case.reference == reference) if reference else None


def _by_digits(digits: str, year: int, user: User | None) -> list[Select[Any]]:
    """A telephone's last four or whole, or a serial of that year."""
    telephone = _telephone(digits, user)
    found = [] if telephone is None else [telephone]
    if _SERIAL.fullmatch(digits):
        found.append(_serial(year, int(digits), user))
    return found


def exact_case(sought: Sought, user: User) -> str | None:
    """The archive number of the one case that was named, if this person may see it."""
    named = _ids(sought.exact)
    if not named:
        return None
    numbers = db.session.scalars(
        select(Case.archive_number).where(Case.id.in_(named), visible_to(user)).limit(2)
    ).all()
    return numbers[0] if len(numbers) == 1 else None
