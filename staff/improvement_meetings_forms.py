"""The forms of a meeting: when and about what, what was said, and what is to be done."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length

from shared.identity.models import User
from shared.improvement.models import Meeting
from staff.cases.forms import ActForm, Understood, line, menu, moment, number, people, pick_from, plain, text

LONGEST_TITLE = 80
MOST_OWNERS = 500


class CallForm(ActForm):
    title = StringField(
        _l("会议名称"),
        [
            InputRequired(_l("请填会议名称。")),
            Length(max=LONGEST_TITLE, message=_l("最多 %(n)s 个字。", n=LONGEST_TITLE)),
        ],
        filters=[plain],
    )
    held_at = moment(_l("什么时候开"), _l("请填什么时候开。"))
    place = line(_l("在哪里开"), 60)
    agenda = text(
        _l("议程"),
        _l("请写议程。"),
        description=_l("已按本月的情况拟好，可以改。请勿写业主姓名、电话、房号。"),
    )
    people = people(_l("谁参加"), description=_l("会收到通知。业主代表另外邀请，到会时只记人数。"))

    def offer(self, staff: Sequence[User]) -> None:
        self.people.choices = [SelectChoice(str(person.id), person.name) for person in staff]

    def asked(self, staff: Sequence[User]) -> list[User]:
        """Those who were ticked, of those who were offered."""
        return [person for person in staff if str(person.id) in (self.people.data or ())]


class MinutesForm(ActForm):
    """*seen* is the minutes as they stood when the page was opened."""

    present = people(_l("谁到了"))
    owners_present = number(_l("到了几位业主代表"), most=MOST_OWNERS, description=_l("只记人数，不记姓名。"))
    minutes = text(
        _l("会议纪要"),
        _l("请写会议纪要。"),
        description=_l("结果、满意情况、改进措施落实得怎样。请勿写业主姓名、电话、房号。"),
    )
    seen = HiddenField()

    @property
    def saw(self) -> str:
        """As it is stored: a browser sends its own ends of lines."""
        return (self.seen.data or "").replace("\r\n", "\n").strip()

    def offer(self, meeting: Meeting) -> None:
        self.present.choices = [SelectChoice(str(p.user_id), p.user.name) for p in meeting.participants]


class ResolvingForm(ActForm):
    what = text(_l("议定做什么"), _l("请写明议定做什么。"), longest=1_000)
    owner = menu(_l("由谁落实"), _l("请选择由谁落实。"))
    due_on = DateField(_l("什么时候落实"), [InputRequired(_l("请填什么时候落实。")), Understood()])

    def offer(self, staff: Sequence[User]) -> None:
        pick_from(self.owner, [(person.id, person.name) for person in staff], _("请选择"))
