"""What goes wrong, one thing every few seconds, now and then two. Whatever is taken away for a while is given back."""

import random
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

from tests.chaos.ledger import Ledger
from tests.chaos.plant import Plant
from tests.chaos.processes import Process
from tests.machine import until

Deed = Callable[[], None]

DOWN = 3.0  # seconds for which something is taken away
PATIENCE = 120.0  # with what the supervisor does; a shorter one is judged by the ledger
AT_ONCE = 0.2  # the share of deeds that wait for nothing to be mended
WITH_ANOTHER = 0.25  # the share of deeds that strike together with a second one
SETTLED = 20.0  # seconds; by then the watch of each line has seen the right time
JUMPS = (timedelta(hours=2), timedelta(hours=-1), timedelta(days=1), timedelta(minutes=-20))
# Never together: a schedule that begins while the clock is wrong cannot know it, and two would start one server.
APART = (
    {"move the clock", "kill -9 the schedule"},
    {"move the clock", "end each in turn"},
    {"restart PostgreSQL", "fill the disk"},
)
GUNICORN, WORKER, SCHEDULE, QUEUE = "gunicorn", r"\bworker\s*$", r"\bschedule run\b", "redis"


class Nemesis:
    """Its deeds by name. Those that this desk has nothing for (no disk of its own, no server) are not among them."""

    def __init__(self, plant: Plant, ledger: Ledger, seed: int) -> None:
        self._plant, self._ledger, self._dice = plant, ledger, random.Random(seed)
        # Deeds that strike together draw in no order, so each has dice of its own.
        self._which_web, self._which_jump = random.Random(f"{seed}/web"), random.Random(f"{seed}/clock")
        self._down = Event()  # never set: only waited for
        self.fault: BaseException | None = None  # of its own
        self.deeds: dict[str, Deed] = {
            "kill -9 a web process": self._kill_web,
            "kill -9 the web's master": lambda: self._kill(GUNICORN),
            "kill -9 the worker": lambda: self._kill(WORKER),
            "kill -9 the schedule": lambda: self._kill(SCHEDULE),
            "kill -9 Redis": lambda: self._kill(QUEUE),
            "hold Redis": self._hold_queue,
            "FLUSHALL": self._flush,
            "roll the servers": self._roll,
            "end each in turn": self._end_each,
        }
        if plant.has_clock:
            self.deeds["move the clock"] = self._move_clock
        if plant.database:
            self.deeds["restart PostgreSQL"] = self._restart_database
        if plant.disk.can_fill:
            self.deeds["fill the disk"] = self._fill_disk

    def strike(self, *names: str) -> None:
        """These at the same moment, until each is mended."""
        with ThreadPoolExecutor(len(names)) as hands:
            list(hands.map(self._do, names))

    def _do(self, name: str) -> None:
        with self._ledger.fault(name):
            self.deeds[name]()

    def haunt(self, stop: Event, least: float = 2.0, most: float = 8.0) -> None:
        """Until *stop*: every deed once, in an order of its own, then all over again.

        Most strike a desk that is whole, for a slow machine would never get up again; some strike one that is not.
        """
        names: list[str] = []
        try:
            while not stop.wait(self._dice.uniform(least, most)):
                names = names or self._dice.sample(sorted(self.deeds), len(self.deeds))
                if self._dice.random() > AT_ONCE:
                    until(lambda: stop.is_set() or self._is_whole(), PATIENCE)
                self.strike(*self._drawn(names.pop()))
        except BaseException as fault:
            self.fault = fault

    def _drawn(self, name: str) -> list[str]:
        """That deed, now and then with another, which is said."""
        if self._dice.random() > WITH_ANOTHER:
            return [name]
        others = sorted(other for other in self.deeds if other != name and {name, other} not in APART)
        both = [name, self._dice.choice(others)]
        print(f"at once: {' and '.join(both)}", flush=True)
        return both

    def _is_whole(self) -> bool:
        return all(map(self._plant.part, (GUNICORN, WORKER, SCHEDULE, QUEUE))) and self._plant.is_ready()

    def _part(self, words: str) -> Process:
        """What was killed before comes back first."""
        found = until(lambda: self._plant.part(words), PATIENCE)
        assert isinstance(found, Process)
        return found

    def _kill(self, words: str) -> None:
        self._part(words).kill()

    def _kill_web(self) -> None:
        self._which_web.choice(until(self._plant.web_workers, PATIENCE)).kill()

    def _hold_queue(self) -> None:
        """It takes calls and answers none (F11)."""
        queue = self._part(QUEUE)
        queue.send(signal.SIGSTOP)
        self._down.wait(DOWN)
        queue.send(signal.SIGCONT)

    def _flush(self) -> None:
        self._plant.flush_queue()

    def _move_clock(self) -> None:
        """And back again before anybody has believed it: two turns of the watch are 30 seconds (F21).

        Whoever begins while the clock is wrong cannot know it, so all must have been running for a while.
        """
        until(self._has_settled, PATIENCE)
        self._plant.move(self._which_jump.choice(JUMPS))
        self._down.wait(2 * DOWN)
        self._plant.move(timedelta())

    def _has_settled(self) -> bool:
        schedule = self._plant.part(SCHEDULE)
        return schedule is not None and schedule.age > SETTLED

    def _roll(self) -> None:
        """New web processes take over while the old ones finish."""
        self._part(GUNICORN).send(signal.SIGHUP)

    def _end_each(self) -> None:
        for words in (WORKER, SCHEDULE, GUNICORN):
            self._part(words).send(signal.SIGTERM)

    def _restart_database(self) -> None:
        assert self._plant.database
        self._plant.database.kill()
        self._down.wait(1.0)
        self._plant.database.start()

    def _fill_disk(self) -> None:
        self._plant.disk.fill()
        self._down.wait(DOWN)
        self._plant.disk.free()
        if self._plant.database:  # as whoever keeps it running would: out of room it ends by itself
            self._plant.database.start()
