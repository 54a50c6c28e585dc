"""Settings, read from the environment once and frozen."""

import base64
import binascii
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

FACES = ("portal", "staff", "board")
SHORTEST_SECRET, SHORTEST_TOKEN = 32, 16
HERE = ("localhost", "127.0.0.1", "[::1]")


class Misconfigured(Exception):
    """A setting is missing or unusable; the message says which, and what to do."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox whose mail becomes cases of one estate. *address* is what people write to."""

    estate: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    tls: bool
    starttls: bool
    address: str


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where photos lie in an object store. *prefix* is empty or ends with a slash; without *endpoint*, Amazon's."""

    name: str
    prefix: str
    endpoint: str
    region: str
    addressing: str  # how the store wants its buckets named: path or virtual (as a part of the host's name)
    key: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Config:
    """Everything the operator may set; names as in the README, in lower case."""

    app_env: str
    secret_key: str
    field_key: bytes
    database_url: str
    data_dir: Path
    redis_url: str
    storage_url: str  # without the keys
    bucket: Bucket | None
    faces: tuple[str, ...]
    public_url: str
    staff_url: str
    trusted_hosts: tuple[str, ...]
    trusted_proxy_count: int
    staff_networks: tuple[str, ...]
    contacts_per_day: int  # that one person may open; 0: any number
    mail_url: str
    channel_urls: tuple[str, ...] = field(repr=False)
    mailboxes: tuple[Mailbox, ...]
    log_format: str
    log_level: str
    secure_cookies: bool
    metrics_token: str = field(repr=False)

    @property
    def is_production(self) -> bool:
        return self.app_env == "production"


def _secret(env: Mapping[str, str], name: str) -> str:
    path = env.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise Misconfigured(f"{name}_FILE cannot be read: {error}") from error
    return env.get(name, "")


def _checked_secret(env: Mapping[str, str], name: str, app_env: str) -> str:
    value = _secret(env, name)
    if len(value) >= SHORTEST_SECRET:
        return value
    if app_env == "production" or value:
        raise Misconfigured(
            f"{name} is missing or shorter than {SHORTEST_SECRET} characters. Make one with "
            "`python -c 'import secrets; print(secrets.token_urlsafe(32))'` and set it, or point "
            f"{name}_FILE at a file that holds it."
        )
    raise Misconfigured(f"{name} is not set. `make run` makes one; elsewhere set {name} or {name}_FILE.")


