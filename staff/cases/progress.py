"""Progress that the owner reads. What is said among ourselves has a form and an address of its own (`note`)."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared.cases import guards, handling
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.identity.models import User
from shared.identity.permissions import Permission
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, photos, text


class ProgressForm(ActForm):
    note = text(
        _l("写给业主的话"),
        _l("请写明进展：做了什么，接下来做什么，什么时候。"),
        description=_l("业主马上能在进度页看到，不能收回。"),
        render_kw={"autofocus": True},
    )
    photos = photos(_l("给业主看的照片"))


def _do(case: Case, form: ProgressForm, by: User, at: datetime) -> str:
    handling.progress(case, by=by, at=at, text=form.note.data or "", public=True)
    return _("已写给业主，业主现在能看到。")


declare(
    CaseAct(
        slug="progress",
        act=Act.PROGRESS,
        permission=Permission.CASE_PROGRESS,
        allowed=guards.can_progress,
        label=_l("写给业主"),
        title=_l("写给业主"),
        submit=_l("发给业主"),
        form=ProgressForm,
        do=_do,
        tone="to-owner",
        public=True,
        key="r",
    )
)
