"""A note among ourselves. Nothing sent to this address is ever shown to the owner, whatever the form says."""

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


class NoteForm(ActForm):
    note = text(
        _l("备注"),
        _l("请写备注。"),
        description=_l("只有能看这件诉求的同事看得到。"),
        render_kw={"autofocus": True},
    )
    photos = photos(_l("内部照片"))


def _do(case: Case, form: NoteForm, by: User, at: datetime) -> str:
    handling.progress(case, by=by, at=at, text=form.note.data or "", public=False)
    return _("内部备注已记下，业主看不到。")


declare(
    CaseAct(
        slug="note",
        act=Act.PROGRESS,
        permission=Permission.CASE_PROGRESS,
        allowed=guards.can_progress,
        label=_l("内部备注"),
        title=_l("内部备注，业主看不到"),
        submit=_l("只记给内部"),
        form=NoteForm,
        do=_do,
        tone="internal",
        key="n",
    )
)
