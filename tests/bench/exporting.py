"""A register of 100,000 cases taken away as a file: seconds, and memory of whoever makes it. Prints; judges nothing.

`python -m tests.bench.exporting`; BENCH_DATABASE=sqlite (or postgresql), BENCH_CASES for another number.
"""

import os
import time
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from shared.clock import now
from shared.database import db, transaction
from shared.exports import drawer, jobs, making, register_rows, taking
from shared.exports.models import ExportJob
from shared.exports.spreadsheets import Form
from shared.outbox import drain
from shared.outbox.models import DUE, OutboxRow
from shared.register.filters import Filters
from tests import cast as company
from tests.bench.estate import fill
from tests.databases import fresh
from wsgi import create_app

CASES = int(os.environ.get("BENCH_CASES", "100000"))
ENGINES = os.environ.get("BENCH_DATABASE", "sqlite,postgresql").split(",")
OWN = Path("/proc/self")


def _memory(what: str) -> float:
    """In MB, as the kernel counts it: VmRSS now, VmHWM at the most since it was last forgotten."""
    lines = (OWN / "status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) / 1024


def _ask(cast: company.Cast, form: Form) -> int:
    user, filters = cast.person("limin"), Filters({})
    ids = register_rows.ids_of(user, filters, now(), "Asia/Shanghai")
    with transaction():
        export = taking.keep(len(ids), 0, by=user, at=now(), form=form, asked="", reason="迁移")
        return jobs.ask(ids, filters, export, by=user, at=now(), form=form, language="zh_Hans").id


def _make() -> list[float]:
    """Seconds of each turn."""
    ours = select(OutboxRow.id).where(OutboxRow.task == jobs.TASK, OutboxRow.state == DUE)
    turns = []
    while ids := db.session.scalars(ours).all():
        began = time.perf_counter()
        drain.run_row(ids[0])
        turns.append(time.perf_counter() - began)
    return turns


def _take_away(cast: company.Cast, form: Form) -> None:
    began = time.perf_counter()
    job_id = _ask(cast, form)
    asked, before = time.perf_counter() - began, _memory("VmRSS")
    (OWN / "clear_refs").write_text("5")
    turns = _make()
    job = db.session.get_one(ExportJob, job_id, populate_existing=True)
    assert (job.done, job.failed) == (CASES, None)
    name = jobs.file_of(job)
    print(
        f"{form:5} {CASES:,} cases: asked in {asked:.1f} s, made in {sum(turns):.1f} s"
        f" ({len(turns)} turns, the longest {max(turns):.1f} s, parts of {making.PART:,}),"
        f" memory {before:.0f} MB before, {_memory('VmHWM'):.0f} MB at the most,"
        f" file {drawer.size_of(name) / 1e6:.1f} MB",
        flush=True,
    )


def bench(engine: str) -> None:
    print(f"\n{engine}, {os.cpu_count()} cores")
    with fresh(engine) as config:
        app: Flask = create_app(config)
        with app.app_context():
            cast = company.settle()
            fill(cast, CASES, now())
            for form in Form:
                _take_away(cast, form)
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    for engine in ENGINES:
        bench(engine)
