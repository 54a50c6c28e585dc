"""A password that everybody who guesses tries first is none, however long it is (T23)."""

import pytest

from shared import clock
from shared.database import transaction
from shared.identity import invitations, passwords
from tests.cast import Cast
from tests.critic import CriticalClient

COMMON = ["password1234", "Password12345", "qwertyuiop123", "1q2w3e4r5t6y", "123456789123", "administrator!"]
OWN = "四号门的灯是蓝色的晚上八点亮"


@pytest.mark.parametrize("password", COMMON)
def test_a_password_of_the_list_is_not_taken_and_the_link_stays(
    client: CriticalClient, cast: Cast, password: str
) -> None:
    with transaction():
        link = f"/staff/welcome/{invitations.invite(cast.person('wangqiang'), clock.now())}"
    page = client.get(link).submit(password=password, again=password)
    assert page.status_code == 422
    assert "太常见" in page.words
    assert client.get(link).submit(password=OWN, again=OWN).where.startswith("/staff/sign-in")


def test_the_list_holds_what_would_be_long_enough() -> None:
    assert len(passwords.common()) > 150
    assert all(len(each) >= passwords.SHORTEST for each in passwords.common())


@pytest.mark.parametrize(
    "password", [OWN, "correct horse battery", "professional complaints", "2026年的春天来得早一些"]
)
def test_a_sentence_of_ones_own_is_taken(password: str) -> None:
    assert not passwords.is_common(password)
