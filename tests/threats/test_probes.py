"""What scanners ask of every web server: here it is not there, and no answer tells what runs (T33)."""

import re

import pytest

from tests.cast import Cast
from tests.critic import CriticalClient

PATHS = """
/.env /.git/config /.git/HEAD /.svn/entries /.htaccess /.htpasswd /.DS_Store /.aws/credentials /.ssh/id_rsa
/.well-known/x /admin /admin/ /administrator /login /wp-login.php /wp-admin/ /phpmyadmin/ /manager/html
/console /debug /_debug_toolbar /server-status /server-info /actuator /actuator/env /actuator/heapdump /env
/info.php /phpinfo.php /test.php /index.php /config.json /config.yml /settings.py /wsgi.py /app.py
/requirements.txt /pyproject.toml /package.json /Makefile /docker-compose.yml /backup.zip /backup.sql
/dump.sql /db.sqlite3 /shouwen.db /data/shouwen.db /data/keys/secret_key /static/../wsgi.py
/static/..%2fwsgi.py /static/%2e%2e/wsgi.py /files/ /uploads/ /api /api/v1/users /graphql /swagger.json
/openapi.json /rq /rq/queues /celery /flower /healthz/../metrics /readyz/x /trace /cgi-bin/test
/robots.txt.bak /crossdomain.xml /staff.zip
"""
PROBES = PATHS.split()
TELLS = re.compile(
    r"Traceback|werkzeug|gunicorn|Flask/|Python/|SQLAlchemy|sqlite|psycopg|/site-packages/|\b\d+\.\d+\.\d+\b",
    re.I,
)
HEADERS = ("Server", "X-Powered-By", "X-Runtime", "X-AspNet-Version", "Via")


@pytest.mark.parametrize("face", ["", "/staff", "/board"])
def test_nothing_is_there_that_scanners_look_for(client: CriticalClient, cast: Cast, face: str) -> None:
    """And each is told the same, so that nobody learns which of them we know."""
    client.reads_pages = False
    assert len(PROBES) >= 60
    wrong = []
    for probe in PROBES if not face else PROBES[::6]:
        page = client.get(face + probe)
        told = TELLS.search(page.get_data(as_text=True).split("错误编号")[0])
        names = [name for name in HEADERS if name in page.headers]
        if page.status_code not in (404, 303) or told or names:
            wrong.append(f"{face}{probe}: {page.status_code} {told and told[0]} {names}")
    assert wrong == []


def test_other_methods_are_refused_without_a_word_of_what_runs(client: CriticalClient, cast: Cast) -> None:
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "CONNECT"):
        page = client.open("/track", method=method)
        assert page.status_code in (403, 405, 419), method
        assert not TELLS.search(page.get_data(as_text=True)), method


def test_what_machines_ask_says_a_word_for_each_part_and_no_version(
    client: CriticalClient, cast: Cast
) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    assert not TELLS.search(client.get("/healthz").get_data(as_text=True))
