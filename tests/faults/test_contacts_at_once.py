"""T28: who opens six contacts at the same moment opens no more of them than one after the other."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from shared.audit.models import Access
from shared.cases import contacts
from shared.cases.models import Case
from shared.database import db, transaction
from shared.errors import Refused
from tests.at_once import times_at_once
from tests.cast import MONDAY, Cast, file
from tests.critic import CriticalClient

CAP, TRIES = 2, 6


def test_in_six_windows_at_once_no_more_contacts_are_opened_than_the_days_number(
    app: Flask, cast: Cast
) -> None:
    app.extensions["shouwen"] = replace(app.extensions["shouwen"], contacts_per_day=CAP)
    for n in range(TRIES):
        file(cast, phone=f"1380013800{n}")
    ids = db.session.scalars(select(Case.id)).all()
    db.session.commit()

    def open_one(n: int) -> bool:
        try:
            with transaction():
                limin = cast.person("limin")
                contacts.register([ids[n]], "phone", by=limin, at=MONDAY + timedelta(seconds=n))
        except Refused:
            return False
        return True

    assert sum(times_at_once(app, TRIES, open_one)) == CAP
    assert db.session.query(Access).count() == CAP


def test_who_reveals_and_exports_at_the_same_moment_gets_both(
    cast: Cast, app: Flask, signed_in: Callable[[str], CriticalClient]
) -> None:
    """Of two changes that hold a case and a person, each in its turn, neither waits for the other for ever."""
    number = file(cast, kind="repair").archive_number
    page = signed_in("limin").get("/staff/cases")
    token = page.one("input[name=csrf_token]")["value"]
    asked = {"csrf_token": token, "form": "csv", "phones": "whole", "reason": "对账"}
    doors = (
        ("/staff/register/export", asked),
        (f"/staff/cases/{number}/reveal", {"csrf_token": token, "field": "phone"}),
    )

    def knock(n: int) -> int:
        address, sent = doors[n % 2]
        return page.client.post(address, data=sent).status_code

    assert set(times_at_once(app, 12, knock)) == {200}
