"""Long exports (导出任务): asked for, called off, fetched by whoever asked, and gone after a day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from flask_babel import gettext as _
from sqlalchemy import func, select

from shared.audit.models import Export
from shared.database import db
from shared.errors import NotFound, Refused
from shared.exports import drawer
from shared.exports.models import ExportJob
from shared.exports.spreadsheets import Form
from shared.identity.models import Appointment, User
from shared.outbox import rows
from shared.register.filters import Filters

DIRECT = 2_000  # cases that are waited for: two seconds
KEPT = timedelta(hours=24)
MOST_AT_ONCE = 2  # of one person
SHOWN = 20
TASK = "export"
CALLED_OFF, LOST, GIVEN_UP = "called_off", "lost", "given_up"
LANGUAGE = "lang"


def ask(
    ids: Sequence[int], filters: Filters, export: Export, *, by: User, at: datetime, form: Form, language: str
) -> ExportJob:
    """Have a file made of these cases in the background; *export*: what it is for (T28).

    Raises Refused while two of the same person are on their way.
    """
    under_way = db.session.scalar(
        select(func.count())
        .select_from(ExportJob)
        .where(ExportJob.user_id == by.id, ExportJob.finished_at.is_(None), ExportJob.failed.is_(None))
    )
    if (under_way or 0) >= MOST_AT_ONCE:
        raise Refused(_("您已有 %(n)s 份导出还没做好。请等一份做好，或先取消一份。", n=MOST_AT_ONCE))
    key = drawer.new_key()
    drawer.write_ids(key, ids)
    db.session.flush()
    job = ExportJob(
        user_id=by.id,
        form=form.value,
        asked=urlencode({**filters.values, LANGUAGE: language}),
        export_id=export.id,
        asked_at=at,
        rows=len(ids),
        storage_key=key,
    )
    db.session.add(job)
    db.session.flush()
    rows.write(TASK, {"job": job.id}, f"{TASK}:{job.id}:0")
    return job


def asked_of(job: ExportJob) -> tuple[dict[str, str], str]:
    """The filters of its address, and the language it is written in."""
    asked = dict(parse_qsl(job.asked))
    return asked, asked.pop(LANGUAGE, "zh_Hans")


def latest(user: User) -> Sequence[ExportJob]:
    """One's own, the newest first."""
    return db.session.scalars(
        select(ExportJob).where(ExportJob.user_id == user.id).order_by(ExportJob.id.desc()).limit(SHOWN)
    ).all()


def one_of(user: User, job_id: int) -> ExportJob:
    """Raises NotFound for what somebody else asked for."""
    job = db.session.scalar(
        select(ExportJob)
        .where(ExportJob.id == job_id, ExportJob.user_id == user.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if job is None:
        raise NotFound
    return job


def file_of(job: ExportJob) -> str:
    """What its file is called in the drawer."""
    return f"{job.storage_key}.{job.form}"


def fetch(job: ExportJob, at: datetime) -> str:
    """Note that its asker takes the file away; gives its name in the drawer.

    Raises Refused when there is none, and once they have left a post: it holds what they could see in it (T09).
    """
    if job.finished_at is None or job.removed_at is not None or (job.expires_at and job.expires_at <= at):
        raise Refused(_("这份文件还没做好，或者已经删除。可以重新导出。"))
    if _has_left_a_post(job, at):
        raise Refused(_("导出以后您的岗位变了，这份文件不能再下载。请重新导出。"))
    job.fetched_at = job.fetched_at or at
    return file_of(job)


def _has_left_a_post(job: ExportJob, at: datetime) -> bool:
    left = select(Appointment.id).where(
        Appointment.user_id == job.user_id, Appointment.until > job.asked_at, Appointment.until <= at
    )
    return db.session.scalar(left.limit(1)) is not None


def call_off(job: ExportJob, at: datetime) -> None:
    """It is not wanted any more, ready or not; `making.clear` takes away what there is of it."""
    if job.removed_at is None:
        job.expires_at = at
        if job.finished_at is None:
            job.failed = job.failed or CALLED_OFF


def fail(job_id: int, why: str, at: datetime) -> None:
    """It will never be ready; nothing happens to one that is."""
    job = db.session.get(ExportJob, job_id)
    if job is not None and job.finished_at is None and job.failed is None:
        job.failed, job.expires_at = why, at
