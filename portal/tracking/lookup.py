"""查进度: a reference is typed, understood, and leads to the public page."""

from http import HTTPStatus

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse
from wtforms import Form, StringField

from portal import blueprint, estates
from portal.limits import per_source
from shared.cases import references
from shared.web.pages import see_other


class ReferenceForm(Form):
    reference = StringField(_l("查询号"))


@blueprint.get("/track")
def track() -> str | BaseResponse:
    """The question. `?reference=` is taken too, as a form sent by GET would."""
    estates.needed()
    typed = request.args.get("reference", "")
    if typed and (reference := references.read(typed).reference):
        return see_other(progress_of(reference))
    return page(typed)


@blueprint.post("/track", endpoint="track_post")
@per_source
def look_up() -> BaseResponse:
    typed = request.form.get("reference", "")
    reading = references.read(typed)
    if reading.reference:
        return see_other(progress_of(reading.reference))
    return Response(page(typed), HTTPStatus.UNPROCESSABLE_ENTITY, mimetype="text/html")


def progress_of(reference: str) -> str:
    return url_for("portal.progress", reference=references.shown(reference))


def page(typed: str) -> str:
    """The form, with what is wrong about *typed* said above and beside it."""
    form = ReferenceForm(reference=typed[:60])
    problem = mistake(typed) if request.method == "POST" or typed else ""
    form.reference.errors = [problem] if problem else []
    return render_template("portal/track.html", form=form, has_errors=bool(problem))


def mistake(typed: str) -> str:
    """What is wrong with a reference, in words; empty when nothing is."""
    reading = references.read(typed)
    if reading.reference:
        return ""
    if reading.length == 0:
        return _("请填查询号。它在回执上，一共 10 位。")
    if reading.strange:
        where = _("、").join(
            _("第 %(place)s 位的“%(character)s”", place=place, character=character)
            for place, character in strange_places(typed)
        )
        return _("%(where)s不是查询号里的字。请对照回执改一下。", where=where)
    if reading.mistyped:
        return _("查询号有一位写错了。请对照回执再看一遍。")
    return _("查询号是 10 位，您写了 %(n)s 位。请对照回执改一下。", n=reading.length)


def strange_places(typed: str) -> list[tuple[int, str]]:
    """The first few characters that no reference holds, with their places as counted by eye."""
    found: list[tuple[int, str]] = []
    place = 0
    for character in typed:
        alone = references.read(character)
        place += alone.length
        if alone.strange:
            found.append((place, character))
    return found[:3]
