"""How the staff face answers an act: its form, its form with errors, not now, refused, overtaken."""

from collections.abc import Sequence
from http import HTTPStatus

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse
from wtforms import StringField

from shared import clock, words
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.errors import NotFound, Refused
from shared.presence import looking
from shared.retention import archive
from shared.web.pages import error_page, render, wants_fragment
from shared.words import state_name
from staff.access import me
from staff.cases import facts, page, phrases, plans, presence, queries, returns, steps
from staff.cases.acts import CaseAct
from staff.cases.forms import ActForm
from staff.cases.page import Change
from staff.cases.unsent import Offered, of_act

ABOUT_PLANS = (Act.PLAN, Act.REVIEW, Act.APPROVAL)  # the plan that stands is read beside the form
ABOUT_RETURNS = (Act.RETURN_REQUEST, Act.RETURN_REFUSAL, Act.DISPATCH)  # and who gave it back, and why


def panel(
    act: CaseAct,
    case: Case,
    form: ActForm,
    *,
    status: int = HTTPStatus.OK,
    refusal: str = "",
    overtaken: str = "",
    theirs: Sequence[Change] = (),
    again: Offered | None = None,
    inserted: str = "",
) -> BaseResponse:
    """The form of *act*: a page beside the case's facts, or the form alone with htmx. *again*: found unsent words;
    *inserted*: what became of a template."""
    sealed = archive.is_shut(case, me(), clock.now())
    return render(
        "staff/cases/act.html",
        fragment="staff/cases/_panel.html",
        status=status,
        act=act,
        case=case,
        estate=case.estate,
        form=form,
        hint=act.hint(case) if act.hint else "",
        refusal=refusal,
        overtaken=overtaken,
        again=again,
        phrases=phrases.offer(act, case, form),
        inserted=inserted,
        writing=presence.writing(looking.others(me(), case, clock.now())),
        place=of_act(act, case),
        theirs=theirs,
        level=2 if wants_fragment() else 1,
        title=facts.title(case, sealed),
        chips=facts.chips(case),
        sealed=sealed,
        party=None if sealed else facts.party(case),
        returns=returns.of(case, me(), clock.now()) if act.act in ABOUT_RETURNS and not sealed else [],
        plan=plans.of(case, clock.now()) if act.act in ABOUT_PLANS and not sealed else None,
    )


def stale(act: CaseAct, case: Case, form: ActForm) -> BaseResponse:
    """The case has changed meanwhile: what others did and wrote, above, and one's own words kept below it."""
    changes, happened = page.changes(case, form.seen_version), page.last_change(case)
    if not act.allowed(me(), case):
        return refused(act, case, form, Refused(_too_late(act, case)), happened)
    if not act.has_fields:
        return _instead(case, happened)
    form.version.data = str(case.version)
    return panel(act, case, form, status=HTTPStatus.CONFLICT, overtaken=happened, theirs=changes)


def refused(act: CaseAct, case: Case, form: ActForm, refusal: Refused, happened: str = "") -> BaseResponse:
    """The rules say no: the sentence and the clause it rests on, above what was typed."""
    sentence = f"{happened}{words.refusal(refusal)}"
    if not act.has_fields:
        return _instead(case, sentence)
    if not act.is_in_time(case):
        # Whose act it is matters less than that its time has passed, or not come.
        sentence = f"{happened}{_too_late(act, case)}"
    form.version.data = str(case.version)
    return panel(act, case, form, status=HTTPStatus.CONFLICT, refusal=sentence)


def not_now(act: CaseAct, case: Case) -> BaseResponse:
    """Somebody opens the form of an act that is not possible, or not theirs."""
    return _instead(case, _too_late(act, case))


def gone(act: CaseAct, typed: MultiDict[str, str]) -> BaseResponse:
    """The case is not there for this person, or no longer: of it nothing is told, but their own words come back.

    Whoever had it in hand a moment ago must not lose them (F26). Raises NotFound where nothing was written.
    """
    fields = [field for field in act.form(act.slug, formdata=typed).shown if isinstance(field, StringField)]
    written = [(field.label.text, field.data) for field in fields if (field.data or "").strip()]
    if not written:
        raise NotFound
    return render(
        "staff/cases/gone.html",
        fragment="web/_error.html",
        status=HTTPStatus.NOT_FOUND,
        title=_("没有发出"),
        text=_("没有这件诉求，或已经不由您办理。您写的文字还在这一页，需要时请复制。"),
        written=written,
    )


def held_up(case: Case, refusal: Refused) -> BaseResponse:
    """Somebody opens the form of an act of theirs before what the rules want first has been done."""
    return _instead(case, words.refusal(refusal))


def _instead(case: Case, sentence: str) -> BaseResponse:
    """The case as it stands now, and the sentence on top (F25): nothing was typed that could be lost."""
    if wants_fragment():
        return error_page(HTTPStatus.CONFLICT, _("现在不能这样做"), sentence)
    return page.show(case, status=HTTPStatus.CONFLICT, refusal=sentence)


def _too_late(act: CaseAct, case: Case) -> str:
    if not act.is_in_time(case):
        return _(
            "这件诉求现在是“%(state)s”，不能再做“%(act)s”。", state=state_name(case.state), act=act.label
        )
    return _("“%(act)s”由%(who)s来做。", act=act.label, who=steps.who_may(act.slug, queries.dossier(case)))
