"""Long exports: how far each of mine is, fetching it, calling it off; nobody sees those of another."""

from datetime import datetime
from typing import Any

from flask import flash, g, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from shared import clock
from shared.database import transaction
from shared.errors import Refused
from shared.exports import drawer, jobs, making
from shared.exports.models import ExportJob
from shared.exports.spreadsheets import MIMETYPES, Form
from shared.identity.permissions import Permission
from shared.web import pages
from staff import blueprint
from staff.access import me, requires
from staff.context import my_zone

FORMS = {Form.XLSX: "Excel", Form.CSV: "CSV"}
MEGABYTE = 1_000_000


@blueprint.get("/exports", endpoint="register_exports")
@requires(Permission.CASE_VIEW)
def exports() -> BaseResponse:
    """With htmx the list alone, which asks again for as long as something is being made."""
    mine = [_line(job, g.at) for job in jobs.latest(me())]
    return pages.render(
        "staff/exports/exports.html",
        fragment="staff/exports/_list.html",
        exports=mine,
        is_moving=any(each["state"] == "running" for each in mine),
        hours=int(jobs.KEPT.total_seconds() // 3600),
    )


def _line(job: ExportJob, at: datetime) -> dict[str, Any]:
    state = _state(job, at)
    filters: dict[str, Any] = jobs.asked_of(job)[0]
    return {
        "id": job.id,
        "state": state,
        "name": _("台账 %(n)s 件，%(form)s", n=f"{job.rows or 0:,}", form=FORMS[Form(job.form)]),
        "asked": clock.written(job.asked_at, my_zone()),
        "rows": job.rows or 0,
        "done": job.done,
        "progress": _progress(job),
        "filters_url": url_for("staff.register", **filters) if job.removed_at is None else "",
        "size": f"{(job.size or 0) / MEGABYTE:.1f} MB",
        "until": clock.written(job.expires_at, my_zone()) if job.expires_at else "",
        "said": _said(job, state),
    }


def _state(job: ExportJob, at: datetime) -> str:
    if job.failed is not None:
        return "failed"
    if job.finished_at is None:
        return "running"
    is_over = job.removed_at is not None or (job.expires_at is not None and job.expires_at <= at)
    return "over" if is_over else "ready"


def _progress(job: ExportJob) -> str:
    if job.done == 0:
        return _("正在排队")
    if job.done >= (job.rows or 0):
        return _("正在装订文件")
    return _("已写 %(done)s 件，共 %(rows)s 件", done=f"{job.done:,}", rows=f"{job.rows:,}")


def _said(job: ExportJob, state: str) -> str:
    """What became of one that cannot be fetched."""
    if state == "over":
        return _("已下载过，文件已删除。") if job.fetched_at else _("没有下载，文件已删除。")
    return {
        jobs.CALLED_OFF: _("已取消，没有留下文件。"),
        jobs.LOST: _("文件丢失，没有做成。请重新导出。"),
        jobs.GIVEN_UP: _("试了很多次都没有做成。请重新导出，仍不行请找系统管理员。"),
    }.get(job.failed or "", "")


@blueprint.post("/exports/<int:job_id>/file", endpoint="register_exports_file")
@requires(Permission.CASE_VIEW)
def file(job_id: int) -> BaseResponse:
    """By POST, since it is noted that it was fetched."""
    with transaction():
        job = jobs.one_of(me(), job_id)
        try:
            content = drawer.opened(jobs.fetch(job, g.at))
        except FileNotFoundError:  # of a restored backup, which keeps none; it is not noted as fetched
            raise Refused(_("文件丢失，没有做成。请重新导出。")) from None
    form, asked = Form(job.form), clock.local(job.asked_at, my_zone())
    response = send_file(
        content,
        mimetype=MIMETYPES[form],
        as_attachment=True,
        download_name=f"register-{asked:%Y%m%d-%H%M}.{form}",
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/exports/<int:job_id>/calling-off", endpoint="register_exports_calling_off")
@requires(Permission.CASE_VIEW)
def calling_off(job_id: int) -> BaseResponse:
    """On its way or ready: the file goes at once."""
    with transaction():
        job = jobs.one_of(me(), job_id)
        jobs.call_off(job, g.at)
    making.clear(g.at)
    flash(_("已取消，文件已删除。"))
    return pages.see_other(url_for("staff.register_exports"))
