"""评价: the owner's word on a round, in one tap from their page; not satisfied leads to the next round (MS-4)."""

from http import HTTPStatus

from flask import flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.filing import uploads
from portal.tracking import doors, owner_page
from portal.tracking.acts import attach, behind_doors
from portal.tracking.answers import RatingForm, number_of
from shared import clock
from shared.cases import scope
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.vocabulary import Rating as Level
from shared.database import transaction
from shared.revisits import rating
from shared.web.pages import see_other


@behind_doors("rating", "GET", "POST")
def rate(**door_named: str) -> Response:
    """POST `rating` (satisfied, basically, dissatisfied); everything else may be left out."""
    door = doors.opened(**door_named)
    if request.method == "GET":
        return see_other(f"{door.base}#rating")
    form = RatingForm(request.form, of="rating")
    right = form.validate()
    if not right or form.level is None:
        return owner_page.owners(door, rating_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    taken = uploads.take(request.files.getlist("photos"))
    at = clock.now()
    with transaction():
        case = scope.lock_by_id(door.case_id)
        number = case.round
        said, seen = form.judgement(form.level), number_of(form.round.data)
        if rating.rate(case, said, door=door.by.value, at=at, seen=seen):
            attach(case, taken, Act.RATING, number, at)
        flash(_thanks(case, form.level, number))
    for refusal in taken.refusals:
        flash(refusal)
    return see_other(door.base)


def _thanks(case: Case, level: Level, number: int) -> str:
    if level is not Level.DISSATISFIED:
        return _("谢谢您的评价。7 天内可以改一次。")
    if case.round > number:
        return _("对不起，没让您满意。现在重新办理，换人处理。")
    return _("已记下您的评价，负责人会看到。结案太久了，要处理请再提交一件。")
