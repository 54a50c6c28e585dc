"""Keys for partners' apps: made on the settings page or by command, shown once, limited by the day, ended (MS-1)."""

import json
from collections.abc import Callable

from flask import Flask

from shared.audit.models import SettingChange
from shared.clock import now
from shared.database import db, transaction
from shared.identity import api_keys
from shared.identity.models import ApiKey
from tests.cast import Cast
from tests.critic import CriticalClient, Page

SignIn = Callable[[str], CriticalClient]
ADDRESS = "/staff/settings/api-keys"


def secret_on(page: Page) -> str:
    return page.one("[data-api-key]").get_text(strip=True)


def files(client: CriticalClient, secret: str, description: str = "楼道的灯坏了三天") -> int:
    fields = {"api_key": secret, "service_code": "public", "description": description}
    return client.post("/open311/v2/requests.json", data=fields).status_code


def test_a_key_is_made_and_shown_once(cast: Cast, signed_in: SignIn, client: CriticalClient) -> None:
    admin = signed_in("admin")
    page = admin.get(ADDRESS)
    assert "还没有发放密钥" in page.words
    page = page.submit("/api-keys", name=" 邻里通  小程序 ", per_day="3")
    secret = secret_on(page)
    assert "只显示这一次" in page.words
    assert "“邻里通 小程序”的密钥" in page.words
    assert page.headers["Cache-Control"] == "no-store"
    assert files(client, secret) == 200
    again = admin.get(ADDRESS)
    assert secret not in again.get_data(as_text=True)
    assert "1 / 3 件" in again.words
    assert "给“邻里通 小程序”发放密钥，每天最多 3 件" in again.words


def test_an_ended_key_files_nothing_more_and_stays_in_the_record(
    cast: Cast, signed_in: SignIn, client: CriticalClient
) -> None:
    admin = signed_in("admin")
    page = admin.get(ADDRESS).submit("/api-keys", name="邻里通", per_day="3")
    secret = secret_on(page)
    page = page.submit("/ending")
    assert "“邻里通”的密钥已停用" in page.words
    assert "停用“邻里通”的密钥" in page.words
    assert files(client, secret) == 403
    key = db.session.query(ApiKey).one()
    repeated = admin.post(
        f"{ADDRESS}/ending",
        data={
            "csrf_token": page.one("input[name=csrf_token]")["value"],
            "estate": "jinxiu",
            "key": str(key.id),
        },
        follow_redirects=True,
    )
    assert "已经停用了" in repeated.words
    assert [c.what for c in db.session.query(SettingChange)] == [api_keys.KEY, api_keys.KEY]


def test_what_is_typed_wrong_is_said_beside_the_field(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("admin").get(ADDRESS)
    for name, per_day in (
        ("", "5"),
        ("邻里通", "0"),
        ("邻里通", "many"),
        ("邻" * 61, "5"),
        ("邻里通", "10001"),
    ):
        wrong = page.submit("/api-keys", name=name, per_day=per_day)
        assert wrong.status_code == 422, (name, per_day)
        assert wrong.soup.select_one("#errors")
    assert db.session.query(ApiKey).count() == 0


def test_a_key_of_another_estate_is_not_there(cast: Cast, elsewhere: Cast, signed_in: SignIn) -> None:
    """T09."""
    with transaction():
        theirs, _secret = api_keys.make(
            elsewhere.estate, "别家的应用", 5, by=elsewhere.person("admin"), at=now()
        )
    admin = signed_in("admin")
    page = admin.get(ADDRESS)
    assert "别家的应用" not in page.words
    token = page.one("input[name=csrf_token]")["value"]
    for key in (str(theirs.id), "x", "", "9" * 30):
        answer = admin.post(f"{ADDRESS}/ending", data={"csrf_token": token, "key": key})
        assert answer.status_code == 404, key
    assert admin.get(f"{ADDRESS}?estate=yunhe").status_code == 404
    assert db.session.get_one(ApiKey, theirs.id, populate_existing=True).ended_at is None


def test_whoever_manages_no_settings_finds_no_such_section(cast: Cast, signed_in: SignIn) -> None:
    assert "合作应用" in signed_in("admin").get("/staff/settings").words
    assert "合作应用" not in signed_in("limin").get("/staff/settings").words
    assert signed_in("limin").get(ADDRESS).status_code == 403


def test_an_operator_makes_lists_and_ends_keys(app: Flask, cast: Cast, client: CriticalClient) -> None:
    run = app.test_cli_runner().invoke
    made = run(args=["api-key", "make", "邻里通", "--estate", "jinxiu", "--by", "admin", "--per-day", "2"])
    assert made.exit_code == 0, made.output
    assert files(client, made.output.strip()) == 200
    listed = run(args=["api-key", "list", "--estate", "jinxiu", "--json"])
    (key,) = json.loads(listed.output)
    assert (key["name"], key["per_day"], key["used_today"], key["made_by"]) == ("邻里通", 2, 1, "admin")
    assert made.output.strip() not in listed.output
    end = ["api-key", "end", str(key["id"]), "--estate", "jinxiu", "--by", "admin"]
    assert run(args=end).exit_code == 0
    assert files(client, made.output.strip()) == 403
    assert run(args=end).exit_code == 1


def test_a_command_needs_somebody_who_answers_for_it(app: Flask, cast: Cast) -> None:
    run = app.test_cli_runner().invoke
    for estate, by in (("jinxiu", "limin"), ("jinxiu", "nobody"), ("nowhere", "admin")):
        refused = run(args=["api-key", "make", "邻里通", "--estate", estate, "--by", by])
        assert refused.exit_code == 1, (estate, by)
    assert db.session.query(ApiKey).count() == 0
