"""Somebody finds something of somebody's work, or proposes a reward: first what it is, then whose (GZ-5, CO-M7)."""

from http import HTTPStatus
from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from shared import words
from shared.assessment import finding, wording
from shared.assessment import plain as assessing
from shared.assessment.finding import Found
from shared.assessment.rulebook import rules_for
from shared.cases import scope
from shared.cases.models import Case
from shared.database import db, transaction
from shared.deadlines.plain import Line
from shared.errors import NotFound, Refused
from shared.identity.models import Department, Estate, User
from shared.identity.permissions import Permission, Role
from shared.identity.queries import departments, people_with
from shared.policies.findings import REWARD, FindingRule
from shared.web import pages
from staff import blueprint, estates
from staff.access import me, requires
from staff.cases.forms import ActForm, instant, line, menu, moment, people, pick_from, text, wall

P = Permission
SECTIONS = ("findings", "graded", "rewards")
TEAM = "team-"  # before a department's id: the reward is for all of it


class FindingForm(ActForm):
    """*flags* are those that the article asks for; *case* is the archive number, if it came of a case."""

    whom = menu(_l("谁"), _l("请选一个人。"))
    occurred = moment(_l("什么时候"), _l("请填写发生的时间。"))
    case = line(_l("哪件诉求"), 40, description=_l("填档案编号；和诉求无关的不填。"))
    flags = people(_l("有没有这些情形"), description=_l("属实才勾，金额随它变。"))
    note = text(
        _l("看到了什么，依据是什么"),
        _l("请写明看到了什么，依据是什么。"),
        description=_l("本人看得到。不要写诉求人的姓名、电话和房号。"),
        render_kw={"rows": 4},
    )


