"""What each count and each duration is called, explained and told apart by."""

from dataclasses import dataclass

from shared.counting import What

QUICK = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds; a page is to come within 0.15
LONG = (0.1, 0.5, 1.0, 5.0, 15.0, 30.0, 60.0, 300.0)  # of work that nobody waits for


@dataclass(frozen=True, slots=True)
class Meter:
    """A counter, or with *buckets* a histogram. Where it has no *labels* it stands at 0 from the start."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()

    @property
    def family(self) -> str:
        """The name without the ending that only its numbers bear."""
        return self.name.removesuffix("_total")


METERS: dict[What, Meter] = {
    what: Meter(what.value, *rest)
    for what, *rest in (
        (What.REQUEST, "Time to answer, by address template", ("app", "route", "status"), QUICK),
        (What.FILED, "Cases filed, without reports from inside", ("estate", "channel")),
        (What.BREACHED, "Deadlines found broken"),
        (What.JOB, "Time that work from the outbox took", ("kind",), LONG),
        (What.CLAIM_LOST, "Claims that came second"),
        (What.NOT_FOUND, "Look-ups of cases that are none, and wrong codes"),
        (What.RATE_LIMITED, "Requests refused since there were too many", ("rule",)),
        (What.UPLOAD_REFUSED, "Files that could not be taken", ("reason",)),
        (What.BUSY, "Statements that the database was too busy for"),
        (What.CLOCK_JUMPED, "Jumps of the machine's clock that were noticed"),
    )
}
