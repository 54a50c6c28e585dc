"""Words that were made to break something: each is taken as words, or refused in a sentence."""

import csv
import io
from collections.abc import Callable

import pytest

from tests.cast import PASSWORD, Cast
from tests.critic import CriticalClient
from tests.life import begin

SignIn = Callable[[str], CriticalClient]


def _token(client: CriticalClient, address: str = "/staff/cases") -> str:
    return str(client.get(address).one("input[name=csrf_token]")["value"])


@pytest.mark.parametrize(
    "packed", ["A" * 400_000, "=" * 9, "\ud800"], ids=["long", "no letters", "half a sign"]
)
def test_words_that_nobody_packed_hold_no_sign_in_up(cast: Cast, client: CriticalClient, packed: str) -> None:
    typed = {
        "csrf_token": _token(client, "/staff/sign-in"),
        "username": "limin",
        "password": "a guess",
        "luggage": packed.encode("utf-8", "surrogatepass"),
    }
    assert client.post("/staff/sign-in", data=typed).status_code == 422
    page = client.post("/staff/sign-in", data={**typed, "password": PASSWORD}, follow_redirects=True)
    assert page.status_code == 200, page.words[:200]
    assert "/sign-in" not in page.where


@pytest.mark.parametrize(
    "back",
    [
        "/staff/\nX: y",
        "/staff/\r\nSet-Cookie: a=b",
        "//evil.example",
        "/staff/../..//evil.example",
        "/staff/../language",
        "/staff/%2e%2E/file",
        "/\\evil",
    ],
)
def test_a_way_back_that_is_none_leads_to_the_list_or_the_case(
    cast: Cast, signed_in: SignIn, back: str
) -> None:
    """T19: what has been done is not followed by an error, nor by another site."""
    client, story = signed_in("limin"), begin(cast)
    asked = {"csrf_token": _token(client), "next": back}
    page = client.post("/staff/register/bulk/claim", data=asked)
    assert (page.status_code, page.headers["Location"]) == (303, "/staff/cases")
    page = client.post(f"/staff/cases/{story.number}/claim", data=asked)
    assert (page.status_code, page.headers["Location"]) == (303, f"/staff/cases/{story.number}")
    assert story.case.state == "claimed"


@pytest.mark.parametrize("begun", ["=1+1", "\t=1+1", "\n=1+1", " =1+1", "＝1+1", "＠SUM(1)", "＋1", "－1"])
def test_no_cell_of_the_register_becomes_a_formula(cast: Cast, signed_in: SignIn, begun: str) -> None:
    """T16, for spreadsheets that pass over what stands before the sign, and for East Asian ones."""
    begin(cast, description=f"{begun} 请尽快修好电梯")
    client = signed_in("limin")
    asked = {"csrf_token": _token(client), "form": "csv"}
    file = client.post("/staff/register/export", data=asked).get_data(as_text=True)
    cells = [cell for row in csv.reader(io.StringIO(file)) for cell in row if "请尽快" in cell]
    assert [cell[0] for cell in cells] == ["'"]


def test_a_cell_of_plain_words_stays_as_it_is(cast: Cast, signed_in: SignIn) -> None:
    begin(cast, description="3号楼=同一部电梯，-1层也停了")
    client = signed_in("limin")
    asked = {"csrf_token": _token(client), "form": "csv"}
    file = client.post("/staff/register/export", data=asked).get_data(as_text=True)
    assert ",3号楼=同一部电梯，-1层也停了," in file


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "{{7*7}}", "a\x00b", "' OR 1=1 --"])
def test_the_name_of_a_shared_view_is_shown_to_colleagues_as_it_was_typed(
    cast: Cast, signed_in: SignIn, name: str
) -> None:
    client = signed_in("limin")
    asked = {"csrf_token": _token(client), "name": name, "state": "open", "whose": "jinxiu"}
    assert client.post("/staff/register/views/new", data=asked).status_code == 303
    chips = [a.get_text().strip() for a in signed_in("zhouqi").get("/staff/cases").soup.find_all("a")]
    assert f"{name.replace(chr(0), '')}（共用）" in chips
