"""The demo estate: everything a page needs is in it, it is honest, and it is never in production."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import MetaData, func, select

import shared.demo.load as loading
from shared import clock
from shared.assessment.models import Entry
from shared.assessment.standing import State as Standing
from shared.assessment.standings import standings_of
from shared.audit import roots
from shared.audit.models import DailyRoot, TimelineRow
from shared.cases import measures
from shared.cases.lifecycle import Act, State
from shared.cases.models import Case, OutsideOrder, Proposal, Round
from shared.cases.participation import ordinary, visible_to
from shared.cases.vocabulary import Category, Channel, Kind
from shared.cases.vocabulary import Rating as Level
from shared.database import db, transaction
from shared.deadlines.models import Deadline
from shared.demo import estate, people, playing, story
from shared.demo.load import NotHere, load
from shared.demo.matters import matters, owners
from shared.identity import queries, sessions
from shared.identity.models import Spot
from shared.identity.permissions import Role
from shared.improvement.models import Lesson, Measure, Meeting, Training
from shared.notices import screens
from shared.notices.models import Notice, Publicity
from shared.notices.stages import Stage, stage
from shared.notifications.models import Message
from shared.phrases import queries as phrases
from shared.reports import open_data
from shared.retention.models import DataRequest
from shared.revisits.models import Appeal, Rating
from shared.severity.queries import is_provisional, latest_grading
from shared.supervision.models import SpotCheckItem
from tests.databases import fresh
from wsgi import create_app

# Acts that the story of the demo estate has no occasion for.
NOT_PLAYED = {
    "sealing",
    "extension",
    "recall",
    "designation",
    "joining",
    "parting",
    "supplement",
}


@contextmanager
def _desk(engine: str) -> Iterator[Flask]:
    with fresh(engine) as config:
        app = create_app(config)
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


@pytest.fixture(scope="module")
def loaded() -> Iterator[Flask]:
    """One loaded desk for all the tests that only look at it; what differs by engine is tested below on a part."""
    with fresh("sqlite") as config:
        app = create_app(config)
        with app.app_context():
            load(clock.now())
        yield app
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def demo(loaded: Flask) -> Iterator[Flask]:
    with loaded.app_context():
        yield loaded
        db.session.rollback()


def _everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table as it lies in the database: sealed columns stay sealed."""
    db.session.rollback()
    as_stored = MetaData()
    as_stored.reflect(db.engine)
    return {
        name: sorted(map(tuple, db.session.execute(select(table)).all()), key=repr)
        for name, table in as_stored.tables.items()
    }


def test_every_state_act_channel_kind_and_category_is_there(demo: Flask) -> None:
    def held(column: Any) -> Counter[Any]:
        return Counter(db.session.scalars(select(column)).all())

    assert set(held(Case.state)) == set(State)
    assert set(held(Case.channel)) == set(Channel)
    assert set(held(Case.kind)) == set(Kind)
    assert set(held(Case.category)) == set(Category)
    assert set(held(Case.severity)) == {"ordinary", "major"}
    assert set(held(Case.validity)) == {"undecided", "valid", "invalid"}
    assert held(Case.round)[2] >= 3
    assert held(Case.anonymous)[True] >= 3
    assert held(Case.call_me)[True] >= 2
    assert set(held(TimelineRow.act)) == set(Act) - NOT_PLAYED
    assert sum(held(Case.state).values()) == len(matters()) >= 100


def test_the_assessment_ledger_has_entries_in_every_state(demo: Flask) -> None:
    entries = db.session.scalars(select(Entry)).all()
    found = {standing.state for standing in standings_of(entries).values()}
    assert found >= set(Standing) - {Standing.NAMED, Standing.LAPSED}
    assert {entry.origin for entry in entries} >= {"breach", "finding", "reward", "counter"}
    assert sum(entry.origin == "breach" and bool(entry.decisions) for entry in entries) == 3
    at = clock.now()
    assert all(entry.occurred_at <= entry.proposed_at <= at for entry in entries if entry.proposed_by_id)


