"""Processor time, ours and the database server's. Time on the wall says little on a machine that others use too."""

import os
import time
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from shared.database import db

TICK = 1000 / os.sysconf("SC_CLK_TCK")
SERVER_PIDS = text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")


class Processor:
    """What this process and, with PostgreSQL, the server processes of one database have used so far."""

    def __init__(self, app: Flask) -> None:
        """After the application has opened the connection that it will use."""
        self._pids: list[int] = []
        self._postmaster = 0
        with app.app_context():
            if db.engine.dialect.name == "postgresql":
                self._pids = list(db.session.scalars(SERVER_PIDS))
                db.session.rollback()
                self._postmaster = int(_stat(self._pids[0])[1])

    def used(self) -> float:
        """Milliseconds. Parallel workers count too, once they are done, in steps of 10 ms."""
        ours = time.process_time() * 1000
        theirs = sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6 for pid in self._pids)
        workers = sum(map(int, _stat(self._postmaster)[13:15])) * TICK if self._postmaster else 0
        return ours + theirs + workers


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat after the name: state, parent, …"""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
