"""The forms with which an owner answers: a word on the round, why they are not satisfied, an appeal."""

from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Form, HiddenField, MultipleFileField, RadioField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.filing.answers import tidy
from shared import words
from shared.cases.vocabulary import Rating as Level
from shared.revisits.rating import Judgement

YES, NO = "yes", "no"
MOST_WORDS = 1000
ANSWERS = {YES: True, NO: False}


def chosen_from(table: words.Table) -> list[SelectChoice]:
    return [SelectChoice(code, word) for code, word in table.items()]


def yes_no(yes: LazyString | str, no: LazyString | str) -> list[SelectChoice]:
    return [SelectChoice(YES, yes), SelectChoice(NO, no)]


def number_of(sent: str | None) -> int | None:
    """A number that a page of ours put into a hidden field; None when it did not, or holds something else."""
    return int(sent) if sent and sent.isascii() and sent.isdigit() and len(sent) < 10 else None


class Reasons(Form):
    """Why, in chips to tick, words and photos; each optional. *prefix* tells apart the forms of one page."""

    reasons = SelectMultipleField(
        _l("为什么"),
        choices=chosen_from(words.REASONS),
        validate_choice=False,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    note = TextAreaField(
        _l("想说的话"),
        [Length(max=MOST_WORDS, message=_l("最多写 %(max)d 个字。请删短一些。"))],
        filters=[lambda text: tidy(text or "")],
    )
    photos = MultipleFileField(_l("照片"))

    def __init__(self, formdata: MultiDict[str, Any] | None = None, *, of: str) -> None:
        super().__init__(formdata)
        for field in self:
            field.id = f"{of}-{field.name}"
            field.label.field_id = field.id

    @property
    def codes(self) -> tuple[str, ...]:
        """The reasons that we have words for, in our order; any other value is nobody's tick."""
        return tuple(code for code in words.REASONS if code in (self.reasons.data or []))


class AppealForm(Reasons):
    """`round` is that of the page it stands on."""

    round = HiddenField()


class RatingForm(Reasons):
    """`rating` alone is enough. `satisfied` (yes or no) is understood in its place."""

    rating = RadioField(choices=chosen_from(words.RATINGS), validators=[Optional()], validate_choice=False)
    satisfied = RadioField(choices=yes_no("", ""), validators=[Optional()], validate_choice=False)
    round = HiddenField()
    solved = RadioField(_l("问题解决了吗"), choices=yes_no(_l("解决了"), _l("没有")), validate_choice=False)
    timely = RadioField(_l("来得及时吗"), choices=yes_no(_l("及时"), _l("太慢")), validate_choice=False)
    courteous = RadioField(_l("态度好吗"), choices=yes_no(_l("好"), _l("不好")), validate_choice=False)

    @property
    def level(self) -> Level | None:
        if self.rating.data in set(Level):
            return Level(self.rating.data)
        if self.satisfied.data in ANSWERS and not self.rating.data:
            return Level.SATISFIED if ANSWERS[self.satisfied.data] else Level.DISSATISFIED
        return None

    def validate(self, extra_validators: Any = None) -> bool:
        right = super().validate(extra_validators)
        if self.level is None:
            self.note.errors = [*self.note.errors, _("请点满意、基本满意或不满意。")]
            return False
        return right

    def judgement(self, level: Level) -> Judgement:
        return Judgement(
            level,
            solved=ANSWERS.get(self.solved.data),
            timely=ANSWERS.get(self.timely.data),
            courteous=ANSWERS.get(self.courteous.data),
            reasons=self.codes,
            text=self.note.data or "",
        )
