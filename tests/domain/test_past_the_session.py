"""A filing is written past the session: what it knows of the case from then on is what stands in the database."""

from typing import Any

from sqlalchemy import inspect

from shared.audit import timeline
from shared.cases import filing
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.database import Base, db, rewrite, transaction
from shared.deadlines.facts import facts_of, facts_of_many
from tests.cast import MONDAY, Cast, report
from tests.life import begin


def _columns(row: Base | None) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in inspect(type(row)).column_attrs}


def _standing(case: Case) -> list[dict[str, Any]]:
    return [_columns(row) for row in (case, case.statement, case.party) if row is not None]


def test_a_case_just_filed_is_as_it_is_read_afresh(cast: Cast) -> None:
    with transaction():
        case, _new = filing.file_case(report(), cast.estate, submission_key="key", at=MONDAY)
    known = _standing(case)
    db.session.expire_all()
    assert known == _standing(case)
    assert len(known) == 3


def test_what_a_change_has_begun_it_tells_as_the_record_does(cast: Cast) -> None:
    with transaction():
        case, _new = filing.file_case(report(), cast.estate, submission_key="key", at=MONDAY)
        told = facts_of(case)
        assert timeline.begun_here(case) is not None
        assert told == facts_of_many([case])[case.id]
        assert timeline.lacks(case, Act.FINDING)
        assert not timeline.lacks(case, Act.FILING)


def test_of_a_case_begun_before_the_record_is_asked(cast: Cast) -> None:
    story = begin(cast)
    with transaction():
        case = db.session.get_one(Case, story.case.id)
        timeline.append(case, Act.PROGRESS, at=MONDAY, actor_id=None, public=False, data={})
        assert timeline.begun_here(case) is None
        assert not timeline.lacks(case, Act.FINDING)


def test_a_person_put_in_place_of_another_is_written_too(cast: Cast) -> None:
    """A row that stands under a name, not in a column, is for the session to write."""
    story = begin(cast)
    with transaction():
        case = db.session.get_one(Case, story.case.id)
        case.handler, case.spot = cast.person("wangqiang"), "大堂"
        rewrite(case)
        db.session.expire_all()
        assert (case.handler_id, case.spot) == (cast.person("wangqiang").id, "大堂")
