"""What may be reported: a service for each tile of the portal, and one for each category that no tile names (MS-2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from flask_babel import gettext as _

from portal.open311.faults import Fault
from shared import words
from shared.cases.vocabulary import TOPICS, Category, Kind
from shared.register.board import Named


@dataclass(frozen=True, slots=True)
class Service:
    """*topic* is None where only the category is known, as desk entries have it."""

    code: str
    kind: Kind
    category: Category
    topic: str | None

    @property
    def name(self) -> str:
        if self.topic is None:
            return _("%(category)s，其他", category=words.CATEGORIES[self.category])
        return str(words.TOPICS[self.topic])

    @property
    def group(self) -> str:
        return str(words.CATEGORIES[self.category])


SERVICES: dict[str, Service] = {
    code: Service(code, kind, category, code) for code, (kind, category) in TOPICS.items()
} | {
    category.value: Service(category.value, Kind.COMPLAINT, category, None)
    for category in Category
    if category.value not in TOPICS
}


def service(code: str) -> Service:
    """The service of that code. Raises Fault."""
    found = SERVICES.get(code)
    if found is None:
        raise Fault(HTTPStatus.NOT_FOUND, _("没有这个 service_code。可用的在 services 里。"))
    return found


def service_of(category: str, topic: str | None) -> Service:
    """What a case is called here. A topic whose category was corrected since (triage) counts no more."""
    known = SERVICES.get(topic or "")
    if known is not None and known.category == category:
        return known
    return SERVICES[category]


def told_of(category: str, topic: str | None, named: Named) -> Service:
    """What anybody is told a case is about: as exactly as there are cases enough, as on the board (CO-M8)."""
    if category not in named.categories:
        return SERVICES[Category.OTHER]
    exact = service_of(category, topic)
    return exact if exact.topic in named.topics else SERVICES[category]


def told_as(services: Iterable[Service], named: Named) -> list[Service]:
    """The services whose cases anybody is told to be about one of *services*."""
    codes = {service.code for service in services}
    return [exact for exact in SERVICES.values() if told_of(exact.category, exact.topic, named).code in codes]


def topics_of(category: str) -> Iterable[str]:
    """The topics that name cases of a category."""
    return (code for code, (_kind, of) in TOPICS.items() if of == category)
