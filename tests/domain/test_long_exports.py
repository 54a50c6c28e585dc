"""Long exports: made in turns, gone on with after a fault, called off, and cleared away when their day is over."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
import time_machine
from openpyxl import load_workbook
from sqlalchemy import select

from shared.audit.models import Access
from shared.clock import now
from shared.database import db, transaction
from shared.errors import NotFound, Refused
from shared.exports import drawer, jobs, making, register_rows, taking
from shared.exports.models import ExportJob
from shared.exports.spreadsheets import Form
from shared.outbox import drain
from shared.outbox.models import DUE, OutboxRow
from shared.register.filters import Filters
from tests.cast import MONDAY, Cast, file

HOUR = timedelta(hours=1)


@pytest.fixture
def cases(cast: Cast, monday: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Five, the newest first, and parts of two."""
    monkeypatch.setattr(making, "PART", 2)
    return [file(cast, MONDAY + n * HOUR, kind="repair").archive_number for n in range(5)][::-1]


def _ask(cast: Cast, form: Form = Form.CSV, by: str = "limin", q: str = "") -> int:
    user = cast.person(by)
    filters = Filters({"kind": "repair", **({"q": q} if q else {})})
    ids = register_rows.ids_of(user, filters, now(), "Asia/Shanghai")
    with transaction():
        export = taking.keep(len(ids), 0, by=user, at=now(), form=form, asked="kind=repair", reason="对账")
        return jobs.ask(ids, filters, export, by=user, at=now(), form=form, language="zh_Hans").id


def _turn() -> list[drain.Result]:
    """What the queue or the schedule does with each row of ours, as long as there is one; the rest is not asked."""
    ours = select(OutboxRow.id).where(OutboxRow.task == jobs.TASK, OutboxRow.state == DUE)
    return [drain.run_row(row_id) for row_id in db.session.scalars(ours).all()]


def _job(job_id: int) -> ExportJob:
    db.session.rollback()
    return db.session.get_one(ExportJob, job_id, populate_existing=True)


def _numbers(job_id: int) -> list[str]:
    with drawer.opened(jobs.file_of(_job(job_id))) as found:
        content = found.read()
    if _job(job_id).form == Form.XLSX:
        rows = load_workbook(BytesIO(content))["台账"].iter_rows(min_row=2, max_col=1, values_only=True)
        return [str(number) for (number,) in rows]
    return [row["档案编号"] for row in csv.DictReader(StringIO(content.decode("utf-8-sig"), newline=""))]


def _accesses() -> list[int]:
    return list(db.session.scalars(select(Access.case_id).order_by(Access.id)))


@pytest.mark.parametrize("form", list(Form))
def test_a_long_export_is_made_in_parts_and_holds_every_case_once_in_order(
    cast: Cast, cases: list[str], form: Form
) -> None:
    job_id = _ask(cast, form)
    assert _turn() == [drain.Result.DONE]
    job = _job(job_id)
    assert (job.done, job.rows, job.failed) == (5, 5, None)
    assert _numbers(job_id) == cases
    assert job.size == drawer.size_of(jobs.file_of(job))
    assert len(set(_accesses())) == len(_accesses()) == 5, "each case stands in the register of who saw what"
    assert drawer.names() == [jobs.file_of(job)], "nothing else is left of it"


def test_whoever_comes_after_a_killed_worker_goes_on_where_it_stopped(
    cast: Cast, cases: list[str], monkeypatch: pytest.MonkeyPatch, monday: time_machine.Traveller
) -> None:
    """The lease runs out; what was written stands, and is in no register twice."""
    job_id = _ask(cast)
    whole = making._write_part
    killed = iter([False, True])

    def write(job: ExportJob) -> bool:
        if next(killed, False):
            raise KeyboardInterrupt
        return whole(job)

    monkeypatch.setattr(making, "_write_part", write)
    with pytest.raises(KeyboardInterrupt):
        _turn()
    assert (_job(job_id).done, _turn()) == (2, [drain.Result.SKIPPED])
    monday.shift(making.LEASE)
    assert _turn() == [drain.Result.DONE]
    assert _numbers(job_id) == cases
    assert len(_accesses()) == 5


def test_a_turn_that_is_over_leaves_the_rest_to_the_next(
    cast: Cast, cases: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mails and promises that wait behind it have their turn between."""
    monkeypatch.setattr(making, "TURN", -1)
    job_id = _ask(cast)
    came_to = [(len(_turn()), _job(job_id).done) for _ in range(4)]
    assert came_to == [(1, 2), (1, 4), (1, 5), (1, 5)]
    assert _numbers(job_id) == cases


def test_what_one_may_see_no_more_is_not_in_the_file(cast: Cast, cases: list[str]) -> None:
    """Between asking and making somebody's post may end."""
    job_id = _ask(cast)
    with transaction():
        for post in cast.person("limin").appointments:
            post.until = MONDAY
    _turn()
    assert _numbers(job_id) == _accesses() == []


def test_called_off_while_it_is_made_nothing_is_left(
    cast: Cast, cases: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = _ask(cast)
    write = making._write_part

    def call_off(job: ExportJob) -> bool:
        written = write(job)
        with transaction():
            jobs.call_off(jobs.one_of(cast.person("limin"), job_id), now())
        return written

    monkeypatch.setattr(making, "_write_part", call_off)
    _turn()
    assert (_job(job_id).done, _job(job_id).failed) == (2, jobs.CALLED_OFF)
    assert drawer.names() == []
    with pytest.raises(Refused):
        jobs.fetch(_job(job_id), now())


def test_only_whoever_asked_finds_it_and_only_for_a_day(
    cast: Cast, cases: list[str], monday: time_machine.Traveller
) -> None:
    job_id = _ask(cast, q="电梯")
    _turn()
    with pytest.raises(NotFound):
        jobs.one_of(cast.person("hemei"), job_id)
    assert jobs.fetch(_job(job_id), now()) in drawer.names()
    monday.shift(jobs.KEPT - HOUR)
    making.clear(now())
    assert drawer.names() != []
    monday.shift(HOUR)
    with pytest.raises(Refused):
        jobs.fetch(_job(job_id), now())
    assert (making.clear(now()), making.clear(now())) == (1, 0)
    assert (_job(job_id).asked, drawer.names()) == ("", []), "nor what was searched for"


def test_who_has_left_a_post_takes_nothing_away_that_they_saw_in_it(
    cast: Cast, cases: list[str], monday: time_machine.Traveller
) -> None:
    job_id = _ask(cast)
    _turn()
    monday.shift(HOUR)
    with transaction():
        (post,) = cast.person("limin").appointments
        post.until = now()
    with pytest.raises(Refused, match="岗位变了"):
        jobs.fetch(_job(job_id), now())


def test_a_lost_file_is_said_and_not_tried_for_ever(cast: Cast, cases: list[str]) -> None:
    job_id = _ask(cast)
    drawer.empty(_job(job_id).storage_key or "")
    _turn()
    assert _job(job_id).failed == jobs.LOST


def test_nobody_has_more_than_two_on_their_way(cast: Cast, cases: list[str]) -> None:
    for _ in range(jobs.MOST_AT_ONCE):
        _ask(cast)
    with pytest.raises(Refused, match="还没做好"):
        _ask(cast)
    assert _ask(cast, by="hemei")
