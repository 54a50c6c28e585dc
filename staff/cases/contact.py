"""Contact (联系诉求人): reached, or tried in vain (CO-M2, VK-4c)."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared import words
from shared.cases import guards, handling
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.vocabulary import Method
from shared.identity.models import User
from shared.identity.permissions import Permission
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, choice, options, text, yes_no


class ContactForm(ActForm):
    method = choice(_l("怎么联系的"), options(words.METHODS, "questionnaire"), _l("请选择怎么联系的。"))
    reached = choice(
        _l("联系上了吗"),
        yes_no(_l("联系上了"), _l("没联系上")),
        _l("请选择有没有联系上。"),
        description=_l("联系上才算首次联系（CO-M2）。"),
    )
    note = text(_l("说了什么"), description=_l("业主看不到文字，只看到我们联系过。"), render_kw={"rows": 4})


def _prepare(form: ContactForm, case: Case, user: User) -> None:
    if not form.method.raw_data:
        form.method.data = Method.TELEPHONE.value


def _do(case: Case, form: ContactForm, by: User, at: datetime) -> str:
    reached = form.reached.data == "yes"
    handling.contact(
        case, by=by, at=at, method=Method(form.method.data), reached=reached, note=form.note.data or ""
    )
    return _("已记下：联系上了诉求人。") if reached else _("已记下：这次没联系上。请换个时间再联系。")


declare(
    CaseAct(
        slug="contact",
        act=Act.CONTACT,
        permission=Permission.CASE_CONTACT,
        allowed=guards.can_contact,
        label=_l("联系诉求人"),
        title=_l("联系诉求人"),
        form=ContactForm,
        prepare=_prepare,
        do=_do,
        clause="CO-M2",
        key="p",
    )
)
