"""The receipt, at the case's private address: safe to reload, to keep and to print."""

from flask import g, url_for
from werkzeug.wrappers import Response

from portal import blueprint, wording
from portal.tracking import doors, presenting
from portal.tracking.qr import qr_svg
from shared import addresses
from shared.cases import links
from shared.cases.models import Case
from shared.web.pages import render, see_other


def to_receipt(case: Case) -> Response:
    """Where whoever filed *case* goes, however often they sent it."""
    token = links.first_token(case) if g.get("newly_filed") else links.current_token(case)
    return see_other(url_for("portal.receipt", token=token))


@blueprint.get("/c/<token>/receipt")
def receipt(token: str) -> Response:
    door = doors.of_link(token)
    case = door.case()
    address = addresses.whole(addresses.private_link(token))
    lines = presenting.promises(case)
    return doors.private(
        render(
            "portal/receipt.html",
            case=case,
            token=token,
            code=links.receipt_code(case),
            link=address,
            qr=qr_svg(address),
            promises=presenting.newest(lines),
            visit=wording.visit(case),
            next_step=presenting.next_step_shown(case, lines),
            track_url=url_for("portal.track"),
            owner_url=door.base,
        )
    )
