"""Addresses that nobody means, on both databases: what is not there is not found, and nothing breaks (T15)."""

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.critic import CriticalClient


@pytest.mark.parametrize(
    "address",
    ["/?estate=%00", "/file?estate=%00", "/board/%00", "/c/%00", "/track/%00", "/notices/4294967296"],
)
def test_a_public_address_that_no_database_holds_is_not_found(
    client: CriticalClient, cast: Cast, address: str
) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "address", ["/staff/cases/%00", "/staff/cases/JX-26-0001%00", "/staff/notices/4294967296"]
)
def test_nor_is_one_of_the_staff_face(
    signed_in: Callable[[str], CriticalClient], cast: Cast, address: str
) -> None:
    assert signed_in("limin").get(address).status_code == 404


def test_a_name_that_no_database_holds_signs_nobody_in(client: CriticalClient, cast: Cast) -> None:
    page = client.get("/staff/sign-in").submit(username="limin\x00", password="x")
    assert page.status_code in (404, 422)
