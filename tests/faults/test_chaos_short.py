"""The ledger checker in short (trust.md, A3.1): what owners and staff were told stands, whatever was killed meanwhile.

`make chaos` does the same for five minutes on each engine, with a full disk, a moved clock and a restarted PostgreSQL.
"""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.chaos.checking import judge
from tests.chaos.ledger import FAIL, OK, UNKNOWN, Fault, History, Operation
from tests.chaos.ordeal import ordeal
from tests.chaos.truth import Row, Standing, Truth
from tests.machine import until

DEEDS = (
    ("kill -9 a web process",),
    ("kill -9 the worker",),
    ("kill -9 the schedule",),
    ("kill -9 Redis",),
    ("FLUSHALL", "kill -9 the worker"),
)
BETWEEN = 12  # answered changes between one deed and the next


@pytest.mark.parametrize("engine", ["sqlite"])
def test_what_was_acknowledged_stands_once_whatever_is_killed(engine: str, tmp_path: Path) -> None:
    """P1 to P3, P5 (F01, F02, F03, F05, F06, F07, F09, F10, F24, F25, F41).

    It starts seven processes and has six of them start again, which is where its time goes.
    """
    with ordeal(tmp_path, engine, seed=7, size=4, workers=1, has_clock=False) as desk:
        desk.crowd.begin()
        try:
            for deeds in DEEDS:
                desk.nemesis.strike(*deeds)
                done = desk.book.answered
                until(lambda done=done: desk.book.answered >= done + BETWEEN)  # type: ignore[misc]
        finally:
            desk.crowd.end()
        desk.falls_quiet()
        verdict = desk.verdict()
    assert verdict.findings == []
    assert verdict.counts[OK] >= len(DEEDS) * BETWEEN


WORDS = "楼道灯不亮，编号 1"


def operation(what: str, outcome: str, **facts: object) -> Operation:
    return Operation(1, what, outcome, 0.0, 1.0, facts)


def filed(**facts: object) -> Operation:
    return operation("file", OK, **{"description": WORDS, "reference": "K7Q3", "prints": [], **facts})


CLAIMED = operation("claim", OK, reference="K7Q3", round=1, by="limin")
ROWS = [Row(1, 1, "filing", ""), Row(2, 1, "claim", "limin")]
RECEIPT = ("K7Q3", "received", "party by sms")


def truth(**more: object) -> Truth:
    standing = Standing("K7Q3", "limin", WORDS, list(ROWS))
    found = Truth(cases={"K7Q3": standing}, messages=Counter([RECEIPT]))
    return replace(found, **more)  # type: ignore[arg-type]


def judged(*operations: Operation, stands: Truth | None = None) -> list[str]:
    return judge(History(list(operations), []), stands or truth()).findings


def test_the_checker_finds_nothing_where_nothing_is() -> None:
    assert judged(filed(), CLAIMED) == []
    assert judged(replace(filed(), outcome=UNKNOWN), CLAIMED) == []


def test_the_checker_names_what_is_lost() -> None:
    gone = filed(description="另一件", reference="AAAA")
    assert judged(filed(), CLAIMED, gone) == ["lost: filing AAAA"]
    informed = operation("informing", OK, reference="K7Q3", round=1, by="limin")
    assert judged(filed(), CLAIMED, informed) == ["lost: informing of K7Q3 by limin: 0 of 1"]
    assert judged(filed(prints=["a", "b"]), CLAIMED) == ["lost: photos of K7Q3: 0 of 2"]
    look = operation("look up", FAIL, reference="K7Q3", why="missing: 404")
    assert judged(filed(), CLAIMED, look) == ["lost: K7Q3 was not to be found"]
    for filing in (filed(), replace(filed(), outcome=UNKNOWN)):
        assert judged(filing, CLAIMED, stands=truth(messages=Counter())) == [
            "lost: message of the receipt of K7Q3"
        ]
    assert judged(filed(), CLAIMED, stands=truth(undone=["send_message 1: due"])) == [
        "lost: effect send_message 1: due"
    ]


def test_the_checker_names_what_is_doubled() -> None:
    both = truth(messages=Counter([RECEIPT, ("BBBB", *RECEIPT[1:])]))
    both.cases["BBBB"] = Standing("BBBB", "", WORDS, ROWS[:1])
    assert judged(filed(), CLAIMED, stands=both) == [f"doubled: filing {WORDS}: 2 cases"]
    refused = replace(filed(), outcome=FAIL)
    assert judged(refused, CLAIMED) == [f"doubled: filing {WORDS} was refused, and stands"]
    twice = truth()
    twice.cases["K7Q3"].rows.append(Row(3, 1, "claim", "zhouqi"))
    assert judged(filed(), CLAIMED, stands=twice) == ["doubled: claims of K7Q3: limin, zhouqi"]
    elsewhere = filed(twice=False, answer=419)
    assert judged(elsewhere, CLAIMED) == ["doubled: filing K7Q3 led elsewhere when it was sent again (419)"]
    moved = History([elsewhere, CLAIMED], [Fault("move the clock", 0.5, 0.9)])
    assert judge(moved, truth()).doubled == []
    again = truth(messages=Counter({RECEIPT: 2}))
    assert judged(filed(), CLAIMED, stands=again) == ["doubled: message K7Q3 received party by sms ×2"]


def test_the_checker_names_what_is_orphaned_or_does_not_fit() -> None:
    assert judged(CLAIMED) == [f"orphan: case of nobody: {WORDS}"]
    stray = truth(orphans=["file without row 3f/3f.jpg"])
    assert judged(filed(), CLAIMED, stands=stray) == ["orphan: file without row 3f/3f.jpg"]
    left = truth(unnamed=Counter(["a"]))
    left.cases["K7Q3"].photos = {"photo": "a"}
    sent = filed(prints=["a"], sent=["a"])
    assert judged(sent, CLAIMED, stands=left) == ["orphan: photo a ×1 without a row"]
    for cut_off in (filed(prints=["a"], sent=["a"], doubt=1), replace(sent, outcome=UNKNOWN)):
        assert judged(cut_off, CLAIMED, stands=left) == []
    other = truth()
    other.cases["K7Q3"].first_responder = "zhouqi"
    assert judged(filed(), CLAIMED, stands=other) == ["amiss: K7Q3 was claimed by ['limin'], and is zhouqi's"]
    changed = truth()
    changed.cases["K7Q3"].photos = {"photo": "b"}
    assert judged(filed(prints=["a"]), CLAIMED, stands=changed) == [
        "amiss: K7Q3 has other photos than were sent"
    ]
    torn = truth()
    torn.cases["K7Q3"].rows.append(Row(4, 1, "dispatch", "limin"))
    assert judged(filed(), CLAIMED, stands=torn) == ["lost: rows of K7Q3: [1, 2, 4]"]


def test_what_never_recovers_is_no_success() -> None:
    before = filed()
    after = replace(before, began=0.3)
    struck = [Fault("kill -9 the worker", 0.2, 0.5)]
    assert judge(History([after], struck), truth()).slowest == 0.5
    assert not judge(History([before], struck), truth()).is_good, "it was begun before anything was broken"
    assert not judge(History([filed()], [Fault("fill the disk", 2.0, 3.0)]), truth()).is_good
