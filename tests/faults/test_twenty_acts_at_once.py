"""Twenty people do twenty things to one case at once: what is sent arrives once, or comes back (F26, F44)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Barrier

from bs4 import Tag
from flask import Flask

from shared.audit import roots
from shared.cases.models import Words
from shared.clock import local, now
from shared.database import db, transaction
from shared.identity.models import Appointment, User
from shared.identity.permissions import Role
from shared.ownership import cooperating, returning
from shared.presence import unsent
from shared.presence.models import Unsent
from tests.cast import LONG_AGO, Cast
from tests.critic import CriticalClient, Page
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]
HTMX = {"HX-Request": "true"}
# What leaves the case where it is: somebody of the cast, or one of as many dispatchers as are needed (None).
STAYING: tuple[tuple[str | None, str], ...] = (
    ("wangqiang", "objection"),
    ("gaofeng", "plan"),
    (None, "publicity"),
    ("sunli", "task_taking"),
    ("hemei", "transfer"),
    ("chenjing", "return_decision"),
    (None, "progress"),
    (None, "note"),
    (None, "contact"),
    (None, "finding"),
    (None, "task"),
    (None, "escalation"),
    (None, "extension"),
    (None, "task"),
    (None, "triage"),
    (None, "proposal"),
    (None, "outside_order"),
    (None, "progress"),
    (None, "note"),
    (None, "contact"),
)
# What takes it away from under the others' hands.
MOVING: tuple[tuple[str | None, str], ...] = (
    ("wangqiang", "completion"),
    ("chenjing", "return_decision"),
    (None, "dispatch"),
    (None, "referral"),
)


@dataclass
class Doer:
    """Somebody who has the form of an act open and filled in."""

    name: str
    slug: str
    client: CriticalClient
    address: str
    data: dict[str, str]
    told: list[str] = field(default_factory=list)
    is_done: bool = False

    @property
    def words(self) -> str:
        return f"{self.name}写在{self.slug}里的话"

    def keep(self) -> int:
        number = self.address.split("/")[-2]
        data = {**self.data, "place": f"{number}/{self.slug}"}
        return self.client.post("/staff/unsent", data=data, headers=HTMX).status_code

    def send(self) -> bool:
        """Gives whether it is settled: sent, or refused for what it is and not for what came between."""
        page = self.client.post(self.address, data=self.data, headers=HTMX)
        if page.status_code == 204:
            self.is_done = True
            return True
        if page.status_code == 404:  # nobody's any more who had it in hand; the form stays on their page
            self.told.append(page.words)
            assert "已经不由您办理" in page.words
            return True
        assert page.status_code == 409, (self.slug, page.status_code, page.words[:300])
        if self.words in self.data.values():
            assert self.words in {area.get_text().strip() for area in page.soup.find_all("textarea")}, (
                self.slug
            )
        self.told.append(page.words)
        button = page.soup.select_one("button[name=version]")
        before, self.data["version"] = self.data["version"], str(button["value"]) if button else ""
        return button is None or before == self.data["version"]


def _filled(page: Page, words: str) -> dict[str, str]:
    """The form as a hurried person fills it: the first of what is offered, and their words wherever one writes."""
    data: dict[str, str] = {}
    for each in page.form().find_all(["input", "textarea", "select"]):
        name, kind = str(each.get("name") or ""), str(each.get("type", "text"))
        if name and (each.name == "textarea" or kind not in ("checkbox", "file", "submit", "button")):
            data.setdefault(name, _value(each, kind, words))
    return data


def _value(each: Tag, kind: str, words: str) -> str:
    if each.name == "textarea":
        return words
    if each.name == "select":
        offered = [str(option.get("value", "")) for option in each.find_all("option")]
        chosen = each.find("option", selected=True)
        asked = [value for value in offered if value] if each.has_attr("required") else []
        return str(chosen["value"]) if chosen else next(iter(asked), "")
    if kind == "datetime-local":
        return f"{local(now() + timedelta(days=2), 'Asia/Shanghai'):%Y-%m-%dT%H:%M}"
    if kind in ("radio", "hidden"):
        return str(each.get("value", ""))
    return str(each.get("value") or "1")


def _dispatchers(cast: Cast, many: int) -> Iterator[str]:
    with transaction():
        users = [User(username=f"rival{n}", name=f"调度{n:02d}", password_hash="-") for n in range(many)]
        db.session.add_all(users)
        db.session.flush()
        db.session.add_all(
            Appointment(user_id=user.id, estate_id=cast.estate.id, role=Role.DISPATCHER, since=LONG_AGO)
            for user in users
        )
    return iter([f"rival{n}" for n in range(many)])


def _doers(story: Life, signed_in: SignIn, acts: tuple[tuple[str | None, str], ...]) -> list[Doer]:
    rivals = _dispatchers(story.cast, sum(username is None for username, _slug in acts))
    doers = []
    for username, slug in acts:
        username = username or next(rivals)
        client, address = signed_in(username), f"/staff/cases/{story.number}/{slug}"
        page = client.get(address)
        assert page.status_code == 200, (username, slug, page.words[:300])
        doer = Doer(username, slug, client, address, {})
        doer.data = {**_filled(page, doer.words), "version": str(page.one("input[name=version]")["value"])}
        doers.append(doer)
    db.session.remove()
    return doers


def _at_once(doers: list[Doer], do: Callable[[Doer], object]) -> list[object]:
    gate = Barrier(len(doers))

    def alone(doer: Doer) -> object:
        gate.wait()
        return do(doer)

    with ThreadPoolExecutor(len(doers)) as pool:
        return list(pool.map(alone, doers))


def _persist(doer: Doer) -> bool:
    """Whoever is overtaken reads what came between and presses again."""
    return any(doer.send() for _time in range(40))


def _story(cast: Cast) -> Life:
    """In hand at 工程部, which has asked to give it back; 秩序部 has a task of its own."""
    story = begin(cast, at=now() - timedelta(hours=2)).in_handling()
    story.act("limin", cooperating.ask, department=cast.department("秩序部"), requirements="调看监控")
    story.act("wangqiang", returning.ask, reason="归秩序部")
    return story


def _nothing_is_lost(story: Life, doers: list[Doer]) -> None:
    db.session.remove()
    said = [text for (text,) in db.session.query(Words.text)]
    kept = {
        text for row in db.session.query(Unsent) for typed in unsent.fields(row).values() for text in typed
    }
    for doer in doers:
        times = said.count(doer.words)
        assert times <= 1, f"{doer.slug} of {doer.name} is there {times} times"
        if doer.is_done:
            assert doer.words not in kept, f"{doer.slug} was sent, and is offered again"
        else:
            assert times == 0
            assert doer.told
            if doer.words in doer.data.values():
                assert doer.words in kept, f"{doer.slug} of {doer.name} is gone"
    assert story.case.last_seq == len(story.rows)
    assert roots.verify()[1] == []


def test_twenty_acts_that_leave_the_case_where_it_is_all_arrive(
    app: Flask, cast: Cast, signed_in: SignIn
) -> None:
    story = _story(cast)
    doers = _doers(story, signed_in, STAYING)
    next(doer for doer in doers if doer.slug == "return_decision").data["approved"] = "no"
    _at_once(doers, Doer.keep)
    assert all(_at_once(doers, _persist)), "somebody never got through"
    _nothing_is_lost(story, doers)
    assert [doer.slug for doer in doers if not doer.is_done] == []


def test_what_comes_too_late_for_a_case_that_moved_on_comes_back_to_who_wrote_it(
    app: Flask, cast: Cast, signed_in: SignIn
) -> None:
    story = _story(cast)
    doers = _doers(story, signed_in, (*MOVING, *STAYING[:1], *STAYING[6:]))
    _at_once(doers, Doer.keep)
    assert all(_at_once(doers, _persist)), "somebody never got through"
    _nothing_is_lost(story, doers)
