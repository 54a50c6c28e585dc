"""Settings are read once, checked, and refused with a sentence the operator can act on."""

from pathlib import Path

import pytest

from shared.config import Misconfigured, from_environment

SECRET = "a secret of the operator's own, long enough"
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE"  # 32 bytes, base64url
GOOD = {"SECRET_KEY": SECRET, "FIELD_KEY": KEY}


@pytest.mark.parametrize("app_env", ["production", "development"])
@pytest.mark.parametrize("missing", ["SECRET_KEY", "FIELD_KEY"])
def test_without_a_secret_the_desk_does_not_start_and_says_which(missing: str, app_env: str) -> None:
    env = {name: value for name, value in GOOD.items() if name != missing}
    with pytest.raises(Misconfigured, match=missing):
        from_environment({**env, "APP_ENV": app_env})


@pytest.mark.parametrize("app_env", ["production", "development"])
@pytest.mark.parametrize("short", ["SECRET_KEY", "FIELD_KEY"])
def test_a_short_secret_is_refused(short: str, app_env: str) -> None:
    with pytest.raises(Misconfigured, match=short):
        from_environment({**GOOD, short: "short", "APP_ENV": app_env})


def test_a_secret_never_stands_in_the_refusal() -> None:
    with pytest.raises(Misconfigured) as error:
        from_environment({**GOOD, "SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(error.value)


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{SECRET}\n")
    assert from_environment({"SECRET_KEY_FILE": str(tmp_path / "key"), "FIELD_KEY": KEY}).secret_key == SECRET


def test_a_secrets_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="SECRET_KEY_FILE"):
        from_environment({"SECRET_KEY_FILE": str(tmp_path / "none"), "FIELD_KEY": KEY})


@pytest.mark.parametrize("key", ["汉字" * 20, "not base64!" * 4, "YWJj" * 8 + "ZZZ"], ids=str)
def test_a_field_key_that_is_not_32_bytes_is_refused(key: str) -> None:
    with pytest.raises(Misconfigured, match="FIELD_KEY"):
        from_environment({**GOOD, "FIELD_KEY": key})


def test_the_field_key_is_its_32_bytes() -> None:
    assert from_environment(GOOD).field_key == b"01234567890123456789012345678901"


def test_a_mailbox_is_read_for_one_estate() -> None:
    text = "imaps://desk%40shouwen.example:p%40ss@mail.example/INBOX?estate=jinxiu imap://b:c@10.0.0.1:1143/Desk%20mail"
    text += "?estate=yunhe&address=b@shouwen.example&starttls=1"
    one, other = from_environment({**GOOD, "MAILBOX_URL": text}).mailboxes
    assert (one.estate, one.port, one.user, one.password) == ("jinxiu", 993, "desk@shouwen.example", "p@ss")
    assert (one.address, one.tls, one.folder) == ("desk@shouwen.example", True, "INBOX")
    assert (other.port, other.folder, other.address) == (1143, "Desk mail", "b@shouwen.example")
    assert (other.tls, other.starttls) == (False, True)
    assert "p@ss" not in repr(one)


@pytest.mark.parametrize(
    "text",
    [
        "imaps://desk:secret@mail.example/INBOX",  # for which estate
        "imaps://desk:secret@mail.example/INBOX?estate=jinxiu",  # which address
        "imaps://mail.example/INBOX?estate=jinxiu&address=desk@shouwen.example",  # who
        "pop3://a@b.example:secret@mail.example/?estate=jinxiu",
        "imaps://a%40b.example:secret@mail.example:port/?estate=jinxiu",
        "imaps://a%40b.example:secret@one.example/?estate=x imaps://c%40b.example:secret@two.example/?estate=x",
    ],
)
def test_a_mailbox_that_cannot_be_read_is_told_at_start_without_its_password(text: str) -> None:
    with pytest.raises(Misconfigured, match="MAILBOX_URL") as error:
        from_environment({**GOOD, "MAILBOX_URL": text})
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("APP_ENV", "staging"), ("FACES", "portal,backoffice"), ("TRUSTED_PROXY_COUNT", "one")],
)
def test_a_setting_that_means_nothing_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=name):
        from_environment({**GOOD, name: value})


def test_left_alone_the_desk_serves_all_faces_from_files_of_its_own(tmp_path: Path) -> None:
    config = from_environment({**GOOD, "DATA_DIR": str(tmp_path)})
    assert config.faces == ("portal", "staff", "board")
    assert config.database_url == f"sqlite:///{tmp_path}/shouwen.db"
    assert config.storage_url == f"file://{tmp_path}/files"
    assert (config.redis_url, config.trusted_proxy_count, config.staff_networks) == ("", 0, ())


