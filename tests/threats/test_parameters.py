"""Every parameter of an address is a value: no statement, no pattern, no order, and no number too large (T15)."""

from collections.abc import Callable

import pytest

from shared.cases.models import Case
from shared.database import db
from shared.register.filters import NAMES
from tests.architecture.test_access import Estate
from tests.cast import Cast
from tests.critic import CriticalClient

SignIn = Callable[[str], CriticalClient]

EVIL = (
    "1' OR '1'='1\"; DROP TABLE cases;-- ') UNION SELECT password_hash FROM users-- %_\\ {{7*7}} $(id)\x00",
    "99999999999999999999",
    "-1 desc, (select 1)",
)
SPOKEN = ("SELECT ", "UNION", "syntax error", "sqlite3", "psycopg", "sqlalchemy", "Traceback", "argon2")

STAFF = {
    "cases": (*NAMES, "after", "before", "columns"),
    "": ("view", "since", "known"),
    "archive": ("q", "case", "from", "to", "after", "before", "year", "category", "kind"),
    "assessment": ("person", "department", "state", "rule", "month", "before", "show"),
    "assessment/new": ("case", "rule"),
    "improvement": ("view", "after"),
    "improvement/lessons": ("q", "category", "cause", "view", "case", "after"),
    "improvement/trainings": ("year", "after"),
    "notices": ("before", "case"),
    "reports": ("kind", "on"),
    "reports/{report}/cases": ("of", "key", "after", "before"),
    "reports/indicators": ("from", "to"),
    "reports/indicators/cases": ("of", "part", "from", "to", "after", "before"),
    "reports/pictures": ("from", "to"),
    "reports/pictures/cases": ("of", "key", "day", "after", "before", "from", "to"),
    "revisits": ("show", "after"),
    "revisits/statistics": ("kind", "on", "from", "to"),
    "settings/calendar": ("year",),
    "settings/policies": ("only", "days"),
    "settings/spots": ("building", "spot"),
    "cases/{number}": ("show",),
    "cases/{number}/grading": ("severity",),
}
SUPERVISION = {"privacy/accesses": ("who", "what", "case", "from", "to", "before")}
PUBLIC = {
    "/": ("estate", "place"),
    "/file": ("estate", "place"),
    "/track": ("reference", "estate"),
    "/notices": ("after", "estate"),
    "/privacy": ("version",),
    "/openness": ("estate", "year"),
    "/openness/cases.csv": ("from", "to", "category", "kind", "month", "year"),
    "/board/jinxiu": ("screen", "layout", "night"),
    "/open311/v2/requests.json": (
        "service_request_id",
        "start_date",
        "end_date",
        "status",
        "page",
        "page_size",
    ),
    "/open311/v2/services.json": ("jurisdiction_id", "lang"),
}


def wrong_of(client: CriticalClient, address: str, names: tuple[str, ...]) -> list[str]:
    """What these parameters brought to light: each by itself with the first, all together with the others."""
    asked = [({name: EVIL[0]}) for name in names] + [dict.fromkeys(names, evil) for evil in EVIL[1:]]
    wrong = []
    for question in asked:
        page = client.get(address, query_string=question)
        said = page.get_data(as_text=True)
        heard = [word for word in SPOKEN if word in said and word not in EVIL[0]]
        if page.status_code >= 500 or heard:
            wrong.append(f"{address}?{question}: {page.status_code} {heard}")
    return wrong


def test_no_parameter_of_the_staff_face_is_more_than_a_value(
    cast: Cast, here: Estate, signed_in: SignIn
) -> None:
    """A hundred questions, each another statement: four seconds."""
    names = {"number": here.number, "report": here.report_id}
    wrong = []
    for who, pages in (("hemei", STAFF), ("tangwen", SUPERVISION)):
        client = signed_in(who)
        client.reads_pages = False
        for path, parameters in pages.items():
            wrong += wrong_of(client, f"/staff/{path.format(**names)}", parameters)
    assert wrong == []
    assert db.session.query(Case).count() == 1


def test_no_parameter_of_the_public_faces_is_more_than_a_value(client: CriticalClient, here: Estate) -> None:
    client.reads_pages = False
    wrong = [fault for address, names in PUBLIC.items() for fault in wrong_of(client, address, names)]
    assert wrong == []
    assert db.session.query(Case).count() == 1


@pytest.mark.parametrize("order", ["due", "filed", "due desc", "1; DROP TABLE cases", "password_hash"])
def test_an_order_is_one_of_the_list_or_none(cast: Cast, here: Estate, signed_in: SignIn, order: str) -> None:
    page = signed_in("hemei").get("/staff/cases", query_string={"sort": order})
    assert page.status_code == 200
    assert here.number in page.words
