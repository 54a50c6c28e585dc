"""The forms of supervision: what to draw from, and what was found."""

from datetime import date, timedelta

from flask_babel import lazy_gettext as _l
from wtforms import DateField
from wtforms.validators import InputRequired

from shared import words
from shared.supervision.drawing import MOST
from shared.supervision.populations import Kind
from staff.cases.forms import ActForm, Understood, choice, menu, number, options, text

KINDS: words.Table = {Kind.REVISITS: _l("回访过、已结案的"), Kind.CASES: _l("登记的诉求")}
USUAL = 5


class DrawForm(ActForm):
    whose = menu(_l("抽谁的"), _l("请选择抽谁的。"), required=False)
    kind = choice(_l("抽什么"), options(KINDS), _l("请选择抽什么。"), default=Kind.REVISITS.value)
    first = DateField(_l("从哪天"), [InputRequired(_l("请填开始日期。")), Understood()])
    last = DateField(_l("到哪天"), [InputRequired(_l("请填结束日期。")), Understood()])
    size = number(_l("抽几件"), most=MOST, default=USUAL)


class FindingForm(ActForm):
    found = choice(_l("问到的与记录一致吗"), options(words.CHECKED), _l("请选择核对结果。"))
    note = text(
        _l("核对到什么"),
        description=_l("与记录不符时要写明哪里不符。只有能看这件诉求的同事看得到。"),
        render_kw={"rows": 3},
    )


def usual_days(today: date) -> tuple[date, date]:
    """This month as far as it has gone; on its first day the month before."""
    yesterday = today - timedelta(days=1)
    return yesterday.replace(day=1), yesterday
