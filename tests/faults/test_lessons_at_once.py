"""Two who approve one lesson at the same moment (CO-7)."""

from flask import Flask

from shared.clock import now
from shared.database import db, transaction
from shared.errors import Refused
from shared.improvement import lessons, lessons_queries
from tests.at_once import at_once
from tests.cast import Cast
from tests.life import begin


def test_of_two_who_approve_at_once_one_is_told_that_it_is_done(app: Flask, cast: Cast) -> None:
    story = begin(cast).closed()
    telling = lessons.Telling("电梯困人", "facilities", "经过", "先回电")
    lesson = story.act("chenjing", lessons.write, telling=telling)
    lesson_id, read = lesson.id, lessons.reading(lesson)
    db.session.commit()

    def approve(username: str) -> str:
        by = cast.person(username)
        try:
            with transaction():
                lessons.approve(lessons_queries.lock(by, lesson_id), by=by, at=now(), read=read)
        except Refused as refusal:
            return str(refusal.message)
        return ""

    said = sorted(at_once(app, lambda: approve("hemei"), lambda: approve("tangwen")))
    assert said[0] == ""
    assert "刚刚已经批准" in said[1]
