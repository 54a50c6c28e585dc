"""Making long exports, a turn at a time: what is written stands, and whoever comes next goes on from there.

And clearing them away, when their day is over.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from flask_babel import force_locale
from sqlalchemy import select, update

from shared.clock import now
from shared.database import db, transaction
from shared.exports import drawer, jobs, register, register_rows
from shared.exports.models import ExportJob
from shared.exports.spreadsheets import Form
from shared.identity.models import User
from shared.outbox import rows, tasks

PART = 2_000  # cases: so many stand in memory, and are lost when a worker is killed
TURN = 10.0  # seconds; then whatever else waits has its turn
LEASE = timedelta(minutes=2)  # binding 100,000 rows takes seconds, on a disk that is busy many


def _give_up(payload: tasks.Payload) -> None:
    jobs.fail(payload["job"], jobs.GIVEN_UP, now())


@tasks.task(jobs.TASK, lease=LEASE, given_up=_give_up)
def make(payload: tasks.Payload) -> None:
    """One turn; safe to run twice, and twice at once. Raises Undone where there is no room for the file."""
    job_id: int = payload["job"]
    try:
        _work(job_id, time.monotonic)
    except FileNotFoundError:
        with transaction():
            jobs.fail(job_id, jobs.LOST, now())
    except OSError as error:
        raise tasks.Undone(f"the export could not be written: {error.strerror}") from error


def _work(job_id: int, clock: Callable[[], float]) -> None:
    """One part at least: the row that goes on is known by how far the export is."""
    until = clock() + TURN
    while (job := _under_way(job_id)) is not None:
        with force_locale(jobs.asked_of(job)[1]):
            if job.done >= (job.rows or 0):
                _bind(job)
            elif not _write_part(job):
                break  # called off, or somebody else is at it
            elif clock() > until:
                return _go_on_later(job_id)
    _leave_nothing(job_id)


def _leave_nothing(job_id: int) -> None:
    """Of what was called off while it was written."""
    job = db.session.get(ExportJob, job_id, populate_existing=True)
    if job is not None and job.failed is not None and job.storage_key:
        drawer.empty(job.storage_key)


def _under_way(job_id: int) -> ExportJob | None:
    job = db.session.get(ExportJob, job_id, populate_existing=True)
    return job if job and job.finished_at is None and job.failed is None else None


def _go_on_later(job_id: int) -> None:
    with transaction():
        done = db.session.get_one(ExportJob, job_id).done
        rows.write(jobs.TASK, {"job": job_id}, f"{jobs.TASK}:{job_id}:{done}")


def _write_part(job: ExportJob) -> bool:
    """Each case is entered in the register before the file is anybody's; whether the part was still wanted."""
    key, begins, at = job.storage_key or "", job.done, now()
    ids = drawer.ids_of(key, begins, PART)
    user = db.session.get_one(User, job.user_id)
    found = register_rows.read(user, ids)
    with drawer.writing(drawer.part_of(key, begins)) as file:
        file.write(register.write_part(found, Form(job.form), begins))
    with transaction():
        if not _advance(job.id, begins, begins + len(ids)):
            return False
        register_rows.record(found, by=db.session.get_one(User, job.user_id), at=at)
    return True


def _advance(job_id: int, before: int, after: int) -> bool:
    """Unless somebody else has, or it was called off."""
    moved = db.session.execute(
        update(ExportJob)
        .where(ExportJob.id == job_id, ExportJob.done == before, ExportJob.failed.is_(None))
        .values(done=after)
        .returning(ExportJob.id)
        .execution_options(synchronize_session=False)
    )
    return moved.scalar() is not None


def _bind(job: ExportJob) -> None:
    """All parts into one file; it is ready unless it was called off meanwhile."""
    key, name = job.storage_key or "", jobs.file_of(job)
    with drawer.writing(name) as out:
        register.bind(out, drawer.parts(key), Form(job.form))
    at = now()
    with transaction():
        db.session.execute(
            update(ExportJob)
            .where(ExportJob.id == job.id, ExportJob.finished_at.is_(None), ExportJob.failed.is_(None))
            .values(finished_at=at, size=drawer.size_of(name), expires_at=at + jobs.KEPT)
            .execution_options(synchronize_session=False)
        )
    drawer.empty(key, but=name)


def clear(at: datetime) -> int:
    """Delete the files whose time is over, and what was searched for with them; how many. Opens its own changes.

    Safe to repeat, and to run twice at once.
    """
    over = db.session.scalars(
        select(ExportJob.id).where(ExportJob.expires_at <= at, ExportJob.removed_at.is_(None))
    ).all()
    for job_id in over:
        with transaction():
            job = db.session.get_one(ExportJob, job_id)
            job.removed_at, job.asked = at, ""
            drawer.empty(job.storage_key or "none")
    _discard_unknown(at - jobs.KEPT)
    return len(over)


def _discard_unknown(before: datetime) -> None:
    """Of changes that came to nothing, and parts that came too late."""
    drawer.discard_unfinished(before)
    old = drawer.keys_before(before)
    known = select(ExportJob.storage_key).where(
        ExportJob.storage_key.in_(old), ExportJob.removed_at.is_(None)
    )
    for key in old - set(db.session.scalars(known)):
        drawer.empty(key)
