"""Fields that the forms of both ways to file share, in the words that are said of them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, SelectField, StringField
from wtforms.validators import Length, Optional, Regexp
from wtforms.widgets import DateTimeLocalInput

from shared import clock
from shared.identity import mail_addresses

LONGEST = 2000

Choices = Sequence[tuple[str, str]]


def at_most(limit: int) -> Length:
    return Length(max=limit, message=_l("最多写 %(max)d 个字。请删短一些。"))


def mail(label: LazyString) -> Any:
    """An address that mail of ours can be sent to, or none."""
    wrong = _l("邮箱好像写错了。请核对，或留空。")
    return EmailField(
        label, [Optional(), at_most(mail_addresses.LONGEST), Regexp(mail_addresses.PLAIN, message=wrong)]
    )


class LocalTimeField(StringField):
    """A day and time on the estate's clock, as browsers send it."""

    widget = DateTimeLocalInput()

    def wall_time(self) -> datetime | None:
        """What was typed, without a zone. Raises ValueError."""
        return datetime.fromisoformat(self.data.replace(" ", "T", 1)) if self.data else None

    def instant(self, zone: str) -> datetime | None:
        """The instant meant on the wall of an estate in *zone*. Raises ValueError."""
        wall = self.wall_time()
        if wall is not None and wall.year not in clock.YEARS:
            raise ValueError("a year outside every calendar")
        if wall is None or wall.tzinfo:
            return wall
        return wall.replace(tzinfo=ZoneInfo(zone))


class LateSelectField(SelectField):
    """A list that is drawn up when somebody looks at it: whoever files looks at none, and has mostly picked nothing.

    Its first choice stands for nothing picked.
    """

    _drawn_up: Any = None

    @property
    def choices(self) -> Any:
        if self._drawn_up is None:
            self._drawn_up = self._offered()
        return self._drawn_up

    @choices.setter
    def choices(self, given: Any) -> None:
        self._drawn_up = given

    def offer(self, choices: Callable[[], Choices]) -> None:
        self._offered, self._drawn_up = choices, None

    def settle(self) -> None:
        """A value that is not in the list (of another estate, say) is as if nothing had been picked."""
        if self.data and self.data not in dict(self.choices):
            self.data = ""
