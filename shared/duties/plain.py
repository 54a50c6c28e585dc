"""What a rule book asks for each week, month, quarter and year, in plain words for staff."""

from flask_babel import gettext as _

from shared.assessment.wording import finding_name
from shared.deadlines.plain import Line, Section, people
from shared.duties import wording
from shared.policies.duties import Counted, Duty
from shared.policies.schema import Policy


def sections(policy: Policy) -> list[Section]:
    """Nothing under a rule book without such duties."""
    lines = [_line(duty, policy) for duty in policy.duties]
    return [Section("duties", _("周期任务"), lines)] if lines else []


def _line(duty: Duty, policy: Policy) -> Line:
    return Line(
        f"duty {duty.rule}",
        duty.clause,
        _("%(name)s：", name=wording.name_of(duty)) + _("，").join([_often(duty), wording.due_of(duty)]),
        _("；").join(_notes(duty, policy)),
    )


def _often(duty: Duty) -> str:
    every = wording.EVERY[duty.every]
    if duty.counts is Counted.DEPARTMENT_CHECK:
        return _("%(every)s每个部门 %(n)s 次", every=every, n=duty.at_least)
    return _("%(every)s %(n)s 次", every=every, n=duty.at_least)


def _notes(duty: Duty, policy: Policy) -> list[str]:
    """What counts, who is reminded, and what a missed one may cost."""
    who = people(duty.whose)
    notes = [
        str(wording.DONE_BY[duty.counts]),
        _("到期前 %(n)s 天提醒%(who)s", n=duty.remind, who=who)
        if duty.remind
        else _("由%(who)s负责", who=who),
    ]
    finding = policy.finding(duty.missed) if duty.missed else None
    if finding is not None:
        notes.append(_("没做到按“%(rule)s”提出考核", rule=finding_name(finding)))
    return notes
