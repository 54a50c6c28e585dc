"""Redis: new enough, and set up so that it neither forgets nor lets strangers in (decision 2)."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import redis

from shared.config import Config
from shared.operations.doctor.findings import Finding, fail, ok, warn

OLDEST = (6, 2)  # BLMOVE: whoever dies with a job in hand does not take it along
PATIENCE = 2.0


def examine(config: Config) -> Iterator[Finding]:
    if not config.redis_url:
        yield ok("queue", "none: the schedule does everything itself, within seconds")
        return
    try:
        with redis.Redis.from_url(
            config.redis_url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE
        ) as asked:
            facts: dict[str, Any] = dict(asked.info())
    except redis.AuthenticationError:
        yield fail("queue", "Redis refuses the password of REDIS_URL", "Set the right one.")
        return
    except (redis.RedisError, OSError, ValueError) as error:
        yield warn(
            "queue",
            f"Redis does not answer ({type(error).__name__})",
            "Start it; until then all is done later.",
        )
        return
    yield from _facts(facts)
    yield _auth(config)


def _facts(facts: dict[str, Any]) -> Iterator[Finding]:
    version = str(facts["redis_version"])
    new_enough = tuple(int(part) for part in version.split(".")[:2]) >= OLDEST
    yield (
        ok("queue", f"Redis {version}")
        if new_enough
        else fail("queue", f"Redis {version} is too old", "Use 6.2 or newer.")
    )
    if not int(facts.get("aof_enabled", 0)):
        yield warn("queue appendonly", "what waits is forgotten when Redis ends", "Set appendonly yes.")
    policy = facts.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        yield warn(
            "queue memory",
            f"{policy} throws jobs away when memory is short",
            "Set maxmemory-policy noeviction.",
        )


def _auth(config: Config) -> Finding:
    """Who can write there names what the worker runs next, though only by its number (T34)."""
    parts = urlsplit(config.redis_url)
    if parts.scheme == "unix" or parts.password:
        return ok("queue access", "a socket" if parts.scheme == "unix" else "with a password")
    return warn("queue access", "anybody who reaches it may write", "Give it a password, or a unix socket.")
