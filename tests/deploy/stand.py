"""The servers of deploy/ for real, from those very files: nginx, web processes, a queue, on a PostgreSQL.

Only what docs/operations.md says an operator fills in is filled in: names, ports, folders, secrets.
"""

import base64
import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from shared.config import Config
from shared.operations import embedded
from tests.databases import fresh
from tests.deploy.certificates import certify
from tests.deploy.units import Unit
from tests.deploy.visitors import Origin
from tests.machine import until
from tests.nursery import Begun, clock_moved_by
from tools import deployment, nginx

ROOT = deployment.ROOT
HANDED = Path(__file__).with_name("handed.py")
PUBLIC_HOST, STAFF_HOST = "shouwen.test", "desk.test"
# What nginx's own configuration says on Debian, cut down to what a stand needs.
MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx-start.log;
worker_processes 1;
{user}
events {{ worker_connections 1024; }}
http {{
    gzip on;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/unused;
    uwsgi_temp_path {folder}/unused;
    scgi_temp_path {folder}/unused;
    include {folder}/site/nginx/shouwen.conf;
}}
"""


class Web:
    """One web process as systemd keeps it: its socket outlives it."""

    def __init__(self, stand: "Stand") -> None:
        self._stand = stand
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=2048)
        self.port = self.socket.getsockname()[1]
        self.process: Begun | None = None

    @property
    def _unit(self) -> Unit:
        return Unit.read(self._stand.site / "systemd/shouwen-web@.service", str(self.port))

    def start(self) -> None:
        told = self._stand.folder / f"notify-{self.port}"
        told.unlink(missing_ok=True)
        assert self._unit.one("WorkingDirectory") == str(ROOT), "where a process of the nursery is"
        env = self._unit.environment() | {"LISTEN_FDS": "1", "NOTIFY_SOCKET": str(told)}
        ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        with ear, self._stand.log(f"web-{self.port}").open("a") as log:
            ear.bind(str(told))
            ear.settimeout(0.1)
            self.process = Begun(
                [str(HANDED), *self._unit.words("ExecStart")],
                env | self._stand.clock(),
                stdin=self.socket.fileno(),
                stdout=log,
                stderr=log,
            )
            until(lambda: self._is_ready(ear))

    def _is_ready(self, ear: socket.socket) -> bool:
        assert self.process
        assert self.process.poll() is None, self._stand.log(f"web-{self.port}").read_text()
        with suppress(TimeoutError):
            return b"READY=1" in ear.recv(1024)
        return False

    def reload(self) -> None:
        assert self.process
        subprocess.run(self._unit.words("ExecReload", MAINPID=str(self.process.pid)), check=True)

    def stop(self) -> int:
        """As systemd does; gives the code with which it ended in time."""
        assert self.process
        self.process.send_signal(signal.Signals[self._unit.one("KillSignal")])
        return self.process.wait(int(self._unit.one("TimeoutStopSec")))

    def workers(self) -> set[str]:
        """Their numbers: who takes requests now."""
        assert self.process
        return set(Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split())

    def kill(self) -> None:
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Stand:
    def __init__(self, folder: Path, config: Config, **settings: str) -> None:
        self.folder, self.site, self.config = folder, folder / "site", config
        self._more = {"WEB_CONCURRENCY": "1"} | settings
        (folder / "log").mkdir()
        self._others: list[subprocess.Popen[bytes]] = []
        self.webs = [Web(self), Web(self)]
        self.https, self.http = _free_port(), _free_port()
        self.redis_socket = folder / "redis.sock"
        deployment.fill(deployment.values(self._site_values()), self.site)
        (folder / "shouwen.env").write_text(self._settings())
        self._authority = certify(folder, PUBLIC_HOST, STAFF_HOST)
        self.public, self.staff = self.origin(PUBLIC_HOST), self.origin(STAFF_HOST)

    def log(self, name: str) -> Path:
        return self.folder / "log" / f"{name}.log"

    def origin(self, host: str, source: str = "127.0.0.1", behind: int = 0) -> Origin:
        """That name, as it is seen from *source*; with *behind*, at the port of one web process."""
        return Origin(host, self.https, self._authority, behind=behind, source=source)

    def settings(self) -> dict[str, str]:
        """What the processes of this stand are told."""
        return deployment.values((self.folder / "shouwen.env").read_text())

    def begin(self, name: str) -> Begun:
        """A service that listens nowhere."""
        unit = Unit.read(self.site / f"systemd/shouwen-{name}.service")
        with self.log(name).open("a") as log:
            env = unit.environment() | self.clock()
            return Begun(unit.words("ExecStart"), env, stdout=log, stderr=log)

    def clock(self) -> dict[str, str]:
        """The settings of a process of the nursery, which has read the house already: three seconds less."""
        clock = self.folder / "clock"
        clock.write_text("+0.000\n")  # it asks there for the time
        return clock_moved_by(clock)

    def _site_values(self) -> str:
        """deploy/site.env.example with other names and ports."""
        first, second = (f"127.0.0.1:{web.port}" for web in self.webs)
        told = {
            "INSTALL_DIR": ROOT,
            "CONFIG_DIR": self.folder,
            "DATA_DIR": self.config.data_dir,
            "LOG_DIR": self.folder / "log",
            "PUBLIC_HOST": PUBLIC_HOST,
            "STAFF_HOST": STAFF_HOST,
            "HTTP_PORT": self.http,
            "HTTPS_PORT": self.https,
            **{f"{face}_WEB_A": first for face in ("PUBLIC", "STAFF")},
            **{f"{face}_WEB_B": second for face in ("PUBLIC", "STAFF")},
            **{f"{face}_CERTIFICATE": self.folder / "certificate.pem" for face in ("PUBLIC", "STAFF")},
            **{f"{face}_CERTIFICATE_KEY": self.folder / "key.pem" for face in ("PUBLIC", "STAFF")},
            "REDIS_SERVER": embedded.queue_server(),
            "REDIS_DIR": self.folder,
            "REDIS_SOCKET": self.redis_socket,
        }
        return _example("site.env.example", told)

    def _settings(self) -> str:
        """deploy/env.example with secrets, database and names of its own."""
        told = {
            "SECRET_KEY": self.config.secret_key,
            "FIELD_KEY": base64.urlsafe_b64encode(self.config.field_key).decode(),
            "DATA_DIR": self.config.data_dir,
            "DATABASE_URL": self.config.database_url,
            "REDIS_URL": f"unix://{self.redis_socket}?db=0",
            "PUBLIC_URL": f"https://{PUBLIC_HOST}:{self.https}",
            "STAFF_URL": f"https://{STAFF_HOST}:{self.https}",
            **self._more,
        }
        return _example("env.example", told)

    def start(self) -> None:
        redis = Unit.read(self.site / "systemd/shouwen-redis.service")
        self._run("redis", *redis.words("ExecStart"))
        for web in self.webs:
            web.start()
        main = self.folder / "nginx.conf"
        main.write_text(MAIN.format(folder=self.folder, user="user root;" if os.geteuid() == 0 else ""))
        self._run("nginx", nginx.require(), "-p", str(self.folder), "-c", str(main))
        until(lambda: _listens(self.https))

    def _run(self, name: str, *words: str) -> None:
        with self.log(name).open("ab") as log:
            self._others.append(
                subprocess.Popen(
                    words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
                )
            )

    def end(self) -> None:
        for web in self.webs:
            web.kill()
            web.socket.close()
        for process in self._others:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _example(name: str, told: Mapping[str, object]) -> str:
    """That file of deploy/ with other values in some of its lines. A value it has no line for is a mistake."""
    lines = (deployment.DEPLOY / name).read_text().splitlines()
    found = {line.partition("=")[0] for line in lines if "=" in line and not line.startswith("#")}
    assert not set(told) - found, f"{name} has no line for {set(told) - found}"
    return "\n".join(
        f"{key}={told[key]}" if (key := line.partition("=")[0]) in told else line for line in lines
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@contextmanager
def standing(folder: Path, **settings: str) -> Iterator[Stand]:
    """All of it, started, on a database with the cast settled in; nothing of it is left running."""
    with fresh("postgresql", settled=True) as config:
        stand = Stand(folder, config, **settings)
        try:
            stand.start()
            yield stand
        finally:
            stand.end()