def _field_key(text: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise Misconfigured("FIELD_KEY is not base64url. Use 32 random bytes, base64url-encoded.") from error
    if len(key) < 32:
        raise Misconfigured("FIELD_KEY holds fewer than 32 bytes. Use 32 random bytes, base64url-encoded.")
    return key[:32]


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


_NEXT_URL = re.compile(r"[\s,]+(?=[A-Za-z][A-Za-z0-9+.-]*://)")


def _channel_urls(env: Mapping[str, str]) -> tuple[str, ...]:
    """Addresses with a space or a comma between; a comma within one is left alone. MAIL_URL is one more."""
    urls = [url.strip(" ,\t\r\n") for url in _NEXT_URL.split(_secret(env, "CHANNEL_URLS"))]
    return tuple(filter(None, [*urls, _secret(env, "MAIL_URL")]))


def _mail_url(urls: tuple[str, ...]) -> str:
    found = [url for url in urls if url.startswith(("smtp://", "smtps://"))]
    if len(found) > 1:
        raise Misconfigured("CHANNEL_URLS and MAIL_URL name more than one mail server; mail is sent by one.")
    return found[0] if found else ""


def _own_hosts(env: Mapping[str, str]) -> tuple[str, ...]:
    """The names this desk goes by when none are listed: those of its addresses, or this machine's own.

    Empty (any name) only where neither is known: an unknown Host must not find its way into links (T26).
    """
    named = {urlsplit(env.get(name, "")).hostname for name in ("PUBLIC_URL", "STAFF_URL")} - {None, ""}
    if not named and env.get("HOST", "127.0.0.1") not in HERE:
        return ()
    return (*sorted(filter(None, named)), *HERE)


def _networks(text: str) -> tuple[str, ...]:
    """CIDR ranges; a slip of the hand here would shut the staff face for everybody, so it is told at start."""
    for network in _listed(text):
        try:
            ip_network(network, strict=False)
        except ValueError as error:
            raise Misconfigured(f"STAFF_NETWORKS holds {network!r}, which is no network: {error}.") from error
    return _listed(text)


def _number(env: Mapping[str, str], name: str, usual: int, what: str) -> int:
    value = env.get(name) or str(usual)
    if not (value.isascii() and value.isdecimal()):
        raise Misconfigured(f"{name} is {value!r}; it is the number {what}.")
    return int(value)


_IMAP_PORTS = {"imap": 143, "imaps": 993}


def _mailboxes(text: str) -> tuple[Mailbox, ...]:
    """One for each estate: `imaps://user:password@host:993/INBOX?estate=jinxiu&address=desk@example.com`."""
    found = tuple(_mailbox(url) for url in text.split())
    if len({mailbox.estate for mailbox in found}) != len(found):
        raise Misconfigured("MAILBOX_URL names two mailboxes for one estate; one is read for each.")
    return found


def _mailbox(url: str) -> Mailbox:
    try:
        parts = urlsplit(url)
        port = parts.port or _IMAP_PORTS.get(parts.scheme, 0)
    except ValueError:
        parts, port = urlsplit(""), 0
    options = {name: values[0] for name, values in parse_qs(parts.query).items()}
    user = unquote(parts.username or "")
    address = options.get("address", user)
    if not (port and parts.hostname and user and options.get("estate")) or address.count("@") != 1:
        raise Misconfigured(
            "MAILBOX_URL cannot be used. Write imaps://user:password@host:993/INBOX?estate=slug"
            "&address=desk@example.com, the address where the user's name is none; more than one with a space between."
        )
    return Mailbox(
        estate=options["estate"],
        host=parts.hostname,
        port=port,
        user=user,
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        tls=parts.scheme == "imaps",
        starttls=options.get("starttls") == "1",
        address=address,
    )


_DATABASES = ("sqlite:///", "postgresql://", "postgresql+psycopg://")


def _database(env: Mapping[str, str], data_dir: Path) -> str:
    """Never quoted: a password stands in it."""
    url = _secret(env, "DATABASE_URL") or f"sqlite:///{data_dir / 'shouwen.db'}"
    if not url.startswith(_DATABASES):
        raise Misconfigured(
            "DATABASE_URL cannot be used. Set it to postgresql://user:password@host/name, or leave it for SQLite in "
            "DATA_DIR."
        )
    return url


_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ADDRESSING = ("auto", "path", "virtual")
_NO_BUCKET = (
    "STORAGE_URL cannot be used: %s. Write s3://bucket/prefix?endpoint=https://store.example.org&region=cn-hangzhou, "
    "with the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or as s3://key:secret@bucket, percent-encoded."
)


def _storage(env: Mapping[str, str], data_dir: Path) -> tuple[str, Bucket | None]:
    """The address without secrets, and what it means where it is that of an object store."""
    url = _secret(env, "STORAGE_URL") or f"file://{data_dir / 'files'}"
    parts = urlsplit(url)
    if parts.scheme == "s3":
        bucket = _bucket(url, env)
        return f"s3://{bucket.name}/{bucket.prefix}" + (f"?{parts.query}" if parts.query else ""), bucket
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path.startswith("/"):
        return url, None
    raise Misconfigured(
        "STORAGE_URL cannot be used. Set it to file:///a/folder or s3://a-bucket, or leave it for DATA_DIR/files."
    )


def _bucket(url: str, env: Mapping[str, str]) -> Bucket:
    parts = urlsplit(url)
    keys, _at, name = parts.netloc.rpartition("@")
    key, _colon, secret = keys.partition(":")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    endpoint, region = options.pop("endpoint", "").rstrip("/"), options.pop("region", "")
    bucket = Bucket(
        name=name,
        prefix=f"{unquote(parts.path).strip('/')}/".lstrip("/"),
        endpoint=endpoint,
        region=region or "us-east-1",
        addressing=options.pop("addressing", "path" if endpoint else "auto"),
        key=unquote(key) or _secret(env, "AWS_ACCESS_KEY_ID"),
        secret=unquote(secret) or _secret(env, "AWS_SECRET_ACCESS_KEY"),
    )
    for is_wrong, why in (
        (not _BUCKET.fullmatch(name), "the bucket's name is none"),
        (endpoint and not _is_server(endpoint), "the endpoint is not http:// or https:// and a host"),
        (not (endpoint or region), "it names neither an endpoint nor a region"),
        (bucket.addressing not in _ADDRESSING, "addressing is path or virtual"),
        (options, f"it knows no {', '.join(options)}"),
        (not (bucket.key and bucket.secret), "its keys are missing"),
    ):
        if is_wrong:
            raise Misconfigured(_NO_BUCKET % why)
    return bucket


def _is_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        plain = (parts.path, parts.query, parts.fragment, parts.username) == ("", "", "", None)
        return plain and parts.scheme in ("http", "https") and bool(parts.hostname and parts.port != 0)
    except ValueError:
        return False


def _metrics_token(env: Mapping[str, str]) -> str:
    token = _secret(env, "METRICS_TOKEN")
    if token and len(token) < SHORTEST_TOKEN:
        raise Misconfigured(
            f"METRICS_TOKEN is shorter than {SHORTEST_TOKEN} characters, and could be guessed."
        )
    return token


def from_environment(env: Mapping[str, str] = os.environ) -> Config:
    """Read and check all settings. Raises Misconfigured with a sentence the operator can act on."""
    app_env = env.get("APP_ENV", "development")
    if app_env not in ("development", "production"):
        raise Misconfigured(f"APP_ENV is {app_env!r}; it is development or production.")
    data_dir = Path(env.get("DATA_DIR", "data")).absolute()
    faces = _listed(env.get("FACES", "")) or FACES
    if unknown := set(faces) - set(FACES):
        raise Misconfigured(f"FACES names {', '.join(sorted(unknown))}; the faces are {', '.join(FACES)}.")
    public_url = env.get("PUBLIC_URL", "").rstrip("/")
    channel_urls = _channel_urls(env)
    storage_url, bucket = _storage(env, data_dir)
    return Config(
        app_env=app_env,
        secret_key=_checked_secret(env, "SECRET_KEY", app_env),
        field_key=_field_key(_checked_secret(env, "FIELD_KEY", app_env)),
        database_url=_database(env, data_dir),
        data_dir=data_dir,
        redis_url=_secret(env, "REDIS_URL"),
        storage_url=storage_url,
        bucket=bucket,
        faces=faces,
        public_url=public_url,
        staff_url=env.get("STAFF_URL", "").rstrip("/") or public_url,
        trusted_hosts=_listed(env.get("TRUSTED_HOSTS", "")) or _own_hosts(env),
        trusted_proxy_count=_number(env, "TRUSTED_PROXY_COUNT", 0, "of proxies in front, 0 or more"),
        staff_networks=_networks(env.get("STAFF_NETWORKS", "")),
        contacts_per_day=_number(
            env, "CONTACTS_PER_DAY", 500, "of contacts one person may open in a day, 0 for any"
        ),
        mail_url=_mail_url(channel_urls),
        channel_urls=channel_urls,
        mailboxes=_mailboxes(_secret(env, "MAILBOX_URL")),
        log_format=env.get("LOG_FORMAT", "json" if app_env == "production" else "text"),
        log_level=env.get("LOG_LEVEL", "INFO").upper(),
        metrics_token=_metrics_token(env),
        secure_cookies=app_env == "production" and not public_url.startswith("http://"),
    )
