"""From a draft to a case: the report it makes, and the one change in which it becomes one."""

from dataclasses import dataclass
from datetime import datetime

from portal.filing import similar
from portal.filing.answers import Answers
from portal.filing.form import DetailsForm
from shared.attachments import verbs as photos
from shared.attachments.models import Attachment
from shared.cases import caps, drafts, filing, numbering
from shared.cases.caps import Hindrance
from shared.cases.models import Case, Draft
from shared.cases.vocabulary import Category, Channel, Kind, PartyType, Urgency
from shared.identity.models import Estate
from shared.incidents import echoing
from shared.web.language import chosen


def report(answers: Answers, form: DetailsForm, estate: Estate) -> filing.Report:
    """What the form reports; *form* has been found right."""
    anonymous = bool(form.anonymous.data)
    visit_from, visit_until = form.visit() or (None, None)
    said = form.about.data or form.about_department.data
    departments = dict(form.about_department.choices or ()) if said else {}
    picked = form.about_department.data or _named(form.about.data or "", departments)
    about = [form.about.data or "", departments[picked] if picked else ""]
    return filing.Report(
        kind=Kind(answers.get("kind") or Kind.COMPLAINT),
        category=Category(answers["category"]),
        topic=answers.get("topic") or None,
        channel=Channel.PORTAL,
        description=form.description.data or "",
        demands=form.demands.data or "",
        building_id=int(form.building.data) if form.building.data else None,
        spot=form.spot.data or None,
        occurred_at=form.occurred_at.instant(estate.zone),
        wanted_reply_by=form.wanted_reply_by.instant(estate.zone),
        visit_from=visit_from,
        visit_until=visit_until,
        urgency=Urgency(form.urgency.data),
        about=" ".join(dict.fromkeys(part for part in about if part)),
        about_department_id=int(picked) if picked else None,
        anonymous=anonymous,
        call_me=bool(form.call_me.data),
        party_type=PartyType(form.party_type.data),
        name="" if anonymous else form.name.data or "",
        phone="" if anonymous else form.phone.data or "",
        email="" if anonymous else form.email.data or "",
        unit="" if anonymous else form.unit.data or "",
        locale=chosen(),
    )


def _named(about: str, departments: dict[str, str]) -> str:
    """A department named in full among whom it is about is kept from seeing it, as if it had been picked."""
    return next((value for value, label in departments.items() if value and label in about), "")


@dataclass(frozen=True, slots=True)
class Filled:
    """A draft that the caller holds, as it is to be sent: its answers, found right by the form, and its photos."""

    draft: Draft
    answers: Answers
    form: DetailsForm
    photos: list[Attachment]


def send(
    filled: Filled, estate: Estate, at: datetime, *, meant: bool = False
) -> tuple[Case, bool] | Hindrance:
    """File it inside the caller's change: gives the case, and whether it is new; or what hinders it.

    Nothing of the draft stays when it was filed, all of it when it was not. Of many at once one is new; the others
    find the same case, and the draft already gone (F24). *meant*: the owner says that it is no repetition.
    """
    key = filled.answers["submission_key"]
    reported = report(filled.answers, filled.form, estate)
    numbering.lock(estate, at)
    if (known := filing.filed_already(key)) is not None:
        return known, False
    if hindered := caps.hindrance(reported, estate, at, meant=meant):
        return hindered
    case = filing.file_new(reported, estate, submission_key=key, at=at)
    if filled.photos:
        photos.adopt(filled.draft.id, case.id)
    if (incident_id := similar.incident_of(filled.answers)) is not None:
        echoing.ask(case, incident_id)
    drafts.discard(filled.draft)
    return case, True
