"""What every form of a revisit asks of the attempt: reached or not, why not, when again, and who came along."""

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateTimeLocalField, RadioField, SelectField

from shared import words
from shared.cases.models import Case
from shared.cases.vocabulary import Hindrance
from shared.database import db
from shared.identity.models import User
from staff.cases import queries
from staff.cases.forms import ActForm, choice, menu, moment, options, pick_from, yes_no


def reached() -> RadioField:
    return choice(_l("联系上了吗"), yes_no(_l("联系上了"), _l("没联系上")), _l("请选择有没有联系上。"))


def hindrance() -> RadioField:
    return choice(
        _l("没联系上，是因为"),
        options(words.HINDRANCES),
        _l("请从列出的里面选。"),
        default=Hindrance.NO_ANSWER.value,
    )


def again() -> DateTimeLocalField:
    return moment(_l("什么时候再联系"), description=_l("没联系上时填，到时间会回到名单前面。"))


def companion(label: LazyString) -> SelectField:
    return menu(
        label,
        _l("请从列出的里面选。"),
        required=False,
        default="",
        description=_l("被投诉部门的负责人；重大诉求由客服负责人和部门负责人两人同去（TR-11）。"),
    )


def documented() -> BooleanField:
    return BooleanField(_l("有书面记录或回执"), description=_l("诉求人签字，或回执的照片（GZ-17A、TR-12）。"))


def was_reached(form: ActForm) -> bool:
    return bool(form["reached"].data == "yes")


def why_not(form: ActForm) -> Hindrance | None:
    return None if was_reached(form) else Hindrance(form["hindrance"].data)


def offer_companions(form: ActForm, case: Case, user: User) -> None:
    """Whoever may come along to *case*, with what they are."""
    offered = [
        (person.id, words.remarked(person.name, words.ROLES[role]))
        for person, role in queries.companions_for(case, user)
    ]
    pick_from(form["companion"], offered, _("没有"))


def chosen_companion(form: ActForm) -> User | None:
    picked = form["companion"].data
    return db.session.get(User, int(picked)) if picked else None
