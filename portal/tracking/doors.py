"""The doors to an owner's page: the private link, or a reference unlocked by a code for two hours."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flask import Response, session, url_for

from portal import estates
from portal.tracking import queries
from shared import clock
from shared.cases import links, references, scope
from shared.cases.models import Case
from shared.errors import NotFound

OPEN_FOR = timedelta(hours=2)
MOST_OPEN = 5  # a session cookie holds 4 kB
GRANTS = "opened"


class By(StrEnum):
    """What opened the door. The telephone's last four are known to staff and neighbours: they open less."""

    LINK = "link"
    CODE = "code"
    TAIL = "tail"


@dataclass(frozen=True, slots=True)
class Door:
    """A right to one case's page. `base` is the address under which its page, acts and photos are reached."""

    case_id: int
    by: By
    base: str

    @property
    def may_change_link(self) -> bool:
        return self.by is not By.TAIL

    @property
    def may_consent(self) -> bool:
        """An agreement binds: it takes what only the owner holds (GZ-12)."""
        return self.by is not By.TAIL

    @property
    def may_withdraw(self) -> bool:
        """Nothing is done any more then: not by what the staff who should do it read on their own page (T39)."""
        return self.by is not By.TAIL

    def case(self) -> Case:
        """The case, to be looked at; the page is then about its estate."""
        case = scope.read_by_id(self.case_id)
        estates.be(case.estate)
        return case


def of_link(token: str) -> Door:
    """Raises NotFound: a link that never was and one that was changed look the same (T06)."""
    case_id = links.case_id_of(token)
    if case_id is None:
        raise NotFound
    return Door(case_id, By.LINK, f"/c/{token}")


def of_reference(reference: str) -> Door | None:
    """The door behind this reference, if this browser has opened it within two hours."""
    grants: dict[str, list[str | float]] = session.get(GRANTS, {})
    by, until = grants.get(reference, ("", 0.0))
    if not by or float(until) < clock.now().timestamp():
        return None
    case_id = queries.case_id_of_reference(reference)
    shown = references.shown(reference)
    return (
        None if case_id is None else Door(case_id, By(str(by)), url_for("portal.progress", reference=shown))
    )


def open_by(reference: str, by: By, at: datetime) -> None:
    """Remember in this browser's session that a right code was given."""
    now = at.timestamp()
    grants = {k: v for k, v in session.get(GRANTS, {}).items() if v[1] > now and k != reference}
    kept = dict(sorted(grants.items(), key=lambda item: item[1][1])[-(MOST_OPEN - 1) :])
    session[GRANTS] = {**kept, reference: [by.value, (at + OPEN_FOR).timestamp()]}


def close(reference: str) -> None:
    """Forget the grant; on a shared computer the next person finds the public page."""
    session[GRANTS] = {k: v for k, v in session.get(GRANTS, {}).items() if k != reference}


def opened(token: str | None = None, reference: str | None = None) -> Door:
    """The door that the address of an act or a photo names. Raises NotFound unless it is open."""
    if token is not None:
        return of_link(token)
    reading = references.read(reference or "")
    door = of_reference(reading.reference) if reading.reference else None
    if door is None:
        raise NotFound
    return door


def private(response: Response) -> Response:
    """An owner's page is not for search engines, and stays in no cache (T29)."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response
