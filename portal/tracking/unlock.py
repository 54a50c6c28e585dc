"""Unlocking an owner's page by the telephone's last four or the receipt code.

Five wrong codes an hour close this door for the reference, known or not; the private link stays open (T03, T04).
"""

import hmac
from datetime import datetime, timedelta
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from babel.support import NullTranslations
from flask import Response, current_app, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse
from wtforms import Form, StringField

from portal import blueprint, estates
from portal.limits import note_hit, of_all, per_source
from portal.tracking import doors, lookup, queries
from shared import clock, sealing
from shared.cases import links, references
from shared.database import transaction
from shared.errors import NotFound
from shared.identity import throttle
from shared.web.pages import render, see_other

DOOR = "unlock"
WINDOW = timedelta(hours=1)
MOST_WRONG = 5
TAIL = 4
NOBODY = (0, bytes(16), None)  # compared with when the reference is unknown, so that the work is the same


class CodeForm(Form):
    code = StringField(_l("手机号后 4 位，或回执码"))


def field(form: CodeForm) -> Markup:
    """The question, as the form stands."""
    components: Any = current_app.jinja_env.get_template("web/components.html").module
    return Markup(components.code_input(form.code, hint=_("看您写的内容、照片和处理人。"), numeric=True))  # nosec B704 # drawn by our own macro


@lru_cache(maxsize=10)
def empty_field(_in: NullTranslations) -> Markup:
    """The same before anything is typed, which each look-up shows: a tenth of its work was to draw it again."""
    return field(CodeForm())


def typed_code() -> str:
    """Digits as meant: full width and spaces are understood; bounded, so that hashing stays cheap."""
    narrow = "".join(
        chr(ord(c) - 0xFEE0) if "０" <= c <= "９" else c for c in request.form.get("code", "")[:40]
    )
    digits = "".join(c for c in narrow if not c.isspace() and c not in "-－")
    # Whoever types the whole telephone number has typed its last four.
    return digits[-TAIL:] if len(digits) > links.CODE_DIGITS else digits


@blueprint.get("/track/<reference>/unlock")
def unlock_again(reference: str) -> BaseResponse:
    """For whoever reloads or changes the language after a wrong code."""
    reading = references.read(reference)
    if reading.reference is None:
        raise NotFound
    return see_other(lookup.progress_of(reading.reference))


@blueprint.post("/track/<reference>/unlock")
@per_source
@of_all
def unlock(reference: str) -> BaseResponse:
    reading = references.read(reference)
    if reading.reference is None:
        raise NotFound
    estates.current()
    at, code = clock.now(), typed_code()
    with transaction():
        closed = throttle.closed_until(DOOR, reading.reference, limit=MOST_WRONG, window=WINDOW, at=at)
        by = None if closed else _match(reading.reference, code)
        if by is not None:
            throttle.forget(DOOR, reading.reference)
        elif not closed:
            throttle.note_failure(DOOR, reading.reference, window=WINDOW, at=at)
    if closed:
        return _shut(reading.reference, closed, at)
    if by is None:
        return _wrong(reading.reference)
    doors.open_by(reading.reference, by, at)
    note_hit()
    return see_other(lookup.progress_of(reading.reference))


@blueprint.post("/track/<reference>/lock")
def lock(reference: str) -> BaseResponse:
    """The reader has seen enough; nobody after them shall."""
    reading = references.read(reference)
    if reading.reference is None:
        raise NotFound
    doors.close(reading.reference)
    return see_other(lookup.progress_of(reading.reference))


def _match(reference: str, code: str) -> doors.By | None:
    """What *code* is, if it is right. Known or not, the same is computed."""
    found = queries.secrets_of_reference(reference)
    _id, seed, tail_index = found or NOBODY
    receipt_code = links.receipt_code_of(seed)
    is_code = hmac.compare_digest(receipt_code.encode(), code.encode())
    is_tail = hmac.compare_digest(sealing.index(code, "phone tail"), tail_index or bytes(16))
    if found is None:
        return None
    if is_code:
        return doors.By.CODE
    return doors.By.TAIL if is_tail and len(code) == TAIL else None


def _wrong(reference: str) -> Response:
    return _again(
        reference,
        _("没有查到。请核对查询号和后 4 位（或回执码），或打服务电话。"),
        HTTPStatus.UNPROCESSABLE_ENTITY,
    )


def _shut(reference: str, until: datetime, at: datetime) -> Response:
    minutes = max(1, -int(-(until - at).total_seconds() // 60))
    response = _again(
        reference,
        _("试错太多次了。请过 %(n)s 分钟再试。收藏的专属链接不受影响。", n=minutes),
        HTTPStatus.TOO_MANY_REQUESTS,
    )
    response.headers["Retry-After"] = str(minutes * 60)
    return response


def _again(reference: str, message: str, status: HTTPStatus) -> Response:
    """The code is asked for again; nothing on this page depends on whether there is such a case."""
    form = CodeForm()
    form.code.errors = [message]
    return doors.private(
        render(
            "portal/unlock.html",
            status=status,
            form=form,
            code_field=field(form),
            has_errors=True,
            reference=references.shown(reference),
        )
    )
