"""Serves the whole product on one machine: migrations, demo estate, then web, worker, schedule and queue.

`python -m shared.operations.serve`; with `dev` a server that reloads, and the schedule only.
"""

import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType

from shared.operations import embedded, house
from shared.operations.supervise import SET_DEATH_SIGNAL, Child, Supervisor, prctl

ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}


@dataclass(frozen=True)
class Address:
    """Where the web listens, and what a person types to get there."""

    host: str
    port: int

    @classmethod
    def of(cls, env: dict[str, str]) -> "Address":
        port = env.get("PORT", "8000")
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise SystemExit(f"PORT is {port!r}; it is a number from 1 to 65535.")
        return cls(env.get("HOST", "127.0.0.1"), int(port))

    @property
    def near(self) -> str:
        return ANYWHERE.get(self.host, self.host)

    @property
    def url(self) -> str:
        return f"http://[{self.near}]:{self.port}" if ":" in self.near else f"http://{self.near}:{self.port}"

    def must_be_free(self) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        try:
            socket.create_server((self.host, self.port), family=family).close()
        except OSError as error:
            raise SystemExit(
                f"Cannot listen on {self.host} port {self.port} ({os.strerror(error.errno or 0)}). "
                "Choose another: PORT=8001 make run"
            ) from error

    def answers(self) -> bool:
        """Any answer will do: which hosts are trusted is not this check's matter."""
        connection = HTTPConnection(self.near, self.port, timeout=1)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status > 0
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


def prepare(env: dict[str, str]) -> None:
    """Migrations, and in development the demo estate and its sign-ins. Ends everything if one fails."""
    steps = ["db upgrade"]
    if env["APP_ENV"] == "development":
        steps += ["demo load", "demo accounts"]
    for step in steps:
        code = subprocess.run([*embedded.FLASK, *step.split()], env=env, stdin=subprocess.DEVNULL).returncode
        if code != 0:
            raise SystemExit(f"Not started: flask {step} failed ({code}).")


def children(mode: str, env: dict[str, str], address: Address) -> list[Child]:
    """What runs, the queue first since the others look there. Sets REDIS_URL when the queue is ours."""
    if mode == "dev":
        listen = ["--host", address.host, "--port", str(address.port)]
        schedule = Child("schedule", [*embedded.FLASK, "schedule", "run"])
        return [Child("web", [*embedded.FLASK, "run", "--debug", *listen]), schedule]
    found = []
    folder = Path(env["DATA_DIR"])
    if not embedded.has_queue(env) and (command := embedded.queue_command(folder)):
        env["REDIS_URL"] = embedded.queue_url(folder)
        found.append(Child("queue", command, stops_last=True))
    return [*found, *_forks(env)]


def _forks(env: dict[str, str]) -> list[Child]:
    """Web, schedule and worker, of one application that has the settings in *env*."""
    os.environ.clear()
    os.environ.update(env)
    app = house.read()
    found = [Child("web", ["gunicorn", house.APP], work=partial(house.serve_web, app))]
    commands = [["schedule", "run"], *([["worker"]] if embedded.has_queue(env) else [])]
    return found + [
        Child(words[0], ["flask", *words], work=partial(house.run_command, app, words)) for words in commands
    ]


def welcome(env: dict[str, str], address: Address) -> str:
    estate = "jinxiu" if env["APP_ENV"] == "development" else "<estate>"
    paths = {"portal": "/", "staff": "/staff/", "board": f"/board/{estate}"}
    served = [face.strip() for face in env.get("FACES", "portal,staff,board").split(",")]
    lines = [f"  {face:<7} {address.url}{path}" for face, path in paths.items() if face in served]
    if env["APP_ENV"] == "development" and address.host in ANYWHERE:
        lines.append("  The demo passwords are the same everywhere, and this address is open to the network.")
    return "\n".join(["Shouwen is ready.", *lines, "  Ctrl-C ends it."])


def main(mode: str) -> int:
    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)  # during the preparation; subprocess.run then ends its command too

    signal.signal(signal.SIGINT, leave)
    signal.signal(signal.SIGTERM, leave)
    if "MAKELEVEL" in os.environ:
        prctl(SET_DEATH_SIGNAL, signal.SIGTERM)  # killing make ends what it started
    os.umask(0o077)
    env = embedded.settings(os.environ) | {"PYTHONUNBUFFERED": "1"}
    address = Address.of(env)
    env |= {"HOST": address.host, "PORT": str(address.port)}
    address.must_be_free()
    prepare(env)
    return Supervisor(children(mode, env, address), env, address.answers, welcome(env, address)).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "run"))
