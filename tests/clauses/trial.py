"""Stories told under a changed rule book, until one of them does not come out: that one guards the rule.

A change of a clock is tried on paper first (`tape`); what is no clock, or what paper does not tell, at the real desk.
"""

import importlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from inspect import getsource
from itertools import product
from pathlib import Path
from typing import Any

import time_machine
from _pytest.mark import ParameterSet
from flask import Flask
from sqlalchemy import update

from shared.database import db
from shared.policies.models import PolicyVersion
from shared.policies.schema import Policy, PolicyError, parse
from shared.policies.versions import preset_text
from tests.cast import MONDAY, Cast
from tests.clauses.desk import Desk, cited_by, settled
from tests.clauses.mutation import Mutation
from tests.clauses.tape import Player, Recorder
from tests.databases import fresh
from wsgi import create_app

BY_THE_SCHEMA = "the schema"


@dataclass(frozen=True, eq=False)
class Story:
    """One way of telling a story of a preset, with what it is told with."""

    name: str
    tell: Callable[..., None]
    told_with: dict[str, Any]
    cited: frozenset[str]
    source: str


def stories_of(preset: str) -> list[Story]:
    """What the files say that have this preset; a story that is told with several values counts as several."""
    found = []
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        module = importlib.import_module(f"tests.clauses.{path.stem}")
        if getattr(module, "PRESET", None) == preset:
            for name, tell in vars(module).items():
                if name.startswith("test_") and callable(tell):
                    cited, source = cited_by(tell), getsource(tell)
                    found += [Story(name, tell, values, cited, source) for values in told_with(tell)]
    return found


def told_with(tell: Callable[..., None]) -> Iterator[dict[str, Any]]:
    """What `parametrize` gives it."""
    choices = []
    for mark in getattr(tell, "pytestmark", []):
        if mark.name == "parametrize":
            names, values = mark.args[:2]
            names = [n.strip() for n in names.split(",")] if isinstance(names, str) else list(names)
            choices.append([_named(names, value) for value in values])
    for chosen in product(*choices):
        yield {name: value for values in chosen for name, value in values.items()}


def _named(names: list[str], value: Any) -> dict[str, Any]:
    if isinstance(value, ParameterSet):
        return dict(zip(names, value.values, strict=True))
    return {names[0]: value} if len(names) == 1 else dict(zip(names, value, strict=True))


def _is_told(story: Story, desk: Any) -> bool:
    try:
        story.tell(desk, **story.told_with)
    except KeyboardInterrupt:
        raise
    except BaseException:  # pytest's own failures are no Exceptions
        return False
    return True


def _split(stories: list[Story], belongs: Callable[[Story], bool]) -> tuple[list[Story], list[Story]]:
    return [s for s in stories if belongs(s)], [s for s in stories if not belongs(s)]


class Trial:
    """One estate under one preset on a database of its own, brought back to its first day for every story."""

    def __init__(self, app: Flask, preset: str, file: Path) -> None:
        self._app, self._preset, self._file = app, preset, file
        self._first_day = sqlite3.connect(":memory:")
        self._body = preset_text(preset)
        self._stories = stories_of(preset)
        self._lately: dict[str, int] = {}  # which stories did not come out, and when: the next may not either
        with app.app_context():
            self._cast = settled(preset)
            db.session.remove()
        with closing(sqlite3.connect(file)) as live:
            live.backup(self._first_day)
        self._tapes: dict[Story, list[Any] | None] = {}

    def caught_by(self, mutation: Mutation) -> str | None:
        """What stands in the way of *mutation*: the schema, or the first story that fails; None: nothing."""
        try:
            policy = parse(mutation.text, self._preset)
        except PolicyError:
            return BY_THE_SCHEMA
        clause = mutation.rule.clause
        for stories in _split(self._in_order(mutation), lambda story: clause in story.cited):
            if mutation.rule.path[0] == "clock":
                for story in stories:
                    if not self._comes_out_on_paper(story, policy):
                        return self._noted(story)
            for story in stories:
                if not self._comes_out(story, mutation.text):
                    return self._noted(story)
        return None

    def _noted(self, story: Story) -> str:
        self._lately[story.name] = len(self._lately) + 1
        return story.name

    def _record(self, story: Story) -> list[Any] | None:
        """What came of *story* at the real desk; None where paper cannot tell it. Raises what the story raises."""
        with self._on_the_first_day(self._body) as desk:
            desk.cited = story.cited
            tape: list[Any] = []
            story.tell(Recorder(desk, tape, []), **story.told_with)
        played = Player(Desk, iter(tape), parse(self._body, self._preset), story.cited)
        return tape if _is_told(story, played) else None

    def _comes_out_on_paper(self, story: Story, policy: Policy) -> bool:
        if story not in self._tapes:
            self._tapes[story] = self._record(story)
        tape = self._tapes[story]
        return tape is None or _is_told(story, Player(Desk, iter(tape), policy, story.cited))

    def _in_order(self, mutation: Mutation) -> list[Story]:
        """The likeliest to fail first: those that speak of the rule, then those that failed lately."""
        word = mutation.rule.name.partition(" ")[0]
        name = f"'{word}'"

        def distance(story: Story) -> tuple[bool, bool, bool, int]:
            told_with, source = repr(story.told_with), story.source.replace('"', "'")
            lately = self._lately.get(story.name, 0)
            return name not in told_with, name not in source, word not in source, -lately

        return sorted(self._stories, key=distance)

    def _comes_out(self, story: Story, body: str) -> bool:
        with self._on_the_first_day(body) as desk:
            desk.cited = story.cited
            return _is_told(story, desk)

    @contextmanager
    def _on_the_first_day(self, body: str) -> Iterator[Desk]:
        with closing(sqlite3.connect(self._file)) as live:
            self._first_day.backup(live)
        with self._app.app_context(), time_machine.travel(MONDAY, tick=False) as clock:
            db.session.execute(update(PolicyVersion).values(body=body))
            db.session.commit()
            try:
                yield Desk(clock, Cast(self._cast.slug), frozenset())
            finally:
                db.session.remove()


@contextmanager
def trial_of(preset: str) -> Iterator[Trial]:
    with fresh("sqlite") as config:
        app = create_app(config)
        app.testing = True
        yield Trial(app, preset, config.data_dir / "shouwen.db")
        with app.app_context():
            db.engine.dispose()