def test_what_was_learnt_stands_in_every_state(demo: Flask) -> None:
    now = clock.now()
    held = Counter(training.closed_at is not None for training in db.session.scalars(select(Training)))
    assert held == {True: 2, False: 1}
    assert {meeting.held_at < now for meeting in db.session.scalars(select(Meeting))} == {True, False}
    found = db.session.scalars(select(Measure)).all()
    assert {measure.effect for measure in found} == {None, "effective", "ineffective"}
    assert any(measure.dropped_at for measure in found)
    assert Counter(bool(lesson.approved_at) for lesson in db.session.scalars(select(Lesson))) == {
        True: 2,
        False: 1,
    }
    checked = Counter(db.session.scalars(select(SpotCheckItem.finding)))
    assert {"agrees", "differs", None} <= set(checked)


def test_archive_numbers_ascend_with_time_without_a_gap(demo: Flask) -> None:
    in_order = select(Case).where(ordinary()).order_by(Case.archive_year, Case.archive_serial)
    cases = db.session.scalars(in_order).all()
    filed = [case.filed_at for case in cases]
    assert filed == sorted(filed)
    for year, count in Counter(case.archive_year for case in cases).items():
        serials = [case.archive_serial for case in cases if case.archive_year == year]
        assert serials == list(range(1, count + 1))


def test_most_promises_are_kept_and_some_are_not(demo: Flask) -> None:
    rows = db.session.scalars(select(Deadline)).all()
    kept = [d for d in rows if d.met_at and not d.breached_at]
    broken = [d for d in rows if d.breached_at]
    running = [d for d in rows if not d.met_at and not d.ended_at and not d.breached_at]
    assert len(kept) > 8 * len(broken)
    assert {d.rule for d in broken} >= {"completion", "relay"}
    assert any(d.near_told_at for d in rows)
    assert len(running) > 10
    assert db.session.scalars(select(Case).where(Case.clocks_parked.is_not(None))).all() == []


def test_gz_9_and_gz_12_the_desk_reports_in_time_nine_times_of_ten(demo: Flask) -> None:
    for rule in ("feedback", "handling"):
        rows = db.session.scalars(select(Deadline).where(Deadline.rule == rule)).all()
        broken = sum(d.breached_at is not None for d in rows)
        kept = sum(d.met_at is not None and d.breached_at is None for d in rows)
        assert 0 < broken <= 0.15 * (kept + broken), rule


def test_ms_4_owners_have_rated_changed_their_mind_and_appealed(demo: Flask) -> None:
    """AH-3.3a, TR-14: whoever was not satisfied, or appealed, opened the next round."""
    ratings = db.session.scalars(select(Rating)).all()
    assert {r.level for r in ratings} == set(Level)
    changed = {(r.case_id, r.round) for r in ratings if r.replaced_at is not None}
    assert changed
    causes = Counter(db.session.scalars(select(Round.cause)))
    assert causes["rating"] >= 1
    assert causes["appeal"] == len(db.session.scalars(select(Appeal)).all()) >= 2


def test_gz_12_owners_were_asked_for_a_time(demo: Flask) -> None:
    """One agreed, one did not, one has yet to answer."""
    assert set(db.session.scalars(select(Proposal.accepted))) == {True, False, None}


def test_ah_2_1_orders_of_outside_are_answered_or_near(demo: Flask) -> None:
    orders = db.session.scalars(select(OutsideOrder)).all()
    assert {o.issuer for o in orders} == {Channel.CITY_HOTLINE, Channel.STREET_OFFICE}
    assert any(o.answered_at for o in orders)
    now = clock.now()
    near = [o for o in orders if o.answered_at is None and o.due_at and o.due_at < now + timedelta(days=1)]
    assert len(near) >= 1


