"""Unit files, as far as a stand without systemd needs to understand them."""

import os
import shlex
from collections import defaultdict
from pathlib import Path

from tools.deployment import values


class Unit:
    """What stands in a unit file, by key: lines of one key add up, as in systemd."""

    def __init__(self, text: str) -> None:
        self.lines: dict[str, list[str]] = defaultdict(list)
        for line in text.splitlines():
            key, equals, value = line.strip().partition("=")
            if equals and not line.startswith(("#", "[")):
                self.lines[key].append(value)

    @classmethod
    def read(cls, path: Path, instance: str = "") -> "Unit":
        """A unit, or a template's instance of that name."""
        return cls(path.read_text().replace("%i", instance))

    def one(self, key: str) -> str:
        (value,) = self.lines[key]
        return value

    def words(self, key: str, **variables: str) -> list[str]:
        """The command line of that key."""
        line = self.one(key)
        for name, value in variables.items():
            line = line.replace(f"${name}", value)
        return shlex.split(line.replace("(", r"\(").replace(")", r"\)"))

    def environment(self) -> dict[str, str]:
        """Nothing of whoever runs the tests but where programs are."""
        env = {"PATH": os.environ["PATH"]}
        for line in self.lines["Environment"]:
            env |= dict(word.split("=", 1) for word in shlex.split(line))
        for file in self.lines["EnvironmentFile"]:
            path = Path(file.removeprefix("-"))
            if path.exists() or not file.startswith("-"):
                env |= values(path.read_text())
        return env