def test_photos_may_lie_in_a_bucket_whose_secret_nobody_prints(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("of a/file\n")
    env = {**GOOD, "AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY_FILE": str(tmp_path / "secret")}
    asked = "s3://desk-photos/a/b/?endpoint=http://10.0.0.7:9000/&region=cn-hangzhou"
    config = from_environment({**env, "STORAGE_URL": asked})
    bucket = config.bucket
    assert bucket
    assert (bucket.name, bucket.prefix, bucket.endpoint) == ("desk-photos", "a/b/", "http://10.0.0.7:9000")
    assert (bucket.region, bucket.addressing, bucket.key, bucket.secret) == (
        "cn-hangzhou",
        "path",
        "AK",
        "of a/file",
    )
    held = from_environment(
        {**GOOD, "STORAGE_URL": "s3://AK:p%2Fss@desk?region=eu-west-1&addressing=virtual"}
    )
    assert held.bucket
    assert (held.bucket.secret, held.bucket.prefix, held.bucket.addressing) == ("p/ss", "", "virtual")
    assert "p/ss" not in repr(held)
    assert "p%2Fss" not in repr(held)


KEPT_AT = "s3://AK:p%2Fss@desk?region=cn-1"


@pytest.mark.parametrize(
    "url",
    [
        "file://host/x",
        "file:",
        "/tmp/x",
        "ftp://host/x",
        "s3://bucket?region=cn-1",  # no keys
        "s3://AK:secret@bucket",  # neither endpoint nor region
        "s3://AK:sec/ret@bucket?region=cn-1",
        "s3://AK:secret@Bucket_of_mine?region=cn-1",
        f"{KEPT_AT}&endpoint=store.example.org",
        f"{KEPT_AT}&endpoint=file:///etc/passwd",
        f"{KEPT_AT}&endpoint=http://a:b@store.example.org",
        f"{KEPT_AT}&adressing=path",
        f"{KEPT_AT}&addressing=odd",
    ],
)
def test_an_unusable_storage_address_says_what_to_do_and_no_secret(url: str) -> None:
    with pytest.raises(Misconfigured, match="STORAGE_URL") as told:
        from_environment({**GOOD, "STORAGE_URL": url})
    assert "sec" not in str(told.value).replace("key:secret@bucket", "").replace("AWS_SECRET_ACCESS_KEY", "")


def test_lists_are_taken_apart_at_commas() -> None:
    config = from_environment(
        {
            **GOOD,
            "FACES": "portal, board",
            "TRUSTED_HOSTS": "a.example,, b.example",
            "STAFF_NETWORKS": "10.0.0.0/8",
        }
    )
    assert config.faces == ("portal", "board")
    assert config.trusted_hosts == ("a.example", "b.example")
    assert config.staff_networks == ("10.0.0.0/8",)


def test_the_staff_address_is_the_public_one_until_it_is_set() -> None:
    env = {**GOOD, "PUBLIC_URL": "https://desk.example/"}
    assert from_environment(env).staff_url == "https://desk.example"
    assert from_environment({**env, "STAFF_URL": "https://in.example/"}).staff_url == "https://in.example"


def test_cookies_travel_only_encrypted_in_production_unless_the_desk_is_told_it_has_no_certificate() -> None:
    production = {**GOOD, "APP_ENV": "production"}
    assert from_environment({**production, "PUBLIC_URL": "https://desk.example"}).secure_cookies
    assert from_environment(production).secure_cookies
    assert not from_environment({**production, "PUBLIC_URL": "http://10.0.0.5"}).secure_cookies
    assert not from_environment(GOOD).secure_cookies


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("TRUSTED_PROXY_COUNT", "-1"),
        ("TRUSTED_PROXY_COUNT", "one"),
        ("CONTACTS_PER_DAY", "many"),
        ("STAFF_NETWORKS", "10.0.0.0/99"),
    ],
)
def test_a_slip_in_a_setting_is_told_at_start_and_not_at_the_first_request(name: str, wrong: str) -> None:
    with pytest.raises(Misconfigured, match=name):
        from_environment({**GOOD, name: wrong})


@pytest.mark.parametrize(
    ("env", "hosts"),
    [
        ({}, {"localhost", "127.0.0.1", "[::1]"}),
        (
            {"PUBLIC_URL": "https://a.example", "STAFF_URL": "http://b.example:8443"},
            {"a.example", "b.example", "localhost", "127.0.0.1", "[::1]"},
        ),
        ({"HOST": "0.0.0.0"}, set()),
        ({"HOST": "0.0.0.0", "TRUSTED_HOSTS": "c.example"}, {"c.example"}),
    ],
)
def test_t26_the_desk_answers_to_its_own_names(env: dict[str, str], hosts: set[str]) -> None:
    assert set(from_environment({**GOOD, **env}).trusted_hosts) == hosts
