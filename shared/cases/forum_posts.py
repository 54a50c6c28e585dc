"""Where a complaint stands on the internet, and where on that site we have answered it (VK-5.2).

An address there leads to a person, so it is kept with the words, erased with them, and shown to whom the name is.
"""

from datetime import datetime
from urllib.parse import urlsplit

from flask_babel import gettext as _

from shared.audit.models import TimelineRow
from shared.cases import acting, guards
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.vocabulary import Channel
from shared.identity.models import User
from shared.identity.permissions import Permission

LONGEST = 500
SCHEMES = ("http", "https")


def as_address(typed: str) -> str:
    """As it is kept and linked to; empty when it is no whole address of a page on the web."""
    address = typed.strip()
    if (
        len(address) > LONGEST
        or not address.isprintable()
        or any(c.isspace() or c in '<>"\\' for c in address)
    ):
        return ""
    try:
        parts = urlsplit(address)
        _port = parts.port
    except ValueError:
        return ""
    # A name or a password before the host would be sent along, or pass one site off as another.
    is_plain = parts.scheme in SCHEMES and "@" not in parts.netloc
    labels = (parts.hostname or "").split(".")
    return address if is_plain and len(labels) > 1 and all(labels) else ""


def holds_address(row: TimelineRow) -> bool:
    """Whether the words of this row are such an address: it leads to whoever wrote there, as a name would."""
    return row.act == Act.OUTSIDE_ORDER and row.data.get("issuer") == Channel.FORUM


def can_record(user: User, case: Case) -> bool:
    return _is_open_to_words(case) and guards.may(user, case, Act.OUTSIDE_ORDER, Permission.CASE_REGISTER)


def can_answer(user: User, case: Case) -> bool:
    """Whoever may tell the owner may say that it was told on the site."""
    return _is_open_to_words(case) and guards.may(user, case, Act.OUTSIDE_ORDER, Permission.CASE_INFORM)


def _is_open_to_words(case: Case) -> bool:
    return case.channel == Channel.FORUM and case.sealed_at is None and case.erased_at is None


def record(case: Case, typed: str, *, by: User, at: datetime) -> None:
    """Where it was posted. Raises Refused for what is no address."""
    acting.refuse_unless(can_record(by, case), _("原帖由接报的岗位来登记。"), "VK-5.2")
    _keep(case, typed, by, at, answered=False)


def answer(case: Case, typed: str, *, by: User, at: datetime) -> None:
    """We have answered on that site, at this address. Raises Refused for what is no address."""
    acting.refuse_unless(can_answer(by, case), _("网上的答复由负责告知诉求人的岗位来登记。"), "VK-5.2")
    _keep(case, typed, by, at, answered=True)


def _keep(case: Case, typed: str, by: User, at: datetime, *, answered: bool) -> None:
    address = as_address(typed)
    acting.refuse_unless(bool(address), _("网址要以 http:// 或 https:// 开头，并且完整。"), "VK-5.2")
    _id, words = acting.write_words(case, address, public=False)
    data = {"issuer": Channel.FORUM, "answered": answered, **words}
    acting.perform(case, Act.OUTSIDE_ORDER, by=by, at=at, public=False, data=data)
