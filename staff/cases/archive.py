"""Opening a sealed case: contacts and photos for half an hour, by POST, with an entry in the register (AH-6.2, T40)."""

from flask import flash, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from shared import clock
from shared.cases import acting, contacts, scope
from shared.cases.models import Case
from shared.database import transaction
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.retention import archive
from shared.web.pages import see_other
from staff import blueprint
from staff.access import me, requires

P = Permission


@blueprint.post("/cases/<number>/unsealing", endpoint="case_unsealing")
@requires(P.ARCHIVE_OPEN, P.CASE_ANSWER_INTERNAL)
def unsealing(number: str) -> BaseResponse:
    """One row in the register; then the case, open to me alone."""
    with transaction():
        contacts.take_turn(me())
        case = scope.lock(me(), number)
        archive.open_for(case, by=me(), at=clock.now())
    flash(_("档案已打开，半小时后自动关上。这次打开已登记。"))
    return see_other(url_for("staff.case", number=number))


def refuse_shut(case: Case, user: User) -> None:
    """Raise Refused when contacts and photos of *case* are sealed and *user* has not opened them."""
    acting.refuse_unless(
        not archive.is_shut(case, user, clock.now()), _("联系方式和照片已封存。请先打开档案。"), "AH-6.2"
    )
