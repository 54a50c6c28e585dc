"""What staff of the demo do with one another: ask a case back, ask for a part of it, keep what is left to do."""

from shared.cases import outstanding
from shared.database import db
from shared.demo import intake, people
from shared.demo.matters import length
from shared.demo.office_acts import on_the_hour
from shared.demo.scene import Acts, Scene
from shared.identity.models import Department
from shared.ownership import cooperating, returning, task_group


def _department(scene: Scene, name: str) -> Department:
    return db.session.get_one(Department, intake.id_of(Department, scene.case.estate, name))


def _send_back(scene: Scene) -> None:
    returning.ask(scene.case, by=scene.staff, at=scene.at, reason=scene.line.text)


def _take_back(scene: Scene) -> None:
    """`takeback yes | why`, `takeback no | why`: there for good."""
    if scene.line.words == ("yes",):
        returning.approve(scene.case, by=scene.staff, at=scene.at, reason=scene.line.text)
    else:
        returning.refuse(scene.case, by=scene.staff, at=scene.at, reason=scene.line.text, final=True)


def _task(scene: Scene) -> None:
    """`task 工程部 1d | what is asked of them`."""
    name, wait = scene.line.words
    cooperating.ask(
        scene.case,
        by=scene.staff,
        at=scene.at,
        department=_department(scene, name),
        requirements=scene.line.text,
        wanted_by=on_the_hour(scene.at + length(wait)),
    )


def _take_task(scene: Scene) -> None:
    (task,) = cooperating.unended(scene.case)
    cooperating.take(scene.case, by=scene.staff, at=scene.at, task=task)


def _end_task(scene: Scene) -> None:
    (task,) = cooperating.unended(scene.case)
    cooperating.finish(scene.case, by=scene.staff, at=scene.at, task=task, result=scene.line.text)


def _call_off(scene: Scene) -> None:
    (task,) = cooperating.unended(scene.case)
    cooperating.call_off(scene.case, by=scene.staff, at=scene.at, task=task, reason=scene.line.text)


def _group(scene: Scene) -> None:
    """`group 高志远 陈静`: the first leads it."""
    group = [people.user(name) for name in scene.line.words]
    task_group.form(scene.case, by=scene.staff, at=scene.at, group=group, led_by=group[0])


def _leave_over(scene: Scene) -> None:
    """`leftover 孙丽 10d | what is still to do`."""
    name, wait = scene.line.words
    outstanding.add(
        scene.case,
        by=scene.staff,
        at=scene.at,
        text=scene.line.text,
        department=_department(scene, str(people.OF_NAME[name].department)),
        owner=people.user(name),
        until=on_the_hour(scene.at + length(wait)),
    )


def _redate(scene: Scene) -> None:
    """`redate 5d | why later`."""
    (wait,) = scene.line.words
    (work,) = outstanding.open_of(scene.case)
    until = on_the_hour(scene.at + length(wait))
    outstanding.set_date(
        scene.case, work=work, by=scene.staff, at=scene.at, until=until, reason=scene.line.text
    )


def _end_work(scene: Scene) -> None:
    (said,) = scene.line.words
    (work,) = outstanding.open_of(scene.case)
    outstanding.end(
        scene.case, work=work, by=scene.staff, at=scene.at, done=said == "yes", text=scene.line.text
    )


ACTS: Acts = {
    "sendback": _send_back,
    "takeback": _take_back,
    "task": _task,
    "taketask": _take_task,
    "endtask": _end_task,
    "offtask": _call_off,
    "group": _group,
    "leftover": _leave_over,
    "redate": _redate,
    "endwork": _end_work,
}
