"""What a matter of the demo says when it is filed."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from shared.cases.filing import Report
from shared.cases.vocabulary import Category, Channel, Kind, PartyType, Urgency
from shared.database import db
from shared.demo.matters import Matter
from shared.identity import api_keys
from shared.identity.models import Building, Department, Estate


def report_of(matter: Matter, estate: Estate, at: datetime) -> Report:
    owner = matter.owner
    visit_from, visit_until = _visit(matter, estate, at)
    return Report(
        kind=Kind(matter.kind),
        category=Category(matter.category),
        channel=Channel(matter.channel),
        description=matter.text,
        topic=matter.topic,
        demands=matter.demands,
        building_id=id_of(Building, estate, matter.building),
        spot=matter.spot or None,
        wanted_reply_by=at + matter.wanted if matter.wanted else None,
        visit_from=visit_from,
        visit_until=visit_until,
        urgency=Urgency.URGENT if matter.urgent else Urgency.NORMAL,
        about=matter.about,
        about_department_id=id_of(Department, estate, matter.about_department),
        anonymous=owner is None,
        call_me=matter.call_me,
        party_type=_party_type(matter),
        name=owner.name if owner else "",
        phone=owner.phone if owner else "",
        email=owner.email if owner else "",
        unit=owner.unit if owner else "",
        locale=owner.locale if owner else "zh_Hans",
        extra=_extra(matter, estate),
    )


def _party_type(matter: Matter) -> PartyType:
    if matter.owner:
        return PartyType(matter.owner.type)
    return PartyType.STAFF if matter.channel == Channel.INTERNAL else PartyType.OTHER


def _visit(matter: Matter, estate: Estate, at: datetime) -> tuple[datetime | None, datetime | None]:
    """`1d 14:00 16:00`: the day after the report, when somebody is at home."""
    if not matter.visit:
        return None, None
    days, *times = matter.visit.split()
    zone = ZoneInfo(estate.zone)
    day = at.astimezone(zone).date() + timedelta(days=int(days.removesuffix("d")))
    begins, ends = (datetime.combine(day, time.fromisoformat(text), zone).astimezone(UTC) for text in times)
    return begins, ends


def _extra(matter: Matter, estate: Estate) -> dict[str, object]:
    """A partner files with its key."""
    if matter.channel != Channel.PARTNER:
        return {}
    (key,) = api_keys.of_estate(estate.id)
    return {"api_key": key.id}


def id_of(model: type[Building] | type[Department], estate: Estate, name: str | None) -> int | None:
    if name is None:
        return None
    return db.session.scalars(select(model.id).where(model.estate_id == estate.id, model.name == name)).one()
