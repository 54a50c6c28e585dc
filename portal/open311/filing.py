"""A partner's app files for somebody: the one address that writes, for whoever holds a live key of the estate (MS-1).

The portal's own rules judge what is sent. The same post again, by its idempotency key, finds the same case (F24).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response
from wtforms.validators import Length

from portal.filing import sending, uploads
from portal.filing.answers import Answers
from portal.filing.form import DetailsForm, details_form
from portal.limits import limiter
from portal.open311 import FORMAT, blueprint, jurisdictions, queries
from portal.open311.answers import read
from portal.open311.catalogue import Service, service
from portal.open311.documents import answer
from portal.open311.faults import Fault
from portal.tracking.presenting import next_step
from portal.wording import sentences
from shared import addresses, clock
from shared.attachments import verbs
from shared.cases import caps, drafts, links, numbering, scope
from shared.cases import filing as cases
from shared.cases.filing import Report
from shared.cases.models import Case
from shared.cases.vocabulary import Channel
from shared.database import transaction
from shared.identity import api_keys
from shared.identity.models import ApiKey, Estate

POSTS = "1200 per 10 minutes"  # a partner files for all its people from one address; the key has a limit of its own
LONGEST = 4000  # characters of a description, by the standard
LONGEST_KEY = 200
PICTURES = (
    "media",
    "photos",
    "photo",
    "file",
)  # what clients call the files they send beside the standard's fields


@dataclass(slots=True)
class Filed:
    """What became of a post."""

    case: Case
    is_new: bool
    refusals: list[str] = field(default_factory=list)  # of photos


@blueprint.post(f"/requests.{FORMAT}", endpoint="filing")
@limiter.limit(POSTS)
def post_request(fmt: str) -> Response:
    at = clock.now()
    key = _key()
    estate = _estate(key)
    asked = service(_code())
    submission = _submission_key(key)
    known = cases.filed_already(submission)
    if known is not None:
        return answer(fmt, "service_requests", [_receipt(Filed(known, False))])
    report = _report(asked, estate)
    # Slow, so before the change; what nothing refers to in the end is swept away.
    taken = uploads.take(_pictures())
    with transaction():
        case, is_new = _file(key, estate, report, submission, at)
        for photo in taken.photos if is_new else ():
            verbs.attach(photo, public=True, at=at, case_id=case.id, round=case.round, act=verbs.FILING)
    return answer(fmt, "service_requests", [_receipt(Filed(case, is_new, taken.refusals))])


def _key() -> ApiKey:
    """The live key that came with the post. Raises Fault."""
    secret = request.values.get("api_key", "")
    if not secret:
        raise Fault(HTTPStatus.FORBIDDEN, _("请写 api_key。它由小区的系统管理员发放。"))
    key = api_keys.live(secret)
    if key is None:
        raise Fault(HTTPStatus.FORBIDDEN, _("api_key 不对，或已停用。"))
    return key


def _estate(key: ApiKey) -> Estate:
    """The key's own, whether or not it is named. Raises Fault where another is named."""
    named = jurisdictions.named()
    if named is not None and named.id != key.estate_id:
        raise Fault(HTTPStatus.FORBIDDEN, _("这个 api_key 不是这个小区的。"))
    return named or api_keys.estate_of(key)


def _code() -> str:
    code = request.values.get("service_code", "")
    if not code:
        raise Fault(HTTPStatus.BAD_REQUEST, _("请写 service_code。可用的在 services 里。"))
    return code


def _submission_key(key: ApiKey) -> str:
    """What stands for this post: of one key and one idempotency key always the same, which nobody else can make."""
    said = request.headers.get("Idempotency-Key") or request.form.get("submission_key") or ""
    if len(said) > LONGEST_KEY:
        raise Fault(HTTPStatus.BAD_REQUEST, _("Idempotency-Key 最多 %(most)s 个字符。", most=LONGEST_KEY))
    return api_keys.submission_of(key, said) if said else drafts.new_key()


