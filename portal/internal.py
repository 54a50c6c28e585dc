"""内部反映: staff report what is wrong inside, without signing in and, as the page stands, without a name (CO-M5).

One page and no draft: until it is sent, nothing of it is anywhere but in this browser.
"""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from types import MappingProxyType

from flask import Response, g, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse
from wtforms import (
    Form,
    MultipleFileField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired

from portal import blueprint, estates
from portal.filing import browser_draft, held_back, uploads
from portal.filing.answers import UNTICKED, tidy
from portal.filing.fields import LONGEST, LocalTimeField, at_most, mail
from portal.filing.receipt import to_receipt
from portal.limits import FILINGS, STEPS, limiter, source_filed
from shared import clock
from shared.attachments import verbs as photos
from shared.cases import caps, drafts, filing, numbering
from shared.cases.caps import Hindrance
from shared.cases.models import Case
from shared.cases.telephones import normalised
from shared.cases.vocabulary import Category, Channel, Kind, PartyType
from shared.database import transaction
from shared.errors import Refused
from shared.identity import queries as places
from shared.identity.models import Estate
from shared.web.language import chosen


class InternalForm(Form):
    """Fields are the contract's; only the first is asked for."""

    description = TextAreaField(
        _l("发生了什么"), [DataRequired(_l("请写一下发生了什么。")), at_most(LONGEST)]
    )
    about = StringField(_l("涉及谁"), [at_most(120)])
    about_department = SelectField(_l("涉及哪个部门"))
    occurred_at = LocalTimeField(_l("什么时候发生的"))
    photos = MultipleFileField(_l("证据照片"))
    demands = TextAreaField(_l("您希望怎样解决"), [at_most(LONGEST)])
    phone = TelField(_l("手机号"), [at_most(40)])
    email = mail(_l("电子邮箱"))
    name = StringField(_l("怎么称呼您"), [at_most(40)])

    zone = "Asia/Shanghai"
    departments: Mapping[str, str] = MappingProxyType({})  # by the value that the list sends

    @property
    def gives_contact(self) -> bool:
        return bool(self.phone.data or self.email.data)

    def validate_phone(self, field: TelField) -> None:
        if field.data and not normalised(field.data):
            raise ValidationError(_("手机号好像写错了。请核对，或留空。"))

    def validate_occurred_at(self, field: LocalTimeField) -> None:
        try:
            at = field.instant(self.zone)
        except ValueError as error:
            raise ValidationError(_("时间看不懂。请从日历里选，或留空。")) from error
        if at and at > clock.now():
            raise ValidationError(_("发生的时间还没有到。请核对。"))


def _form(estate: Estate) -> InternalForm:
    sent = {name: tidy(text) for name, text in request.form.items()}
    if sent.get("anonymous", "").lower() not in UNTICKED:
        sent = {name: text for name, text in sent.items() if name not in ("phone", "email", "name")}
    form = InternalForm(MultiDict(sent))
    form.zone = estate.zone
    form.departments = {str(d.id): d.name for d in places.departments(estate.id)}
    form.about_department.choices = [("", _("不涉及")), *form.departments.items()]
    if form.about_department.data not in form.departments:
        form.about_department.data = ""
    return form


@blueprint.get("/file/internal", endpoint="internal")
def show() -> Response:
    return _page(_form(estates.needed()))


@blueprint.post("/file/internal", endpoint="internal_post")
@limiter.limit(STEPS)
@limiter.limit(FILINGS, deduct_when=source_filed)
def send() -> BaseResponse:
    """File it, once, however often it is sent (F24)."""
    estate, key = estates.needed(), browser_draft.posted_key() or drafts.new_key()
    known = filing.filed_already(key)
    if known is not None:
        return to_receipt(known)
    form = _form(estate)
    if not form.validate():
        return _page(form, key)
    taken = uploads.take(request.files.getlist("photos"))  # slow, so before the change
    if taken.refusals:
        form.photos.errors = taken.refusals
        return _page(form, key)
    try:
        with transaction():
            filed = _file(_report(form), estate, key, taken, clock.now())
    except Refused as refusal:
        form.about.errors = [refusal.message]
        return _page(form, key)
    return held_back.page(estate, filed) if isinstance(filed, Hindrance) else to_receipt(filed)


def _file(
    report: filing.Report, estate: Estate, key: str, taken: uploads.Taken, at: datetime
) -> Case | Hindrance:
    numbering.lock(estate, at)
    if (known := filing.filed_already(key)) is not None:
        return known
    if held := caps.hindrance(report, estate, at, meant=True):
        return held
    case, g.newly_filed = filing.file_new(report, estate, submission_key=key, at=at), True
    for photo in taken.photos:
        photos.attach(photo, public=True, at=at, case_id=case.id, round=1, act=photos.FILING)
    return case


def _report(form: InternalForm) -> filing.Report:
    """What *form*, found right, reports: of no category, so that the public page tells nothing by it."""
    about = form.about.data or ""
    picked = form.about_department.data or next(
        (d for d, name in form.departments.items() if name in about), ""
    )
    named = [about, form.departments.get(picked, "")]
    return filing.Report(
        kind=Kind.COMPLAINT,
        category=Category.OTHER,
        channel=Channel.INTERNAL,
        description=form.description.data or "",
        demands=form.demands.data or "",
        occurred_at=form.occurred_at.instant(form.zone),
        about=" ".join(dict.fromkeys(part for part in named if part)),
        about_department_id=int(picked) if picked else None,
        anonymous=not form.gives_contact,
        party_type=PartyType.STAFF,
        name=(form.name.data or "") if form.gives_contact else "",
        phone=form.phone.data or "",
        email=form.email.data or "",
        locale=chosen(),
    )


def _page(form: InternalForm, key: str = "") -> Response:
    has_errors = any(field.errors for field in form)
    page = render_template(
        "portal/internal.html",
        form=form,
        has_errors=has_errors,
        photos_lost=any(sent.filename for sent in request.files.getlist("photos")),
        most=photos.MOST,
        submission_key=key or drafts.new_key(),
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if has_errors else HTTPStatus.OK
    answer = Response(page, status, mimetype="text/html")
    answer.headers["Cache-Control"] = "no-store"  # not in the cache of a computer that colleagues use
    return answer