@blueprint.route("/assessment/new", methods=["GET", "POST"])
@requires(P.ASSESSMENT_PROPOSE)
def assessment_new() -> BaseResponse:
    """Without a rule in the address, the rules to choose from; with one, its form."""
    estate = estates.chosen(P.ASSESSMENT_PROPOSE)
    case = _case(estate, request.args.get("case", ""))
    rule = _rule(estate, case)
    if rule is None:
        return _choosing(estate, case)
    form = _form(estate, rule, case)
    if request.method == "GET":
        return _page(estate, rule, form, case)
    if not form.validate():
        return _page(estate, rule, form, case, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with transaction():
            made = _propose(estate, rule, form)
            entry_id, count = made[0], len(made)
    except (Refused, NotFound) as refusal:
        said = words.refusal(refusal) if isinstance(refusal, Refused) else _("没有这件诉求，请核对档案编号。")
        return _page(estate, rule, form, case, status=HTTPStatus.CONFLICT, refusal=said)
    flash(_("已提出 %(n)s 条，由别人决定。", n=count))
    return pages.see_other(url_for("staff.assessment_entry", entry_id=entry_id))


def _case(estate: Estate, number: str) -> Case | None:
    """The case it came of, as far as it is open to me. Raises NotFound for any other."""
    case = scope.read(me(), number) if number else None
    if case is not None and case.estate_id != estate.id:
        raise NotFound
    return case


def _rules(estate: Estate, case: Case | None) -> list[FindingRule]:
    return [
        *finding.rules_open(estate, g.at, case),
        *finding.rules_open(estate, g.at, case, rewards=True),
    ]


def _rule(estate: Estate, case: Case | None) -> FindingRule | None:
    asked = request.args.get("rule", "")
    return next((rule for rule in _rules(estate, case) if rule.rule == asked), None)


def _choosing(estate: Estate, case: Case | None) -> pages.Response:
    rules = rules_for(estate, case, g.at)
    sections = assessing.sections(rules) if rules else []
    names = {f"finding {rule.rule}": wording.finding_name(rule) for rule in _rules(estate, case)}
    return pages.render(
        "staff/assessment/rules.html",
        of_estate=estate,
        case=case,
        estates=estates.views(
            P.ASSESSMENT_PROPOSE, estate, lambda e: url_for("staff.assessment_new", estate=e.slug)
        ),
        sections=[
            {
                "key": section.key,
                "title": section.title,
                "lines": [_line(said, names[said.key], estate, case) for said in section.lines],
            }
            for section in sections
            if section.key in SECTIONS
        ],
        back_url=url_for("staff.assessment", estate=estate.slug),
    )


def _line(said: Line, name: str, estate: Estate, case: Case | None) -> dict[str, Any]:
    """The name, which leads on, and apart from it what is set."""
    return {
        "name": name,
        "sets": said.text.removeprefix(name).lstrip("：: "),
        "clause": said.clause,
        "note": said.note,
        "url": url_for(
            "staff.assessment_new",
            estate=estate.slug,
            rule=said.key.removeprefix("finding "),
            case=case.archive_number if case else None,
        ),
    }


def _form(estate: Estate, rule: FindingRule, case: Case | None) -> FindingForm:
    is_sent = request.method == "POST"
    begins = {"occurred": wall(g.at, estate.zone), "case": case.archive_number if case else ""}
    form = FindingForm("new", formdata=request.form if is_sent else None, data=begins)
    pick_from(form.whom, _whom(estate, rule), _("请选择"))
    if rule.flags:
        form.flags.choices = [(flag, str(wording.FLAGS[flag])) for flag in rule.flags]
    else:
        del form.flags
    return form


def _whom(estate: Estate, rule: FindingRule) -> list[tuple[str, str]]:
    """Those whose post the rule is about, but me; a reward may be a department's too (CO-M7)."""
    roles = [Role(role) for role in rule.whose] or list(Role)
    offered = [(str(user.id), user.name) for user in people_with(roles, estate.id) if user.id != me().id]
    if rule.outcome == REWARD:
        offered += [(f"{TEAM}{d.id}", _("%(name)s（集体）", name=d.name)) for d in departments(estate.id)]
    return offered


def _propose(estate: Estate, rule: FindingRule, form: FindingForm) -> list[int]:
    """Ids of what was proposed; a finding may be for the head and the leader too (GZ-14). Raises Refused, NotFound."""
    case = _case(estate, form.case.data or "")
    occurred = instant(form.occurred.data, estate.zone) or g.at
    flags = frozenset(form.flags.data or ()) if "flags" in form else frozenset()
    found = Found(rule.rule, occurred, form.note.data or "", flags)
    sent = form.whom.data
    if sent.startswith(TEAM):
        team = db.session.get_one(Department, int(sent.removeprefix(TEAM)))
        return [finding.propose_reward(estate, team, found, by=me(), at=g.at, case=case).id]
    person = db.session.get_one(User, int(sent))
    if rule.outcome == REWARD:
        return [finding.propose_reward(estate, person, found, by=me(), at=g.at, case=case).id]
    made = finding.propose_finding(estate, person, found, by=me(), at=g.at, case=case)
    return [entry.id for entry in made]


def _page(
    estate: Estate,
    rule: FindingRule,
    form: FindingForm,
    case: Case | None,
    *,
    status: int = HTTPStatus.OK,
    refusal: str = "",
) -> pages.Response:
    rules = rules_for(estate, case, g.at)
    sections = assessing.sections(rules) if rules else []
    said = [each for s in sections for each in s.lines if each.key == f"finding {rule.rule}"]
    asked = case.archive_number if case else None
    return pages.render(
        "staff/assessment/new.html",
        status=status,
        of_estate=estate,
        name=wording.finding_name(rule),
        clause=rule.clause,
        said=said,
        form=form,
        refusal=refusal,
        has_errors=bool(form.errors or refusal),
        address=url_for("staff.assessment_new", estate=estate.slug, rule=rule.rule, case=asked),
        back_url=url_for("staff.assessment_new", estate=estate.slug, case=asked),
    )
