"""Open311 GeoReport v2: partners' apps file and follow cases in a standard that exists already (MS-1, CO-1).

Reading is public and holds nothing personal; filing needs an api key of the estate. No cookie is read or set here.
"""

from flask import Blueprint

blueprint = Blueprint("open311", __name__, url_prefix="/open311/v2")
FORMAT = "<any(json,xml):fmt>"
