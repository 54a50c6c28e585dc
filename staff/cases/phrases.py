"""Reply templates in the forms of acts (常用语): offered by form and category, put in by a button, never sent by it."""

from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from shared import clock
from shared.cases import participation
from shared.cases.models import Case
from shared.database import transaction
from shared.phrases import queries
from shared.phrases.filling import BLANK, fill
from shared.retention import archive
from staff.access import me
from staff.cases import unsent
from staff.cases.acts import CaseAct
from staff.cases.forms import ActForm

# Into which field of which form: words that the owner reads, and our own notes.
FIELDS = {
    "progress": "note",
    "note": "note",
    "contact": "note",
    "completion": "result",
    "informing": "note",
    "proposal": "reason",
    "closure": "reason",
    "report": "note",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """The templates of one form for its menu: number and name."""

    options: list[tuple[int, str]]


def offer(act: CaseAct, case: Case, form: ActForm) -> Offer | None:
    """What the form of *act* offers on *case*; None where there is nothing to offer."""
    name = FIELDS.get(act.slug, "")
    if name not in form or archive.is_shut(case, me(), clock.now()):
        return None
    found = [(phrase.id, phrase.name) for phrase in queries.offered(case, act.slug)]
    return Offer(found) if found else None


def is_asked() -> bool:
    """Whether the button of the menu sent the form, and not the button of the act."""
    return "insert" in request.form


def insert(act: CaseAct, case: Case, form: ActForm) -> str:
    """Put the chosen template below what is written; gives what to tell the person. Nothing is sent.

    The form keeps its other words as they came, here and on the server, where a page that is lost finds them (F44).
    """
    now, chosen = clock.now(), request.form.get("phrase", "")
    if FIELDS.get(act.slug, "") not in form or archive.is_shut(case, me(), now):
        return ""
    found = next((p for p in queries.offered(case, act.slug) if str(p.id) == chosen), None)
    if found is None:
        return _("请先选一条常用语。")
    field = form[FIELDS[act.slug]]
    shielded = participation.is_party_kept_from(case, me())
    words = fill(found.text, queries.values(case, now, shielded=shielded))
    field.data = "\n".join(part for part in (field.data, words) if part)
    place = unsent.find(unsent.of_act(act, case), me())
    typed = {**place.typed(request.form), field.name: [field.data]}
    with transaction():
        unsent.keep(place, typed, by=me(), at=now)
    return _("已放进“%(field)s”，改好再发。", field=field.label.text)


def is_filled(act: CaseAct, form: ActForm) -> bool:
    """Whether nothing that a template left open is still open; else the field says so: no owner reads a blank."""
    field = form._fields.get(FIELDS.get(act.slug, ""))
    if field is None or BLANK not in (field.data or ""):
        return True
    field.errors = [_("还有“%(blank)s”没有填，请填好再发。", blank=BLANK)]
    return False
