"""What leaves as a table or on paper: no cell is a formula (T16), and the press fetches nothing a word names (T17)."""

import csv
import io
import socket
from collections.abc import Callable, Iterator

import openpyxl
import pytest
from flask import Flask

from tests.architecture.test_access import DOORS, ONE_OF_EACH, Estate
from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.threats.hostile import poison

SignIn = Callable[[str], CriticalClient]

FORMULAS = (
    '=HYPERLINK("http://127.0.0.1:9/")',
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    "=cmd|' /C calc'!A0",
)
BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
NUMBER = ("-", "+")  # a number may begin so; it is no text
TABLES = ("statistics_xlsx", "imports_blank")


def cells_of(page: Page) -> Iterator[object]:
    if page.mimetype == "text/csv":
        rows = csv.reader(io.StringIO(page.data.decode("utf-8-sig")))
        yield from (cell for row in rows for cell in row)
    else:
        book = openpyxl.load_workbook(io.BytesIO(page.data))
        for sheet in book:
            for row in sheet.iter_rows():
                assert all(cell.data_type != "f" for cell in row), sheet.title
                yield from (cell.value for cell in row)


def formulas_in(page: Page) -> list[str]:
    texts = [cell for cell in cells_of(page) if isinstance(cell, str) and cell not in NUMBER]
    return [text for text in texts if text.startswith(BEGINNINGS) and not text[1:].replace(".", "").isdigit()]


def test_no_table_that_leaves_holds_a_formula(
    app: Flask, cast: Cast, here: Estate, signed_in: SignIn, client: CriticalClient
) -> None:
    poison(FORMULAS)
    director = signed_in("hemei")
    token = str(director.get("/staff/cases").one("[name=csrf_token]")["value"])
    asked = {"csrf_token": token, "reason": "x", "phones": "1"}
    pages = [
        director.post("/staff/register/export", data={**asked, "form": form}) for form in ("csv", "xlsx")
    ]
    for door in here.doors(app):
        if door.method == "GET" and door.endpoint.endswith(TABLES):
            pages.append(director.get(door.address))
    pages += [client.get(address) for address in ("/openness/cases.csv",)]
    for page in pages:
        assert page.status_code == 200, page.where
        assert formulas_in(page) == [], page.where
    assert all(any(str(cell).startswith("'") for cell in cells_of(page)) for page in pages[:2]), "none tried"


def test_no_paper_fetches_what_a_word_names(app: Flask, cast: Cast, here: Estate, signed_in: SignIn) -> None:
    """Three papers of the one press, a second of processor each: the listener gets no visit, and no file is read."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        there = f"http://127.0.0.1:{listener.getsockname()[1]}"
        words = (
            f"<img src={there}/a>",
            f'#image("{there}/b.png")',
            '#read("/etc/passwd")',
            f"![]({there}/c)",
        )
        poison(words)
        for endpoint in ("case_record_sheet", "settings_spots_posters", "reports_paper"):
            role = "director" if "director" in (DOORS[endpoint] or ()) else "supervisor"
            (door,) = (each for each in here.doors(app) if (each.endpoint, each.method) == (endpoint, "GET"))
            page = signed_in(ONE_OF_EACH[role]).get(door.address)
            assert (page.status_code, page.data[:5]) == (200, b"%PDF-"), door
        with pytest.raises(BlockingIOError):
            listener.accept()
