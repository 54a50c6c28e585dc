"""The place of a form whose words are kept until they are sent (F44): which form it is, and what it may hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from flask import request, url_for
from werkzeug.datastructures import MultiDict
from wtforms import StringField

from shared import clock
from shared.cases import scope
from shared.cases.models import Case
from shared.errors import NotFound
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.identity.queries import estates
from shared.presence import unsent
from shared.presence.unsent import Fields
from shared.retention import archive
from staff.cases import wording
from staff.cases.acts import ACTS, CaseAct
from staff.cases.intake_form import IntakeForm
from staff.cases.relay_form import RelayForm

# The forms by which a case comes in: first part of the place's name → who has it, where it is, what it asks.
INTAKE, RELAY = "new", "relay"
COMING_IN: dict[str, tuple[Permission, str, type[Any]]] = {
    INTAKE: (Permission.CASE_REGISTER, "intake", IntakeForm),
    RELAY: (Permission.DESK_VIEW, "relay", RelayForm),
}
MOST = 60_000  # characters in one form; the longest that a form takes is well below
OF_CALLER = {"name", "phone", "email", "unit"}
# What is no answer of the person's: the machine's own fields, and files, which no browser gives back.
NOT_TYPED = {"version", "key", "photos", "signature", "submission_key", "csrf_token"}


@dataclass(frozen=True, slots=True)
class Offered:
    """Words that were found again, for the form to begin with."""

    typed: MultiDict[str, str]
    when: str
    place: str


@dataclass(frozen=True, slots=True)
class Place:
    """A form that *user* may fill in now: of an act on a case, or one that is declared beside its page."""

    name: str
    address: str
    names: frozenset[str]  # of its fields
    worded: frozenset[str]  # of those in which one writes; the rest is chosen
    case: Case | None = None
    act: CaseAct | None = None

    def typed(self, form: Mapping[str, Any]) -> Fields:
        """What of a posted *form* belongs to it."""
        values = MultiDict(form)
        return {name: values.getlist(name) for name in values if name in self.names}

    def words(self, fields: Fields) -> int:
        """How many characters somebody has written."""
        written = (value for name in self.worded for value in fields.get(name, ()))
        return sum(len(value.strip()) for value in written)

    def takes(self, fields: Fields) -> bool:
        """Whether somebody has written anything, and not more than any form takes."""
        size = sum(len(value) for values in fields.values() for value in values)
        return self.words(fields) > 0 and size <= MOST


@dataclass(frozen=True, slots=True)
class Forms:
    """Forms that are of no act, told apart by the first part of their places' names.

    *find* gives the place by the rest of its name, or raises NotFound where the person has no such form; *asked* gives
    the place that this request writes to, by whoever it comes from.
    """

    find: Callable[[str, User], Place]
    asked: Callable[[], Place]


FORMS: dict[str, Forms] = {}
_BY_ENDPOINT: dict[str, Forms] = {}


def declare(head: str, forms: Forms, *endpoints: str) -> None:
    """What is typed into *forms*, which write to these endpoints of this face, is kept too."""
    FORMS[head] = forms
    _BY_ENDPOINT.update(dict.fromkeys(endpoints, forms))


def of_act(act: CaseAct, case: Case) -> str:
    return f"{case.archive_number}/{act.slug}"


def of_intake(slug: str) -> str:
    return f"{INTAKE}/{slug}"


def of_relay(slug: str) -> str:
    return f"{RELAY}/{slug}"


def find(name: str, user: User) -> Place:
    """The place of that name. Raises NotFound where *user* has no such form."""
    head, _, tail = name.partition("/")
    if head in FORMS:
        return FORMS[head].find(tail, user)
    act = ACTS.get(tail)
    doors = (act.permission, *act.other_permissions) if act else ()
    if act is None or not any(user.estates_where(door) for door in doors):
        raise NotFound
    case = scope.read(user, head)
    return Place(of_act(act, case), act.address(case), *names_of(act.form), case, act)


def _coming_in(head: str, slug: str, user: User) -> Place:
    permission, endpoint, form = COMING_IN[head]
    mine = user.estates_where(permission)
    if slug not in {estate.slug for estate in estates() if estate.id in mine}:
        raise NotFound
    return Place(f"{head}/{slug}", url_for(f"staff.{endpoint}", estate=slug), *names_of(form))


def names_of(form: type[Any]) -> tuple[frozenset[str], frozenset[str]]:
    """The fields that a class of forms declares, and those of them in which one writes."""
    fields = {
        name: getattr(form, name).field_class
        for name in dir(form)
        if hasattr(getattr(form, name), "_formfield") and name not in NOT_TYPED
    }
    return frozenset(fields), frozenset(
        name for name, kind in fields.items() if issubclass(kind, StringField)
    )


def _to_come_in(head: str) -> Place:
    return Place(f"{head}/{request.form.get('estate', '')}", "", *names_of(COMING_IN[head][2]))


for _head, (_permission, _endpoint, _form) in COMING_IN.items():
    declare(_head, Forms(partial(_coming_in, _head), partial(_to_come_in, _head)), _endpoint)


def asked() -> Place | None:
    """The place that this request writes to, by whoever it comes from: it has no address yet, and no case."""
    endpoint = (request.endpoint or "").removeprefix("staff.")
    if endpoint in _BY_ENDPOINT:
        return _BY_ENDPOINT[endpoint].asked()
    act, number = ACTS.get(endpoint.removeprefix("case_")), (request.view_args or {}).get("number")
    return Place(f"{number}/{act.slug}", "", *names_of(act.form)) if act and number else None


def keep(place: Place, fields: Fields, *, by: User, at: datetime) -> bool:
    """Keep what was typed of the fields that the place has; gives whether there was anything to keep.

    A form with no words in it is forgotten. Of a sealed case nothing is kept: what is erased with it must not live
    on beside it (T41).
    """
    hidden = OF_CALLER if any(fields.get("anonymous", ())) else set()  # nothing that leads back (CO-M5)
    fields = {name: fields[name] for name in fields if name in place.names - hidden}
    shut = place.case is not None and place.case.sealed_at is not None
    if shut or not place.takes(fields):
        unsent.forget(by, place.name)
        return False
    unsent.keep(by, place.name, fields, case=place.case, at=at)
    return True


def forget(act: CaseAct, case: Case, *, by: User) -> None:
    """The words have been sent."""
    if act.has_fields:
        unsent.forget(by, of_act(act, case))


def offered(name: str, user: User, zone: str, at: datetime) -> Offered | None:
    """What *user* typed at that place and has not sent."""
    row = unsent.kept(user, name, at)
    if row is None:
        return None
    typed: MultiDict[str, str] = MultiDict(
        (field, value) for field, values in unsent.fields(row).items() for value in values
    )
    return Offered(typed, wording.when(row.touched_at, at, zone), name)


def offered_on_page(name: str, user: User, zone: str) -> Offered | None:
    """The same for a page that also takes what is sent: over that nothing is put."""
    return None if request.method == "POST" else offered(name, user, zone, clock.now())


def filled(again: Offered | None) -> MultiDict[str, str] | None:
    """What a form on such a page is made of: what was sent, else what was found again, else nothing."""
    if request.method == "POST":
        return request.form
    return again.typed if again else None


def offered_of(act: CaseAct, case: Case, user: User, at: datetime) -> Offered | None:
    """The same for an act on *case*, unless what belongs to it is shut away (AH-6.2)."""
    if not act.has_fields or archive.is_shut(case, user, at):
        return None
    return offered(of_act(act, case), user, case.estate.zone, at)
