"""The forms of a revisit by list: the call as a whole, each of its cases, and the visit at the door."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField

from shared import words
from shared.cases.vocabulary import Hindrance, Method
from shared.revisits.recording import Answers
from staff.cases import attempt
from staff.cases.forms import ActForm, choice, options, photos, text, yes_no


class _Attempt(ActForm):
    """Reached or not, and if not, why and when again."""

    reached = attempt.reached()
    hindrance = attempt.hindrance()
    again = attempt.again()
    companion = attempt.companion(_l("谁一同回访"))

    @property
    def was_reached(self) -> bool:
        return attempt.was_reached(self)

    @property
    def why_not(self) -> Hindrance | None:
        return attempt.why_not(self)


class CallForm(_Attempt):
    """What is the same for every case of one call."""

    method = choice(
        _l("怎么回访的"),
        options(words.METHODS, Method.DOOR),
        _l("请选择怎么回访的。"),
        default=Method.TELEPHONE.value,
    )
    documented = attempt.documented()
    photos = photos(_l("来信、问卷、回执照片"))


class AnswersForm(ActForm):
    """The four answers of VK-4k about one case; needed as soon as somebody was reached, unless it was not asked."""

    satisfied = choice(_l("对结果满意吗"), yes_no(_l("满意"), _l("不满意，重新办理")), _l("请选择。"))
    timely = choice(_l("处理及时吗"), yes_no(_l("及时"), _l("不及时")), _l("请选择。"))
    courteous = choice(_l("处理人态度好吗"), yes_no(_l("好"), _l("不好")), _l("请选择。"))
    opinions = text(_l("意见和建议"), description=_l("业主看不到文字。"), render_kw={"rows": 2})
    skipped = BooleanField(_l("这次没问到这件"))

    def answers(self) -> Answers:
        return Answers(
            satisfied=self.satisfied.data == "yes",
            timely=self.timely.data == "yes",
            courteous=self.courteous.data == "yes",
        )

    def is_complete(self, reached: bool) -> bool:
        """Says at each question that it waits for its answer; of somebody not reached nothing is asked."""
        waiting = [
            field
            for field in (self.satisfied, self.timely, self.courteous)
            if reached and field.data not in ("yes", "no")
        ]
        for field in waiting:
            field.errors = [_("联系上了，请选择诉求人的回答。")]
        return bool(self.opinions.validate(self)) and not waiting


class VisitForm(_Attempt):
    """At the door: who came along, and the signature, drawn on the screen or photographed on paper."""

    signature = FileField(_l("签字"))
    photos = photos(_l("或拍下签好的纸质回执"))

    @property
    def files(self) -> list[FileStorage]:
        """The signature first; either of the two documents the visit."""
        drawn = self.signature.data
        return [*([drawn] if drawn and drawn.filename else []), *super().files]
