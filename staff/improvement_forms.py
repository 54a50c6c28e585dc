"""The forms of measures: what is to be done, by whom until when, what was done, and whether it worked."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired

from shared.identity.models import Building, User
from shared.improvement import wording
from shared.improvement.causes import CAUSES
from shared.words import CATEGORIES
from staff.cases.forms import ActForm, Understood, choice, menu, options, pick_from, text

WORDS = 1_000
# A month in use shows more than a week (†).
USUAL_DAYS_TO_CHECK = 30


class MeasureForm(ActForm):
    what = text(
        _l("要做什么"),
        _l("请写明要做什么。"),
        longest=WORDS,
        description=_l("写清做什么、做到什么程度。请勿写业主姓名、电话、房号。"),
        render_kw={"rows": 4},
    )
    kind = choice(
        _l("哪种措施"), options(wording.KINDS, "action"), _l("请选择哪种措施。"), default="corrective"
    )
    cause = menu(
        _l("针对哪类原因"),
        _l("请从名单里选。"),
        required=False,
        default="",
        choices=[SelectChoice("", _l("不限")), *options(CAUSES)],
    )
    category = menu(
        _l("针对哪类事项"),
        _l("请从名单里选。"),
        required=False,
        default="",
        choices=[SelectChoice("", _l("不限")), *options(CATEGORIES)],
    )
    building = menu(_l("在哪栋楼"), _l("请从名单里选。"), required=False, default="")
    owner = menu(_l("由谁落实"), _l("请选择由谁落实。"))
    due_on = DateField(_l("什么时候落实"), [InputRequired(_l("请填什么时候落实。")), Understood()])

    def offer(self, people: list[User], buildings: list[Building]) -> None:
        """Whom and what one can choose."""
        pick_from(self.owner, [(person.id, person.name) for person in people], _("请选择"))
        pick_from(self.building, [(building.id, building.name) for building in buildings], _("不限"))


class GivingForm(ActForm):
    owner = menu(_l("由谁落实"), _l("请选择由谁落实。"))
    due_on = DateField(_l("什么时候落实"), [InputRequired(_l("请填什么时候落实。")), Understood()])

    def offer(self, people: list[User]) -> None:
        pick_from(self.owner, [(person.id, person.name) for person in people], _("请选择"))


class CompletionForm(ActForm):
    result = text(_l("做了什么"), _l("请写明做了什么。"), longest=WORDS, render_kw={"rows": 4})
    check_on = DateField(
        _l("什么时候看效果"),
        [InputRequired(_l("请填什么时候看效果。")), Understood()],
        description=_l("由别人来看。通常用上一个月后看。"),
    )


class CheckForm(ActForm):
    effect = choice(_l("有效吗"), options(wording.EFFECTS), _l("请选择有没有效。"))
    note = text(_l("根据什么"), _l("请写明根据什么这样说。"), longest=WORDS, render_kw={"rows": 3})


class DroppingForm(ActForm):
    reason = text(_l("为什么不做了"), _l("请写明为什么不做了。"), longest=WORDS, render_kw={"rows": 3})
