"""Two workers at one long export: the lease of the first ran out while it was still writing."""

import csv
from io import StringIO

import pytest
from flask import Flask
from sqlalchemy import select

from shared.audit.models import Access
from shared.clock import now
from shared.database import db, transaction
from shared.exports import drawer, jobs, making, register_rows, taking
from shared.exports.models import ExportJob
from shared.exports.spreadsheets import Form
from shared.register.filters import Filters
from tests.at_once import times_at_once
from tests.cast import Cast, file

CASES = 6


def test_two_at_one_export_make_one_file_and_enter_each_case_once(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "PART", 1)
    numbers = [file(cast).archive_number for _ in range(CASES)]
    user, filters = cast.person("limin"), Filters({})
    ids = register_rows.ids_of(user, filters, now(), "Asia/Shanghai")
    with transaction():
        export = taking.keep(CASES, 0, by=user, at=now(), form="csv", asked="", reason="对账")
        job_id = jobs.ask(ids, filters, export, by=user, at=now(), form=Form.CSV, language="zh_Hans").id

    def work(_n: int) -> None:
        for _ in range(CASES + 1):  # who came too late leaves it to the other, and the row is taken up again
            making.make({"job": job_id})

    times_at_once(app, 2, work)
    job = db.session.get_one(ExportJob, job_id, populate_existing=True)
    assert (job.done, job.failed, job.finished_at is not None) == (CASES, None, True)
    with drawer.opened(jobs.file_of(job)) as found:
        lines = csv.DictReader(StringIO(found.read().decode("utf-8-sig"), newline=""))
        assert sorted(line["档案编号"] for line in lines) == sorted(numbers)
    assert sorted(db.session.scalars(select(Access.case_id))) == sorted(ids)
