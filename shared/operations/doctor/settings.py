"""The settings of this process: secrets that others can read, addresses that mislead, doors that stand open."""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from shared.config import Config
from shared.operations.doctor.findings import Finding, fail, ok, warn

SECRETS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "CHANNEL_URLS",
    "DATABASE_URL",
    "FIELD_KEY",
    "MAILBOX_URL",
    "MAIL_URL",
    "METRICS_TOKEN",
    "REDIS_URL",
    "SECRET_KEY",
    "STORAGE_URL",
)


def examine(config: Config, env: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    yield _mode(config)
    yield _secret_files(config, env)
    yield _keys_apart(config, env)
    yield from _addresses(config)
    yield _proxies(config)
    yield _networks(config)
    yield _channels(config)


def _mode(config: Config) -> Finding:
    if config.is_production:
        return ok("APP_ENV", "production")
    return warn("APP_ENV", "development: the demonstration estate may be loaded", "Set APP_ENV=production.")


def _secret_files(config: Config, env: Mapping[str, str]) -> Finding:
    paths = [Path(path) for name in SECRETS if (path := env.get(f"{name}_FILE"))]
    open_to_all = [str(path) for path in (*paths, config.data_dir) if _is_open(path)]
    if open_to_all:
        tell = fail if config.is_production else warn
        return tell(
            "secrets", f"everybody on this machine can read {', '.join(open_to_all)}", "chmod o-rwx them."
        )
    return ok("secrets", f"{len(paths)} files of secrets, and DATA_DIR, are shut to others")


def _is_open(path: Path) -> bool:
    try:
        return bool(stat.S_IMODE(path.stat().st_mode) & stat.S_IRWXO)
    except OSError:
        return False  # without them the desk would not have started


def _keys_apart(config: Config, env: Mapping[str, str]) -> Finding:
    path = Path(env.get("FIELD_KEY_FILE") or "/")
    if config.is_production and config.data_dir in path.parents:
        return warn(
            "FIELD_KEY",
            "it lies in DATA_DIR: who has the folder can read every telephone",
            "Keep it elsewhere.",
        )
    return ok("FIELD_KEY", "not in DATA_DIR" if config.is_production else "of the embedded default")


def _addresses(config: Config) -> Iterator[Finding]:
    if not config.is_production:
        return
    for name, url in (("PUBLIC_URL", config.public_url), ("STAFF_URL", config.staff_url)):
        parts = urlsplit(url)
        if not url:
            yield fail(
                name, "is not set: links in messages lead nowhere", f"Set {name} to its https address."
            )
        elif parts.scheme != "https":
            yield fail(
                name,
                f"{url} is not https: passwords can be read on the way",
                "Put a proxy with TLS in front.",
            )
        elif config.trusted_hosts and parts.hostname not in config.trusted_hosts:
            yield fail(
                "TRUSTED_HOSTS", f"does not hold {parts.hostname} of {name}", "Add it: the site answers 400."
            )
        else:
            yield ok(name, url)
    if config.public_url and config.public_url == config.staff_url:
        yield warn(
            "STAFF_URL", "owners and staff share an origin", "Give the staff face a host name of its own."
        )
    if not config.trusted_hosts:
        yield warn("TRUSTED_HOSTS", "any host name is answered", "List the names of this desk (T26).")


def _proxies(config: Config) -> Finding:
    count = config.trusted_proxy_count
    if count == 0 and config.public_url.startswith("https://"):
        return warn(
            "TRUSTED_PROXY_COUNT",
            "0, and TLS ends somewhere in front: every visitor has the proxy's address, and one can exhaust all",
            "Set it to the number of proxies.",
        )
    return ok("TRUSTED_PROXY_COUNT", str(count))


def _networks(config: Config) -> Finding:
    if config.is_production and "staff" in config.faces and not config.staff_networks:
        return warn(
            "STAFF_NETWORKS", "the staff face answers to the whole network", "Name the networks of the staff."
        )
    return ok("STAFF_NETWORKS", ", ".join(config.staff_networks) or "any")


def _channels(config: Config) -> Finding:
    """That each address can be used was found out at start, or this would not run."""
    if config.channel_urls:
        kinds = sorted({url.partition(":")[0] for url in config.channel_urls})
        return ok("CHANNEL_URLS", f"{', '.join(kinds)}; {len(config.mailboxes)} mailboxes are read")
    return warn(
        "CHANNEL_URLS", "nothing is sent: nobody hears of a deadline", "Set mail, SMS or a staff group."
    )
