"""Which requests are wanted: the standard's filters, and pages as later drafts of it have them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from portal.open311.catalogue import Service, service
from portal.open311.faults import Fault
from shared import clock

SPAN = timedelta(days=90)
OPEN, CLOSED = "open", "closed"
SIZE, MOST = 100, 200  # requests on a page, unless asked otherwise; and at most
DEEPEST = 10_000  # requests that pages may leave behind them: beyond that, narrower dates find faster
MOST_NUMBERS = 100
Asked = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """*status* is None for both."""

    services: tuple[Service, ...]
    since: datetime
    until: datetime
    status: str | None
    page: int
    size: int


def read(asked: Asked, zone: str, at: datetime) -> Wanted:
    """What the query asks for, by the calendar of *zone*. Raises Fault with everything that is wrong about it."""
    since, until = _span(asked, zone, at)
    size = min(_number(asked, "page_size", SIZE), MOST)
    page = _number(asked, "page", 1)
    if (page - 1) * size > DEEPEST:
        raise Fault(HTTPStatus.BAD_REQUEST, _("翻得太深了。请用 start_date 和 end_date 缩小范围。"))
    services = tuple(service(code) for code in listed(asked, "service_code"))
    return Wanted(services, since, until, _status(asked), page, size)


def listed(asked: Asked, name: str) -> list[str]:
    """Values given several times, or in one with commas between."""
    parts = (part.strip() for value in asked.getlist(name) for part in value.split(","))
    return list(dict.fromkeys(part for part in parts if part))


def numbers(asked: Asked) -> list[str]:
    """The ids asked for; they override every other filter. Raises Fault on too many."""
    found = listed(asked, "service_request_id")
    if len(found) > MOST_NUMBERS:
        raise Fault(HTTPStatus.BAD_REQUEST, _("service_request_id 一次最多 %(most)s 个。", most=MOST_NUMBERS))
    return found


def _status(asked: Asked) -> str | None:
    found = set(listed(asked, "status"))
    if found - {OPEN, CLOSED}:
        raise Fault(HTTPStatus.BAD_REQUEST, _("status 只有 open 和 closed。"))
    return found.pop() if len(found) == 1 else None


def _number(asked: Asked, name: str, default: int) -> int:
    text = asked.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) > 0):
        raise Fault(HTTPStatus.BAD_REQUEST, _("%(name)s 要写大于 0 的整数。", name=name))
    return int(text)


def _span(asked: Asked, zone: str, at: datetime) -> tuple[datetime, datetime]:
    """From when to when; what is left out is ninety days from the other end."""
    begins, ends = _instant(asked, "start_date", zone), _instant(asked, "end_date", zone)
    until = ends or (min(at, begins + SPAN) if begins else at)
    since = begins or until - SPAN
    if since > until:
        raise Fault(HTTPStatus.BAD_REQUEST, _("start_date 在 end_date 之后。"))
    if until - since > SPAN:
        raise Fault(
            HTTPStatus.BAD_REQUEST, _("start_date 和 end_date 之间最多 %(days)s 天。", days=SPAN.days)
        )
    return since, until


def _instant(asked: Asked, name: str, zone: str) -> datetime | None:
    """W3C time; without an offset, and for whole days, on the wall of the estate."""
    # An unescaped + of an offset arrives as a blank.
    text = asked.get(name, "").strip().replace(" ", "+")
    if not text:
        return None
    try:
        wall = datetime.fromisoformat(text)
        if wall.year not in clock.YEARS:
            raise ValueError("a year outside every calendar")
        return (wall if wall.tzinfo else wall.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except ValueError as error:
        raise Fault(
            HTTPStatus.BAD_REQUEST, _("%(name)s 看不懂。例如 2026-03-01T00:00:00+08:00。", name=name)
        ) from error