def test_co_m5_what_was_reported_from_inside_only_supervision_sees(demo: Flask) -> None:
    inside = set(db.session.scalars(select(Case.id).where(~ordinary())))
    assert len(inside) == 2
    for name in ("李敏", "陈静", "何建英", "杨波", "唐文"):
        seen = set(db.session.scalars(select(Case.id).where(~ordinary(), visible_to(people.user(name)))))
        assert seen == (inside if name == "唐文" else set()), name


def test_ms_8_the_wall_shows_approved_lines_and_keeps_a_case_off(demo: Flask) -> None:
    decisions = db.session.scalars(select(Publicity)).all()
    assert sum(not d.shown for d in decisions) == 1
    assert sum(d.approved_at is not None for d in decisions) >= 4
    assert any(d.line and d.approved_at is None for d in decisions)
    settled = estate.find()
    assert settled is not None
    assert [screens.called(s.name) for s in screens.hanging(settled.id)] == ["1号楼大堂"]


def test_co_m8_open_data_has_enough_to_show(demo: Flask) -> None:
    settled = estate.find()
    assert settled is not None
    rows = open_data.rows(settled, clock.now())
    assert rows.total() >= 40
    assert len({row.category for row in rows} - {""}) >= 2


def test_a_request_for_data_waits_and_one_was_erased(demo: Flask) -> None:
    """PIPL 45, 47."""
    asked = db.session.scalars(select(DataRequest)).all()
    assert {r.granted for r in asked} == {True, None}
    assert db.session.scalars(select(Case).where(Case.erased_at.is_not(None))).one()


def test_no_owner_is_in_clear_in_any_table(demo: Flask) -> None:
    secrets = [part for owner in owners().values() for part in (owner.name, owner.email) if part]
    for owner in owners().values():
        digits = owner.phone.replace(" ", "")
        secrets += [digits, owner.phone, digits[3:]]
    for table, rows in _everything().items():
        for row in rows:
            for value in row:
                text = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                found = [secret for secret in secrets if secret.encode() in text]
                assert not found, f"{table} holds {found[0]} in clear"


def test_grave_cases_stand_at_every_step(demo: Flask) -> None:
    """TR-3, VK-4g: one waits for a person to confirm it, one for the general manager's approval, some are done."""
    major = db.session.scalars(select(Case).where(Case.severity == "major")).all()
    assert any(is_provisional(latest_grading(case)) for case in major)
    waiting = [found.act for case in major if (found := measures.awaited(case))]
    assert {"plan", "approval"} <= set(waiting)
    for case in major:
        if case.state in ("completed", "informed", "closed", "archived"):
            assert measures.standing_on(case).approval is not None, case.archive_number


def test_the_record_verifies(demo: Flask) -> None:
    count, faults = roots.verify()
    assert count > 500
    assert faults == []
    assert db.session.scalars(select(func.count()).select_from(DailyRoot)).one() >= 50


def test_a_second_load_changes_nothing(demo: Flask) -> None:
    before = _everything()
    again = load(clock.now() + timedelta(days=3))
    assert not again.new
    assert _everything() == before
    said = demo.test_cli_runner().invoke(args=["demo", "load"])
    assert said.exit_code == 0
    assert "stands already" in said.output


def test_each_role_signs_in_with_what_the_command_prints(demo: Flask) -> None:
    said = demo.test_cli_runner().invoke(args=["demo", "accounts", "--json"])
    assert said.exit_code == 0, said.output
    accounts = demo.json.loads(said.output)
    assert [a["username"] for a in accounts] == [a["role"] for a in accounts]
    assert {a["role"] for a in accounts} == set(Role)
    settled = estate.find()
    assert settled is not None
    for account in (accounts[0], accounts[-1]):
        assert len(account["password"]) >= 12
        user = sessions.find(account["username"], account["password"])
        assert user is not None
        assert account["role"] in user.roles_at(settled.id)


