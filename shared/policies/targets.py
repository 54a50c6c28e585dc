"""The targets that stand beside what is measured (MS-T): `[[target]]` of a policy file, read strictly. Pure."""

from dataclasses import dataclass

from shared.policies.citing import clause_of
from shared.policies.reading import Table

# What can have a target. The same keys as shared.reports.indicators, which stands above this package; a test holds
# the two together.
MEASURED = frozenset(
    {
        "classification",
        "cycle",
        "cycle_change",
        "first_contact",
        "intake",
        "low_solved",
        "openness",
        "overdue",
        "overdue_original",
        "repeat",
        "response",
        "responsibility",
        "revisited",
        "satisfaction",
        "satisfied",
        "solved",
        "survey",
    }
)
LEAST, MOST = -100, 10_000  # percent, or hours


@dataclass(frozen=True, slots=True)
class Target:
    """What *of* is to reach, or not to pass; *towards*: where it is to go from there (satisfaction 75 → 90)."""

    of: str
    clause: str
    figure: int
    at_most: bool = False
    towards: int | None = None

    def is_met(self, value: float) -> bool:
        return value <= self.figure if self.at_most else value >= self.figure


def read(table: Table) -> Target:
    """One `[[target]]`: `at_least` or `at_most`, one of the two. Raises PolicyError."""
    clause = clause_of(table)
    given = [name for name in ("at_least", "at_most") if name in table.left]
    if len(given) != 1:
        raise table.fail(f"needs at_least or at_most, one of the two; has {len(given)}")
    at_most = given == ["at_most"]
    figure = _figure(table, given[0])
    towards = _figure(table, "towards") if "towards" in table.left else None
    if towards is not None and (towards >= figure if at_most else towards <= figure):
        raise table.fail(f"towards {towards} is no further than {figure}", "towards")
    return Target(table.one_of("of", MEASURED, "thing that is measured"), clause, figure, at_most, towards)


def _figure(table: Table, name: str) -> int:
    figure = table.number(name, LEAST)
    if figure > MOST:
        raise table.fail(f"{name} must be at most {MOST}, not {figure}", name)
    return figure
