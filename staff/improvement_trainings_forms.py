"""The forms of training: the plan, and a line for everybody of the front line."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import DataRequired, InputRequired

from shared.identity.models import User
from shared.improvement.models import Training
from shared.improvement.trainings import FULL_MARKS, LONGEST_MINUTES, Kind, Mark
from shared.words import Table
from staff.cases.forms import ActForm, choice, line, moment, number, options, text

KINDS: Table = {Kind.COURSE: _l("授课"), Kind.DRILL: _l("演练"), Kind.TEST: _l("测验")}
LONGEST_TITLE, LONGEST_PLACE, LONGEST_CONTENT = 80, 60, 2_000
USUAL_MINUTES, USUAL_PASS_MARK = 90, 60


class PlanForm(ActForm):
    kind = choice(_l("哪种培训"), options(KINDS), _l("请选择哪种培训。"), default=Kind.COURSE.value)
    title = line(_l("题目"), LONGEST_TITLE)
    held_at = moment(_l("什么时候"), _l("请填什么时候培训。"))
    minutes = number(_l("多少分钟"), most=LONGEST_MINUTES, default=USUAL_MINUTES)
    place = line(_l("地点"), LONGEST_PLACE)
    trainer = line(_l("讲师"), LONGEST_PLACE)
    pass_mark = number(_l("及格分"), most=FULL_MARKS, description=_l("满分 100。不考核的不用填。"))
    content = text(_l("内容"), longest=LONGEST_CONTENT, render_kw={"rows": 4})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title.validators = [DataRequired(_l("请写培训的题目。")), *self.title.validators]
        self.minutes.validators = [InputRequired(_l("请填培训多少分钟。")), *self.minutes.validators[1:]]


def marks_form(people: Sequence[User], training: Training, sent: Any = None) -> ActForm:
    """A box for each of *people*, and a score where something is tested."""
    fields: dict[str, Any] = {}
    for person in people:
        fields[f"present_{person.id}"] = BooleanField(person.name)
        if training.pass_mark is not None:
            fields[f"score_{person.id}"] = number(_l("%(name)s的分数", name=person.name), most=FULL_MARKS)
    return type("MarksForm", (ActForm,), fields)("marks", formdata=sent)


def marks_of(form: ActForm, people: Sequence[User]) -> Mapping[int, Mark]:
    """What was ticked and scored, by user id."""
    return {
        person.id: Mark(
            form[f"present_{person.id}"].data,
            form[f"score_{person.id}"].data if f"score_{person.id}" in form else None,
        )
        for person in people
    }
