"""Everybody at once: threads that each do now this, now that, with whatever case waits for it."""

import random
from collections.abc import Callable
from threading import Event, Thread

from tests.chaos.affairs import Affair, Pool
from tests.chaos.browser import Browser, Lost, NotReached
from tests.chaos.ledger import Ledger
from tests.chaos.owners import Owner
from tests.chaos.staff import Staff

# stage: what is done there, and where it leads
RECEIVED, CLAIMED, DISPATCHED, HANDLING = "received", "claimed", "dispatched", "handling"
COMPLETED, INFORMED, REVISITED = "completed", "informed", "revisited"
FILING, LOOKING = 30, 45  # shares in a hundred; the rest carries cases on
LEFT_ALONE = 0.04  # urgent, and nobody claims them: their clocks run out
MOST_WAITING = 40  # claims; filing makes way until some are done
OWNERS_ROUNDS = 2  # how many rounds an owner may ask for


class Crowd:
    """*size* threads, from `begin` to `end`."""

    def __init__(self, port: int, ledger: Ledger, seed: int, size: int) -> None:
        self._port, self._ledger, self._seed = port, ledger, seed
        self.pool, self.staff, self._stop = Pool(), Staff(port, ledger), Event()
        self._threads = [Thread(target=self._live, args=(n,), name=f"crowd {n}") for n in range(size)]
        self.faults: list[BaseException] = []  # of our own

    def begin(self) -> None:
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Everybody finishes what they are about. Raises what went wrong with us, not with the desk."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        if self.faults:
            raise self.faults[0]

    def _live(self, n: int) -> None:
        dice = random.Random(f"{self._seed}/{n}")
        turn = 0
        while not self._stop.is_set():
            turn += 1
            owner = Owner(
                Browser(self._port, f"10.{n + 10}.{turn % 250}.{turn // 250}"), self._ledger, dice, self._stop
            )
            try:
                self._do_something(owner, dice)
            except (NotReached, Lost, LookupError):
                self._stop.wait(0.2)
            except BaseException as fault:
                self.faults.append(fault)
                return

    def _do_something(self, owner: Owner, dice: random.Random) -> None:
        drawn = dice.randrange(100)
        affair = self.pool.any_known(dice)
        if affair is None or (drawn < FILING and self.pool.waiting(RECEIVED) < MOST_WAITING):
            self._file(owner, dice)
        elif drawn < FILING + LOOKING:
            owner.look_up(affair)
        else:
            self._carry_on(owner, dice)

    def _file(self, owner: Owner, dice: random.Random) -> None:
        is_left = dice.random() < LEFT_ALONE
        affair = owner.file(urgent=is_left)
        if affair is None:
            return
        self.pool.learn(affair)
        if not is_left:
            self.pool.put(RECEIVED, affair)

    def _carry_on(self, owner: Owner, dice: random.Random) -> None:
        """One case one step on; of those that wait, the ones nearest to their end first."""
        staff = self.staff
        steps: tuple[tuple[str, Callable[[Affair], str], str], ...] = (
            (REVISITED, staff.close, ""),
            (INFORMED, lambda affair: self._judge(owner, dice, affair), REVISITED),
            (COMPLETED, staff.inform, INFORMED),
            (HANDLING, staff.complete, COMPLETED),
            (DISPATCHED, staff.accept, HANDLING),
            (CLAIMED, staff.dispatch, DISPATCHED),
            (RECEIVED, staff.contest, CLAIMED),
        )
        for stage, do, onward in steps:
            affair = self.pool.take(stage)
            if affair is not None:
                outcome = "unknown"
                try:
                    outcome = do(affair)
                finally:
                    self._put_on(affair, stage, onward, outcome)
                return

    def _put_on(self, affair: Affair, stage: str, onward: str, outcome: str) -> None:
        """*moot*: it was done by an attempt whose answer was lost. Anything else is tried again later."""
        there = onward if outcome in ("ok", "moot") else stage
        if outcome == "again":
            there = CLAIMED
        if there:
            self.pool.put(there, affair)

    def _judge(self, owner: Owner, dice: random.Random, affair: Affair) -> str:
        """The owner says what they think of it, or waits to be asked."""
        drawn = dice.random()
        if drawn < 0.35 and affair.round < OWNERS_ROUNDS:
            is_taken = owner.appeal(affair) if drawn < 0.2 else owner.rate(affair, "dissatisfied")
            if is_taken:
                affair.former.append(affair.handler)
                affair.round += 1
                return "again"
            return "unknown"
        if drawn < 0.7:
            owner.rate(affair, "satisfied")
        return self.staff.revisit(affair)
