"""Relay (转达): whoever learns of a complaint, by whatever way, tells it in time; others take it up (VK-3.2)."""

from http import HTTPStatus
from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.wrappers import Response as BaseResponse

from shared import clock
from shared.cases import drafts, filing
from shared.database import db, transaction
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.presence import unsent as keeping
from shared.web.pages import render, see_other
from staff import blueprint, estates
from staff.access import me, requires
from staff.cases import photos, unsent
from staff.cases.relay_form import RelayForm


@blueprint.route("/relay", methods=["GET", "POST"])
@requires(Permission.DESK_VIEW)
def relay() -> BaseResponse:
    """The form, for every role; and, sent, a case that waits to be claimed."""
    mine, estate = estates.offered(Permission.DESK_VIEW), estates.chosen(Permission.DESK_VIEW)
    if request.method == "POST":
        return _take(
            RelayForm(estate, formdata=CombinedMultiDict[str, Any]((request.files, request.form))), mine
        )
    again = unsent.offered(unsent.of_relay(estate.slug), me(), estate.zone, clock.now())
    form = RelayForm(estate, formdata=again.typed if again else None)
    form.submission_key.data = drafts.new_key()
    return _page(form, mine, again=again)


def _take(form: RelayForm, mine: list[Estate]) -> BaseResponse:
    taken, told = photos.take(form.files, form.photos) if form.validate() else ([], [])
    if form.errors:
        return _page(form, mine, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    estate_id, report = form.estate.id, form.report()
    key = form.submission_key.data or drafts.new_key()
    with transaction():
        estate, at = db.session.get_one(Estate, estate_id), clock.now()
        case, new = filing.file_case(report, estate, submission_key=key, at=at, by=me())
        keeping.forget(me(), unsent.of_relay(estate.slug))
        if new:
            photos.attach(taken, case, "filing", public=True, at=at)
    # The number alone opens nothing, so it may be said to whoever told it.
    flash(_("已转达，档案编号 %(number)s。客服中心会受理并联系对方。", number=case.archive_number))
    for sentence in told:
        flash(sentence)
    return see_other(url_for("staff.relay"))


def _page(
    form: RelayForm,
    mine: list[Estate],
    status: int = HTTPStatus.OK,
    again: unsent.Offered | None = None,
) -> BaseResponse:
    return render(
        "staff/relay.html",
        status=status,
        form=form,
        of_estate=form.estate,
        estates=mine,
        has_errors=bool(form.errors),
        again=again,
        place=unsent.of_relay(form.estate.slug),
    )