def test_nobody_sees_a_case_about_themselves(demo: Flask) -> None:
    def seen_by(name: str) -> set[str]:
        shown = select(Case.seed).where(visible_to(people.user(name)))
        return {bytes(seed).hex() for seed in db.session.scalars(shown)}

    def seed(key: str) -> str:
        matter = next(m for m in matters() if m.key == key)
        return playing.filing.links.seed_of(playing.submission_key(matter)).hex()

    assert seed("fee-for-repair") not in seen_by("王强")
    assert seed("fee-for-repair") in seen_by("林婷")
    assert seed("about-dispatcher") not in seen_by("周琪")
    assert seed("about-dispatcher") in seen_by("李敏")
    assert seed("guard-asleep") not in seen_by("罗勇")


def test_places_roster_and_notices_stand(demo: Flask) -> None:
    settled = estate.find()
    assert settled is not None
    now = clock.now()
    assert [b.name for b in queries.buildings(settled.id)][:2] == ["1号楼", "2号楼"]
    assert len(queries.buildings(settled.id)) == 14
    assert db.session.scalar(select(Spot.name).where(Spot.code == "jx-3-2-lift")) == "2单元电梯"
    for days in (-50, 0, 20):
        assert queries.people_on_duty(settled.id, now + timedelta(days=days))
    stages = Counter(stage(notice, now) for notice in db.session.scalars(select(Notice)))
    assert set(stages) == {
        Stage.DRAFT,
        Stage.SUBMITTED,
        Stage.SCHEDULED,
        Stage.PUBLISHED,
        Stage.EXPIRED,
    }
    assert len(phrases.of_estate(settled.id)) == 8
    urgent = db.session.scalars(select(Notice).where(Notice.kind == "urgent")).all()
    assert {stage(notice, now) for notice in urgent} == {Stage.EXPIRED}


def test_nothing_was_sent(demo: Flask) -> None:
    states = Counter(db.session.scalars(select(Message.state)))
    assert set(states) == {"unsent"}


def test_a_load_cut_short_is_taken_up_again(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = ("roof-12", "fire-door-5", "tap-4", "parking-8", "fumes-6", "drill-4", "dog-bark", "weeds")
    few = [m for m in matters() if m.key in keys]
    monkeypatch.setattr(loading, "matters", lambda: tuple(few))
    real = playing.play
    played: list[Any] = []

    def play(*args: Any) -> None:
        if len(played) == 25:
            raise KeyboardInterrupt
        real(*args)
        played.append(args)

    now = clock.now()
    with _desk(engine):
        monkeypatch.setattr(playing, "play", play)
        with pytest.raises(KeyboardInterrupt):
            load(now)
        monkeypatch.setattr(playing, "play", real)
        rest = load(now + timedelta(hours=1))
        assert rest.new
        assert rest.acts == len(story.steps(few, now)) - 25
        assert Counter(db.session.scalars(select(Case.state))) == {
            "archived": 2,
            "closed": 2,
            "dispatched": 1,
            "handling": 1,
            "referred": 1,
            "withdrawn": 1,
        }
        assert roots.verify()[1] == []


def test_a_desk_in_use_is_left_alone(engine: str) -> None:
    with _desk(engine):
        with transaction():
            db.session.add(DailyRoot(on=clock.now().date(), rows=0, hash=b"", made_at=clock.now()))
        with pytest.raises(NotHere, match="in use"):
            load(clock.now())
        assert estate.find() is None


@pytest.mark.parametrize("command", [["load"], ["accounts"], ["accounts", "--json"]])
def test_refused_in_production(app: Flask, command: list[str]) -> None:
    app.extensions["shouwen"] = replace(app.extensions["shouwen"], app_env="production")
    said = app.test_cli_runner().invoke(args=["demo", *command])
    assert said.exit_code != 0
    assert "refused when APP_ENV=production" in said.output
    with app.app_context():
        assert estate.find() is None


def test_accounts_need_the_demo(app: Flask) -> None:
    said = app.test_cli_runner().invoke(args=["demo", "accounts"])
    assert said.exit_code != 0
    assert "not loaded" in said.output
