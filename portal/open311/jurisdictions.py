"""The estate a request is about: the standard's jurisdiction_id is its short name; with one estate it is implied."""

from http import HTTPStatus

from flask import request
from flask_babel import gettext as _

from portal.estates import only
from portal.open311.faults import Fault
from shared.identity.models import Estate
from shared.identity.queries import estate_by_slug


def named() -> Estate | None:
    """The estate that the request names. Raises Fault on one that is not here."""
    slug = request.values.get("jurisdiction_id") or request.values.get("estate")
    if not slug:
        return None
    found = estate_by_slug(slug)
    if found is None:
        raise Fault(HTTPStatus.NOT_FOUND, _("没有这个 jurisdiction_id。它是小区在网址里的短名。"))
    return found


def needed() -> Estate:
    """The estate of this request. Raises Fault where there are several and none is named."""
    found = named() or only()
    if found is None:
        raise Fault(HTTPStatus.BAD_REQUEST, _("请写 jurisdiction_id：小区在网址里的短名。"))
    return found
