"""The addresses that are read: discovery, services and their definitions, requests, tokens. Open to anybody."""

from typing import Any
from urllib.parse import urlencode

from flask import current_app, g, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import estates
from portal.dress import locale_of
from portal.limits import limiter, note_hit, of_all, per_source
from portal.open311 import FORMAT, blueprint, filters, jurisdictions, queries, telling
from portal.open311.catalogue import SERVICES, Service, service
from portal.open311.definitions import definition
from portal.open311.documents import TYPES, answer
from portal.open311.filters import Wanted
from shared import clock
from shared.cases import references
from shared.errors import NotFound
from shared.identity.models import Estate
from shared.register import board
from shared.web.language import LOCALES, TAGS

READS = "600 per 10 minutes"
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGESET = "2026-11-22T00:00:00Z"  # when these addresses last changed in what they give
MOST_FIELDS = 512 * 1024
RARELY, OFTEN = 300, 30  # seconds for which what changes rarely, or often, may be kept


@blueprint.before_request
def _bound_fields() -> None:
    """Fields without files are read into memory at once, however many (T32): not as much of them as of photos."""
    if request.mimetype != "multipart/form-data":
        request.max_content_length = MOST_FIELDS


@blueprint.before_request
def _choose_language() -> None:
    """By `?locale=`, else Chinese: what depends on nothing but the address can be kept by anybody on the way."""
    g.locale = locale_of(request.values.get("locale", "")) or LOCALES[0]


@blueprint.after_request
def _let_pages_read(response: Response) -> Response:
    """Reading is for the pages of other sites too; filing is not: a key has no business in a browser."""
    if request.method in ("GET", "HEAD"):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "Link"
    response.headers["Content-Language"] = TAGS[g.get("locale", LOCALES[0])]
    return response


@blueprint.get(f"/discovery.{FORMAT}")
@limiter.limit(READS)
def discovery(fmt: str) -> Response:
    """Where which version of the standard is spoken, and whom to ask for a key."""
    estate = jurisdictions.named() or estates.only()
    config = current_app.extensions["shouwen"]
    contact = _("请打服务电话。") if estate is None else f"{estate.name} {estate.hotline}"
    found = {
        "changeset": CHANGESET,
        "contact": contact,
        "key_service": _("api_key 由小区的系统管理员发放。%(contact)s", contact=contact),
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": _root(),
                "changeset": CHANGESET,
                "type": "production" if config.is_production else "test",
                "formats": [media.partition(";")[0] for media in TYPES.values()],
            }
        ],
    }
    return answer(fmt, "discovery", found, max_age=RARELY)


@blueprint.get(f"/services.{FORMAT}", endpoint="services")
@limiter.limit(READS)
def list_services(fmt: str) -> Response:
    jurisdictions.needed()
    return answer(fmt, "services", [_listed(found) for found in SERVICES.values()], max_age=RARELY)


def _listed(found: Service) -> dict[str, Any]:
    return {
        "service_code": found.code,
        "service_name": found.name,
        "description": found.name,
        "metadata": True,
        "type": "realtime",
        "keywords": f"{found.kind.value},{found.category.value}",
        "group": found.group,
    }


@blueprint.get(f"/services/<code>.{FORMAT}", endpoint="definition")
@limiter.limit(READS)
def define(code: str, fmt: str) -> Response:
    estate = jurisdictions.needed()
    return answer(fmt, "service_definition", definition(service(code), estate), max_age=RARELY)


@blueprint.get(f"/requests.{FORMAT}", endpoint="requests")
@limiter.limit(READS)
def list_requests(fmt: str) -> Response:
    """The requests of ninety days, or those asked for; what further pages there are says the Link header."""
    estate, at = jurisdictions.needed(), clock.now()
    named = board.nameable(estate.id, at)
    if numbers := filters.numbers(request.args):
        return _answer(fmt, telling.documents(queries.numbered(estate.id, numbers), estate, named))
    wanted = filters.read(request.args, estate.zone, at)
    rows = queries.requested(estate.id, wanted, named)
    response = _answer(fmt, telling.documents(rows[: wanted.size], estate, named))
    if links := _links(fmt, wanted, has_more=len(rows) > wanted.size):
        response.headers["Link"] = links
    return response


@blueprint.get(f"/requests/<id>.{FORMAT}", endpoint="request")
@limiter.limit(READS)
@per_source
@of_all
def one_request(id: str, fmt: str) -> Response:
    """By its id, or by the reference on the owner's receipt, which tells what it is about."""
    estate = jurisdictions.needed()
    row, by_reference = _one(estate, id)
    named = board.nameable(estate.id, clock.now())
    return _answer(fmt, telling.documents([row], estate, named, by_reference=by_reference))


@blueprint.get(f"/tokens/<token>.{FORMAT}", endpoint="token")
@limiter.limit(READS)
@per_source
@of_all
def one_token(token: str, fmt: str) -> Response:
    """Every request has its id at once; who holds nothing but the reference finds the id here."""
    estate = jurisdictions.needed()
    found = {"service_request_id": _one(estate, token)[0].archive_number, "token": token}
    return answer(fmt, "service_requests", [found], max_age=OFTEN)


@blueprint.route("/<path:rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def nothing_here(rest: str) -> Response:
    """Any other address under this one is told in the format of the standard that it is nobody's."""
    raise NotFound


def _one(estate: Estate, id: str) -> tuple[Any, bool]:
    """The request of an id or a reference, and whether it was the latter. Raises NotFound, which counts as a guess
    (T05).
    """
    reference = references.read(id).reference
    found = queries.referred_to(estate.id, reference) if reference else None
    if found is not None:
        note_hit()  # of a reference only: the ids anybody may read say nothing of who asks
        return found, True
    if rows := queries.numbered(estate.id, [id]):
        return rows[0], False
    raise NotFound


def _answer(fmt: str, told: list[telling.Document]) -> Response:
    return answer(fmt, "service_requests", told, max_age=OFTEN)


def _root() -> str:
    public: str = current_app.extensions["shouwen"].public_url
    return f"{public or request.url_root.rstrip('/')}{blueprint.url_prefix}"


def _links(fmt: str, wanted: Wanted, *, has_more: bool) -> str:
    """The pages beside this one, by addresses that ask for the same."""
    pages = {"prev": wanted.page - 1, "next": wanted.page + 1 if has_more else 0}
    same = {**request.args.to_dict(flat=False), "page_size": [str(wanted.size)]}
    found = []
    for relation, page in pages.items():
        if page > 0:
            query = urlencode({**same, "page": [str(page)]}, doseq=True)
            found.append(f'<{_root()}/requests.{fmt}?{query}>; rel="{relation}"')
    return ", ".join(found)
