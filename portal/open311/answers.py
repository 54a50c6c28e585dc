"""What a partner's app posted, as the answers of the portal's form: the same questions, the same rules.

Only the standard's fields and the attributes that the service defines are taken; whatever else is sent is left
alone (T10). Coordinates are not kept (PIPL 6), and an address of a picture is never fetched (T17).
"""

from datetime import datetime

from werkzeug.datastructures import MultiDict

from portal.filing import answers as answering
from portal.filing.answers import Answers
from portal.open311.catalogue import Service
from portal.open311.definitions import TICKS, codes_of
from shared import clock
from shared.identity.models import Building, Estate
from shared.identity.queries import buildings

Posted = MultiDict[str, str]


def read(posted: Posted, service: Service, estate: Estate) -> Answers:
    """The answers in *posted* to what *service* asks."""
    attributes = {code: _attribute(posted, code) for code in codes_of(service)}
    fields = {
        "category": service.code,
        "description": posted.get("description", ""),
        "phone": posted.get("phone", ""),
        "email": posted.get("email", ""),
        "name": full_name(posted.get("first_name", ""), posted.get("last_name", "")),
        **{code: value for code, value in attributes.items() if value},
    }
    fields.update(_place(posted, estate, fields.get("building", ""), fields.get("spot", "")))
    if "visit_on" in fields:
        fields["visit_on"] = _day(fields["visit_on"], estate.zone)
    answers = answering.read(fields)
    for tick in TICKS:
        answers.setdefault(tick, "")
    if not (answers["phone"] or answers["email"] or answers["call_me"]):
        # The standard asks for no contact: whoever gave none reports anonymously.
        answers["anonymous"] = "1"
    return answering.without_contact(answers) if answers["anonymous"] else answers


def full_name(first: str, last: str) -> str:
    """`王秀兰` of 秀兰 and 王; `Xiulan Wang` where letters need a blank between them."""
    first, last = first.strip(), last.strip()
    if first and last and (first + last).isascii():
        return f"{first} {last}"
    return last + first


def _attribute(posted: Posted, code: str) -> str:
    """`attribute[code]`, or `attribute[code][]` from an app that takes every list for one of several values."""
    return posted.get(f"attribute[{code}]") or posted.get(f"attribute[{code}][]") or ""


def _place(posted: Posted, estate: Estate, building: str, spot: str) -> Answers:
    """Building and spot, by the attributes or else by the standard's location fields.

    address_id is a building's key; address_string is words, of which nothing is lost.
    """
    words = posted.get("address_string", "").strip()
    named = _named_in(words, estate)
    chosen = building or posted.get("address_id", "") or (str(named.id) if named else "")
    if named is not None and chosen in (named.name, str(named.id)):
        words = _without(named.name, words, estate)
    return {"building": chosen, "spot": spot or words}


def _named_in(words: str, estate: Estate) -> Building | None:
    """The building that an address names. The longest name first, and no figure before it: 21号楼 is not 1号楼."""
    for building in sorted(buildings(estate.id), key=lambda b: -len(b.name)):
        before, name, _after = words.partition(building.name)
        if name and not before[-1:].isdecimal():
            return building
    return None


def _without(building: str, words: str, estate: Estate) -> str:
    """Where in the building it is; street and estate before its name are known. Other words before it are kept."""
    before, _name, after = words.partition(building)
    return after.strip(" ，,") if not before.strip() or estate.name in before else words


def _day(typed: str, zone: str) -> str:
    """The day of an instant on the estate's wall; anything else as it was typed, for the form to judge."""
    try:
        instant = datetime.fromisoformat(typed)
    except ValueError:
        return typed
    return (clock.local(instant, zone) if instant.tzinfo else instant).date().isoformat()
