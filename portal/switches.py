"""The two switches of every page: large text, and the language."""

from flask import request, url_for
from werkzeug.wrappers import Response

from portal import blueprint, dress
from shared.web.language import COOKIE
from shared.web.pages import see_other


def back_to(address: str) -> str:
    """*address* if it stays on this site, else home (T19)."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if inside and address.isprintable() else url_for("portal.home")


@blueprint.post("/large-text")
def large_text() -> Response:
    response = see_other(back_to(request.form.get("next", "")))
    dress.remember(response, dress.LARGE, "1" if request.form.get("large") == "1" else "0")  # type: ignore[arg-type]
    return response


@blueprint.post("/language")
def language() -> Response:
    response = see_other(back_to(request.form.get("next", "")))
    wanted = dress.locale_of(request.form.get("lang", ""))
    if wanted:
        dress.remember(response, COOKIE, wanted)  # type: ignore[arg-type]
    return response
