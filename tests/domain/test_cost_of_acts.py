"""What an act asks of the database: no more than it has a use for."""

from flask import Flask

from shared.cases import handling
from tests.cast import Cast
from tests.critic import queries
from tests.life import begin

MOST = (
    17  # of progress, the commonest act: who, which case, its record and clocks, and what is written of them
)


def test_an_act_that_ends_no_broken_duty_asks_nothing_of_the_ladder(app: Flask, cast: Cast) -> None:
    story = begin(cast).in_handling()
    with queries(app) as asked:
        story.act("wangqiang", handling.progress, text="配件已到，今天更换", public=True)
    assert not [statement for statement in asked if "rungs" in statement]
    assert len(asked) <= MOST, "\n".join(asked)
