"""Showing a telephone number or an e-mail address in full: asked for by POST, and registered each time (T40)."""

from flask import request
from werkzeug.wrappers import Response as BaseResponse

from shared import clock
from shared.cases import contacts, guards, scope
from shared.database import transaction
from shared.errors import NotFound
from shared.identity.permissions import Permission
from staff import blueprint
from staff.access import me, requires
from staff.cases import page
from staff.cases.archive import refuse_shut

FIELDS = ("phone", "email")


@blueprint.post("/cases/<number>/reveal", endpoint="case_reveal")
@requires(Permission.CONTACT_REVEAL, Permission.CONTACT_REVEAL_ABOUT_STAFF, Permission.CASE_ANSWER_INTERNAL)
def reveal(number: str) -> BaseResponse:
    """One row in the register of who saw what; then the contact, in this answer only."""
    what = request.form.get("field", "phone")
    with transaction():
        contacts.take_turn(me())
        case = scope.lock(me(), number)
        if not guards.can_reveal(me(), case):
            raise NotFound
        refuse_shut(case, me())
        if what not in FIELDS or case.party is None or not getattr(case.party, what):
            raise NotFound
        contacts.register([case.id], what, by=me(), at=clock.now())
    return page.show(scope.read(me(), number), fragment="staff/cases/_party.html", revealed=what)
