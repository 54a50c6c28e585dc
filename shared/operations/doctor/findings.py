"""What the doctor says of one thing: how it is, and what to do."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    WARN = "warn"  # it works, and should not stay so
    FAIL = "fail"  # people's words, or their privacy, depend on it


@dataclass(frozen=True, slots=True)
class Finding:
    """*check* names the thing; *said* how it is; *do* is for whoever has to mend it."""

    check: str
    state: State
    said: str
    do: str = ""


def ok(check: str, said: str) -> Finding:
    return Finding(check, State.OK, said)


def warn(check: str, said: str, do: str) -> Finding:
    return Finding(check, State.WARN, said, do)


def fail(check: str, said: str, do: str) -> Finding:
    return Finding(check, State.FAIL, said, do)
