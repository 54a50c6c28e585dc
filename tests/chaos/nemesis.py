"""What goes wrong, one thing every few seconds. Whatever is taken away for a while is given back."""

import random
import signal
from collections.abc import Callable
from datetime import timedelta
from threading import Event

from tests.chaos.ledger import Ledger
from tests.chaos.plant import Plant
from tests.machine import until

Deed = Callable[[], None]

DOWN = 3.0  # seconds for which something is taken away
JUMPS = (timedelta(hours=2), timedelta(hours=-1), timedelta(days=1), timedelta(minutes=-20))
GUNICORN, WORKER, SCHEDULE, QUEUE = "gunicorn", r"\bworker\s*$", r"\bschedule run\b", "redis"


class Nemesis:
    """Its deeds by name. Those that this desk has nothing for (no disk of its own, no server) are not among them."""

    def __init__(self, plant: Plant, ledger: Ledger, seed: int) -> None:
        self._plant, self._ledger, self._dice = plant, ledger, random.Random(seed)
        self._down = Event()  # never set: only waited for
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

    def do(self, name: str) -> None:
        with self._ledger.fault(name):
            self.deeds[name]()

    def haunt(self, stop: Event, least: float = 2.0, most: float = 8.0) -> None:
        """Until *stop*: every deed once, in an order of its own, then all over again."""
        names: list[str] = []
        while not stop.wait(self._dice.uniform(least, most)):
            names = names or self._dice.sample(sorted(self.deeds), len(self.deeds))
            self.do(names.pop())

    def _kill(self, words: str) -> None:
        until(lambda: self._plant.part(words)).kill()

    def _kill_web(self) -> None:
        self._dice.choice(until(self._plant.web_workers)).kill()

    def _hold_queue(self) -> None:
        """It takes calls and answers none (F11)."""
        queue = until(lambda: self._plant.part(QUEUE))
        queue.send(signal.SIGSTOP)
        self._down.wait(DOWN)
        queue.send(signal.SIGCONT)

    def _flush(self) -> None:
        self._plant.flush_queue()

    def _move_clock(self) -> None:
        """And back again before anybody has believed it: two turns of the watch are 30 seconds (F21)."""
        self._plant.move(self._dice.choice(JUMPS))
        self._down.wait(2 * DOWN)
        self._plant.move(timedelta())

    def _roll(self) -> None:
        """New web processes take over while the old ones finish."""
        until(lambda: self._plant.part(GUNICORN)).send(signal.SIGHUP)

    def _end_each(self) -> None:
        for words in (WORKER, SCHEDULE, GUNICORN):
            until(lambda words=words: self._plant.part(words)).send(signal.SIGTERM)  # type: ignore[misc]

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