def _report(asked: Service, estate: Estate) -> Report:
    """What the post reports. Raises Fault with everything that is wrong about it."""
    answers: Answers = read(request.form, asked, estate)
    form = details_form(answers, estate)
    # The standard lets clients send twice what our own page takes.
    form.description.validators = [Length(max=LONGEST, message=_("最多写 %(max)d 个字。请删短一些。"))]
    problems = [*_strange(form, answers), *(_problems(form) if not form.validate() else ())]
    if problems:
        raise Fault(HTTPStatus.BAD_REQUEST, *problems)
    return replace(sending.report(answers, form, estate), channel=Channel.PARTNER)


def _strange(form: DetailsForm, answers: Answers) -> list[str]:
    """A building that is not in the list was meant to say something: to drop it would send people astray."""
    lost = answers.get("building") and not form.building.data
    return [_("%(field)s：不在名单里。", field=form.building.label.text)] if lost else []


def _problems(form: DetailsForm) -> list[str]:
    return [
        _("%(field)s：%(problem)s", field=form[name].label.text, problem=sentence)
        for name, found in form.errors.items()
        for sentence in found
    ]


def _pictures() -> Sequence[FileStorage]:
    return [file for name in PICTURES for file in request.files.getlist(name)]


def _file(key: ApiKey, estate: Estate, report: Report, submission: str, at: datetime) -> tuple[Case, bool]:
    """Inside the change: the case of this submission, if today's allowance has room for it. Raises Fault."""
    numbering.lock(estate, at)
    known = cases.filed_already(submission)
    if known is not None:
        return known, False
    if not api_keys.has_room(key, at):
        raise _enough(_("这个 api_key 今天的 %(n)s 件已经用完。", n=key.per_day), estate, at)
    # Two posts without an idempotency key are meant as two.
    if caps.hindrance(report, estate, at, meant=True):
        raise _enough(_("这个电话或这段文字今天来得太多了。有新情况请改一改内容。"), estate, at)
    api_keys.count(key, at)
    told = replace(report, extra={**report.extra, "api_key": key.id})
    return cases.file_new(told, estate, submission_key=submission, at=at), True


def _enough(sentence: str, estate: Estate, at: datetime) -> Fault:
    wait = caps.midnight(at, estate.zone, 1) - at
    return Fault(HTTPStatus.TOO_MANY_REQUESTS, sentence, retry_after=int(wait.total_seconds()) + 1)


def _receipt(filed: Filed) -> dict[str, Any]:
    """What the standard's answer holds, and beyond it what the reporting party needs and nobody else may have."""
    case = scope.read_by_id(filed.case.id)
    return {
        "service_request_id": case.archive_number,
        "service_notice": _notice(case, filed),
        "account_id": None,
        "reference": case.shown_reference,
        "receipt_code": links.receipt_code(case) if _is_theirs(case) else None,
        "private_link": _private_link(case) if _is_theirs(case) else None,
    }


def _is_theirs(case: Case) -> bool:
    """A post sent again learns nothing that the owner has changed since."""
    return queries.has_first_link(case.id)


def _private_link(case: Case) -> str:
    address = addresses.private_link(links.current_token(case))
    return address if not address.startswith("/") else f"{request.url_root.rstrip('/')}{address}"


def _notice(case: Case, filed: Filed) -> str:
    """What happens next, and what of the post was not taken, in words for the person who reported."""
    said = [
        _("已收到。查询号 %(reference)s。", reference=case.shown_reference),
        next_step(case),
    ]
    if case.anonymous:
        said.append(_("没有留联系方式，按匿名办理；请记好查询号和回执码。"))
    if request.values.get("media_url"):
        said.append(_("media_url 里的照片没有取。请把照片作为文件一起发来。"))
    return sentences(*said, *filed.refusals)
