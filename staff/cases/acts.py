"""What an act is on the staff face. Each act is a module of its own that declares one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import LazyString

from shared.cases import guards
from shared.cases.lifecycle import OF_SUPERVISION, Act
from shared.cases.models import Case
from shared.errors import Refused
from shared.identity.models import User
from shared.identity.permissions import Permission
from staff.cases.forms import ActForm


@dataclass(frozen=True, kw_only=True)
class CaseAct:
    """What an act needs and does. `do` gives the sentence that tells the person what has happened."""

    slug: str  # the last part of its address
    act: Act
    permission: Permission  # the door; `allowed` asks about this very case
    allowed: Callable[[User, Case], bool]
    label: LazyString  # on buttons and links
    title: LazyString
    submit: LazyString | None = None  # on the form's own button, where the label alone could mislead
    do: Callable[[Case, Any, User, datetime], str]
    form: type[ActForm] = ActForm
    prepare: Callable[[Any, Case, User], None] | None = (
        None  # options and first values that depend on the case
    )
    # What the rules still ask for before it may be done, by whomever; told instead of the form.
    obstacle: Callable[[Case], Refused | None] | None = None
    # Whether its time has come, where that is not what the table of states says of `act`.
    fits: Callable[[Case], bool] | None = None
    hint: Callable[[Case], str] | None = None
    afterwards: Callable[[Case], str] | None = None  # added to the sentence once the change stands
    clause: str = ""
    key: str = ""  # the keyboard's shortcut on the case page
    tone: str = ""  # to-owner | internal: how the form looks, so that the two are never mixed up
    public: bool = False  # whether the owner sees the photos that come with it
    # One conditional update decides a claim (decision 5), so a page that is a little old may still try.
    checks_version: bool = True

    @property
    def has_fields(self) -> bool:
        """Whether there is anything to fill in; else it is one button on the case page."""
        return bool(vars(self.form).keys() - vars(ActForm).keys() - {"__doc__", "__module__"})

    @property
    def other_permissions(self) -> tuple[Permission, ...]:
        """Whoever answers for a report from inside comes by the same door; `allowed` tells the cases apart (CO-M5)."""
        return (Permission.CASE_ANSWER_INTERNAL,) if self.act in OF_SUPERVISION else ()

    def is_in_time(self, case: Case) -> bool:
        """Whether the case is where this is done, whoever does it."""
        return self.fits(case) if self.fits else guards.allows(case, self.act)

    @property
    def takes_photos(self) -> bool:
        return hasattr(self.form, "photos")

    def address(self, case: Case) -> str:
        return url_for(f"staff.case_{self.slug}", number=case.archive_number)


ACTS: dict[str, CaseAct] = {}


def declare(act: CaseAct) -> CaseAct:
    """Make *act* known; `performing.mount` puts it on the face."""
    ACTS[act.slug] = act
    return act
