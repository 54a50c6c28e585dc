"""The verdict: what people were told, held against what stands. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.chaos.ledger import FAIL, LOOK, OK, UNKNOWN, Fault, History, Operation
from tests.chaos.truth import Standing, Truth

# What each kind of act is called in the timeline.
ROWS = {
    "claim": "claim",
    "dispatch": "dispatch",
    "acceptance": "acceptance",
    "completion": "completion",
    "informing": "informing",
    "revisit": "revisit",
    "closure": "closure",
    "rating": "rating",
    "appeal": "appeal",
}
LONGEST = 60.0  # seconds
MOVED, STALE = "move the clock", 419


@dataclass
class Verdict:
    """Each finding is a sentence that names what it is about."""

    counts: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    amiss: list[str] = field(default_factory=list)
    recovered: int = 0  # acts whose answer was lost and that stand
    slowest: float = 0.0  # seconds from the mending of a fault to the next change that was answered
    latest: float = 0.0  # seconds from a receipt to the message about it

    @property
    def findings(self) -> list[str]:
        kinds = {"lost": self.lost, "doubled": self.doubled, "orphan": self.orphans, "amiss": self.amiss}
        return [f"{kind}: {said}" for kind, found in kinds.items() for said in found]

    @property
    def is_good(self) -> bool:
        return not self.findings and max(self.slowest, self.latest) <= LONGEST


def judge(history: History, truth: Truth) -> Verdict:
    verdict = Verdict(counts=Counter(o.outcome for o in history.operations), slowest=slowest(history))
    _filings(history, truth, verdict)
    _acts(history, truth, verdict)
    verdict.lost += [
        f"{o.facts['reference']} was not to be found" for o in history.of(LOOK, FAIL) if _is_missing(o)
    ]
    for standing in truth.cases.values():
        _whole(standing, verdict)
    verdict.lost += [f"message {name} did not arrive" for name in truth.undelivered]
    verdict.lost += [f"effect {name}" for name in truth.undone]
    verdict.lost += [f"{what} could not be read" for what in truth.unread]
    verdict.doubled += [f"message {' '.join(name)} ×{n}" for name, n in truth.messages.items() if n > 1]
    verdict.orphans += [*truth.orphans, *_left_behind(history, truth)]
    verdict.amiss += truth.amiss
    return verdict


def _left_behind(history: History, truth: Truth) -> list[str]:
    """Photos that no row names: as many as were sent in vain, for a process that is killed leaves them, and no more."""
    in_vain: Counter[str] = Counter()
    for filing in history.of("file"):
        times = filing.facts.get("doubt", 0) + (filing.outcome != OK) + ("twice" in filing.facts)
        for digest in filing.facts.get("sent", ()):
            in_vain[digest] += times
    return [f"photo {digest} ×{n} without a row" for digest, n in (truth.unnamed - in_vain).items()]


def _is_missing(look: Operation) -> bool:
    return str(look.facts["why"]).startswith("missing")


def _filings(history: History, truth: Truth, verdict: Verdict) -> None:
    """Acknowledged: exactly one. Refused: none. Unknown: one or none."""
    standing: dict[str, list[Standing]] = {}
    for case in truth.cases.values():
        standing.setdefault(case.description, []).append(case)
    known = set()
    for filing in history.of("file"):
        words = filing.facts["description"]
        known.add(words)
        found = standing.get(words, [])
        if len(found) > 1:
            verdict.doubled.append(f"filing {words}: {len(found)} cases")
        if filing.outcome == FAIL and found:
            verdict.doubled.append(f"filing {words} was refused, and stands")
        if filing.outcome == UNKNOWN:
            verdict.recovered += len(found)
        if filing.outcome in (OK, UNKNOWN):
            verdict.lost += [
                f"message of the receipt of {case.reference}"
                for case in found
                if not truth.messages[case.reference, "received", "party by sms"]
            ]
        if filing.outcome == OK:
            _acknowledged(filing, found, truth, verdict)
            if filing.facts.get("twice") is False and not _is_stale(filing, history):
                again = f"filing {filing.facts['reference']} led elsewhere when it was sent again"
                verdict.doubled.append(f"{again} ({filing.facts['answer']})")
    verdict.orphans += [f"case of nobody: {words}" for words in standing if words not in known]


def _is_stale(filing: Operation, history: History) -> bool:
    """Whether the form was sent again by a clock that was wrong, and refused as one of another day (F21)."""
    moved = (fault for fault in history.faults if fault.what == MOVED)
    is_moved = any(fault.struck < filing.ended and filing.began < fault.mended for fault in moved)
    return is_moved and filing.facts["answer"] == STALE


def _acknowledged(filing: Operation, found: list[Standing], truth: Truth, verdict: Verdict) -> None:
    told = filing.facts
    if told["reference"] not in {case.reference for case in found}:
        verdict.lost.append(f"filing {told['reference']}")
        return
    for case in found:
        _photos(case, told["prints"], verdict)
        verdict.latest = max(verdict.latest, truth.told.get(case.reference, 0.0) - filing.ended)


def _photos(case: Standing, told: list[str], verdict: Verdict) -> None:
    """As many as were sent, and those very pictures."""
    stand = sorted(case.photos.values())
    if len(stand) != len(told):
        kind = verdict.lost if len(stand) < len(told) else verdict.doubled
        kind.append(f"photos of {case.reference}: {len(stand)} of {len(told)}")
    elif stand != told:
        verdict.amiss.append(f"{case.reference} has other photos than were sent")


def _acts(history: History, truth: Truth, verdict: Verdict) -> None:
    """As many rows as were acknowledged, and at most as many more as are unknown."""
    told: Counter[tuple[str, str, int, str, str]] = Counter()
    for what in ROWS:
        for act in history.of(what):
            by = str(act.facts.get("by", ""))
            told[what, act.facts["reference"], act.facts["round"], by, act.outcome] += 1
    for what, reference, round, by in {name[:4] for name in told}:
        name = what, reference, round, by
        ok, unknown = told[*name, OK], told[*name, UNKNOWN]
        case = truth.cases.get(reference)
        stand = sum(row.by == by for row in case.done(ROWS[what], round)) if case else 0
        if stand < ok and not (what in ("rating", "appeal") and stand):
            verdict.lost.append(f"{what} of {reference} by {by or 'the owner'}: {stand} of {ok}")
        if stand > ok + unknown:
            verdict.doubled.append(f"{what} of {reference} by {by or 'the owner'}: {stand}, not {ok}")
        verdict.recovered += max(0, stand - ok)


def _whole(case: Standing, verdict: Verdict) -> None:
    """A timeline without a gap that begins with the filing, and one first responder who claimed it (GZ-15)."""
    if [row.seq for row in case.rows] != list(range(1, len(case.rows) + 1)):
        verdict.lost.append(f"rows of {case.reference}: {[row.seq for row in case.rows]}")
    if not case.rows or case.rows[0].act != "filing":
        verdict.amiss.append(f"{case.reference} does not begin with its filing")
    claims = [row.by for row in case.rows if row.act == "claim"]
    if len(claims) > 1:
        verdict.doubled.append(f"claims of {case.reference}: {', '.join(claims)}")
    if claims[:1] != ([case.first_responder] if case.first_responder else []):
        verdict.amiss.append(f"{case.reference} was claimed by {claims}, and is {case.first_responder}'s")


def slowest(history: History) -> float:
    """The longest that anybody waited for the next change that was begun after a fault struck, once it was mended."""
    changes = sorted((o.ended, o.began) for o in history.operations if o.outcome == OK and o.what != LOOK)
    return max((_next(changes, fault) - fault.mended for fault in history.faults), default=0.0)


def _next(changes: Iterable[tuple[float, float]], fault: Fault) -> float:
    """Infinitely late where nothing followed."""
    ends = (end for end, began in changes if end >= fault.mended and began >= fault.struck)
    return next(ends, float("inf"))
