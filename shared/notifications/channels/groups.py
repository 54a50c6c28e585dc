"""Groups of staff in WeCom, DingTalk, Feishu or elsewhere: archive number, kind of news and a link, nothing more."""

from sqlalchemy import select

from shared import sealing
from shared.cases.models import Case, Participation
from shared.cases.participation import ABOUT
from shared.database import db
from shared.identity.models import User
from shared.notifications.channels import Letter, by_apprise, robots, settings
from shared.notifications.channels.settings import Robot
from shared.outbox.tasks import Undone

NAME = "group"
PREFIX = "group:"  # in Message.to_role, before the robot's mark


def mark_of(robot: Robot) -> str:
    """Tells one group from the next in stored rows; says nothing of its address."""
    return sealing.index(robot.url, "group robot").hex()[:8]


def hearing(case: Case, to_role: str, user: User) -> list[str]:
    """The roles under which the groups that *user* belongs to, as *to_role*, hear news of *case*.

    None of a report from inside, nor of one about a colleague or a department: not everybody there may know of it.
    """
    heard = [robot for robot in settings.carriers().robots if robot.estate in ("", case.estate.slug)]
    if not heard or case.is_internal or _is_about_us(case):
        return []
    teams = {
        a.department.name
        for a in user.appointments
        if a.until is None and a.estate_id == case.estate_id and a.department is not None
    }
    return [
        PREFIX + mark_of(robot) for robot in heard if not robot.audience or robot.audience & {to_role, *teams}
    ]


def _is_about_us(case: Case) -> bool:
    named = select(Participation.id).where(Participation.case_id == case.id, Participation.part == ABOUT)
    return db.session.scalar(named.limit(1)) is not None


def robot_of(role: str) -> Robot | None:
    """None when the settings do not name it any more."""
    return next((r for r in settings.carriers().robots if PREFIX + mark_of(r) == role), None)


def send(letter: Letter) -> None:
    """*letter.to* is the role of the group. Raises Undone."""
    robot = robot_of(letter.to)
    if robot is None:
        raise Undone("the group is not in the settings any more")
    text = "\n".join(filter(None, (letter.subject, letter.link)))
    if robot.kind in settings.ROBOTS:
        robots.say(robot, text)
    else:
        by_apprise.notify(robot.url, text, whom="the group's robot")
