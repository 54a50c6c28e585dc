"""What opens the owner's page: the private link, which can be changed, and the code on the receipt (T02, T06)."""

import re
from datetime import timedelta

from shared import sealing
from shared.cases import links
from shared.cases.models import PrivateLink
from shared.database import db, transaction
from tests.cast import MONDAY, Cast
from tests.life import begin


def test_a_filed_case_has_one_private_link_of_128_bits_that_can_be_sent_again(cast: Cast) -> None:
    case = begin(cast).case
    token = links.current_token(case)
    assert re.fullmatch(r"[\w-]{22}", token)
    assert links.case_id_of(token) == case.id
    assert links.current_token(case) == token


def test_the_database_knows_the_links_digest_and_never_the_link(cast: Cast) -> None:
    case = begin(cast).case
    token = links.current_token(case)
    stored = db.session.query(PrivateLink).one()
    assert bytes(stored.digest) == sealing.digest(token)
    assert token not in repr(vars(stored))


def test_a_changed_link_opens_and_the_one_before_opens_nothing(cast: Cast) -> None:
    case = begin(cast).case
    old = links.current_token(case)
    with transaction():
        new = links.rotate(case, MONDAY + timedelta(hours=1))
    assert links.case_id_of(old) is None
    assert links.case_id_of(new) == case.id
    assert links.current_token(case) == new


def test_a_link_can_be_changed_any_number_of_times_and_none_comes_back(cast: Cast) -> None:
    case = begin(cast).case
    seen = {links.current_token(case)}
    for hour in range(1, 6):
        with transaction():
            seen.add(links.rotate(case, MONDAY + timedelta(hours=hour)))
    assert len(seen) == 6
    assert [token for token in seen if links.case_id_of(token)] == [links.current_token(case)]


def test_what_is_no_link_opens_nothing(cast: Cast) -> None:
    case = begin(cast).case
    for wrong in (
        "",
        "null",
        case.reference,
        links.current_token(case)[:-1],
        links.current_token(case) + "A",
    ):
        assert links.case_id_of(wrong) is None


def test_two_cases_share_neither_link_nor_code(cast: Cast) -> None:
    cases = [begin(cast).case for _ in range(12)]
    assert len({links.current_token(case) for case in cases}) == 12
    assert len({links.receipt_code(case) for case in cases}) == 12
    assert all(re.fullmatch(r"\d{6}", links.receipt_code(case)) for case in cases)
