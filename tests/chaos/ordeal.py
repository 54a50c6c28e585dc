"""One run: people use a desk, the nemesis haunts it, all falls quiet, and everything is read back and compared."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from sqlalchemy import func, select

from shared import clock
from shared.database import db
from shared.outbox.models import DUE, OutboxRow
from tests.chaos import checking, faces, ledger, truth
from tests.chaos.carrier import Carrier
from tests.chaos.checking import Verdict
from tests.chaos.crowd import Crowd
from tests.chaos.ledger import Ledger
from tests.chaos.nemesis import Nemesis
from tests.chaos.plant import Plant
from tests.standins.server import running

QUIET = 90.0  # seconds within which everything must have been made good


class Ordeal:
    """A running desk with its nemesis, its crowd and their ledger."""

    def __init__(self, plant: Plant, carrier: Carrier, book: Ledger, seed: int, size: int) -> None:
        self.plant, self.carrier, self.book = plant, carrier, book
        self.nemesis = Nemesis(plant, book, seed)
        self.crowd = Crowd(plant.port, book, seed, size)
        self.app = plant.app()
        self._size = size

    def haunted(self, seconds: float, least: int = 0) -> None:
        """For so many seconds, and on until *least* acts have succeeded, half as long again at most."""
        stop, began = Event(), time.monotonic()
        ghost = Thread(target=self.nemesis.haunt, args=(stop,))
        self.crowd.begin()
        ghost.start()
        try:
            while (passed := time.monotonic() - began) < seconds or (
                self.book.done < least and passed < 1.5 * seconds
            ):
                stop.wait(0.5)
        finally:
            stop.set()
            ghost.join()
            self._goes_on()
            self.crowd.end()
        if self.nemesis.fault:
            raise self.nemesis.fault

    def _goes_on(self) -> None:
        """Until a change is answered that was begun after the last deed; that none is, the checker finds."""
        enough, end = self.book.answered + self._size + 1, time.monotonic() + checking.LONGEST
        while self.book.answered < enough and time.monotonic() < end:
            Event().wait(0.2)

    def falls_quiet(self) -> None:
        """Until nothing waits any more; what then still waits is found by the checker."""
        end, pause = time.monotonic() + QUIET, Event()
        with self.app.app_context():
            while time.monotonic() < end and not (self.plant.is_ready() and self._waiting() == 0):
                pause.wait(0.5)

    def _waiting(self) -> int:
        """What is to be sent, and clocks that nobody could look at while the schedule doubted the time (F21)."""
        db.session.rollback()
        counted = select(func.count()).select_from(OutboxRow).where(OutboxRow.state == DUE)
        return (db.session.scalar(counted) or 0) + len(truth.missed(clock.now()))

    def verdict(self) -> Verdict:
        history = ledger.read(self.book.path.read_text().splitlines())
        with self.app.app_context():
            db.session.rollback()
            found = truth.read(self.carrier.arrived, clock.now())
            db.session.rollback()
        found.unread = faces.unread(self.plant.port, self.crowd.staff, self.crowd.pool.known, found)
        return checking.judge(history, found)


@contextmanager
def ordeal(
    folder: Path, engine: str, *, seed: int, size: int, workers: int, has_clock: bool = True
) -> Iterator[Ordeal]:
    """A desk that has just been started; nothing of it is left running."""
    carrier = Carrier()
    with running(carrier):
        plant = Plant(folder, engine, workers=workers, channels=carrier.url, has_clock=has_clock)
        book = Ledger(folder / "ledger.jsonl")
        try:
            plant.settle()
            plant.start()
            yield Ordeal(plant, carrier, book, seed, size)
        finally:
            book.close()
            plant.end()
