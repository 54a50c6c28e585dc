"""Twenty people at one case at the same moment: nothing that anybody wrote is lost, and each is told (F26, F44)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

import pytest
from flask import Flask

from shared.audit import roots
from shared.cases.models import Words
from shared.clock import now
from shared.database import db, transaction
from shared.identity.models import Appointment, User
from shared.identity.permissions import Role
from shared.presence import looking, unsent
from shared.presence.models import Presence, Unsent
from tests.cast import LONG_AGO, MONDAY, Cast
from tests.critic import CriticalClient, Page
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]
HTMX = {"HX-Request": "true"}
MANY = 20


@dataclass
class Person:
    """Somebody who has the form of an answer to the owner open and has written into it."""

    name: str
    client: CriticalClient
    token: str
    version: str
    address: str
    told: str = ""

    @property
    def words(self) -> str:
        return f"{self.name}已联系维保，明早到场"

    def keep(self) -> Page:
        number = self.address.split("/")[-2]
        data = {"csrf_token": self.token, "place": f"{number}/progress", "note": self.words}
        return self.client.post("/staff/unsent", data=data, headers=HTMX)

    def send(self) -> bool:
        """Send the answer as the page holds it now; gives whether it went, else what was told is kept."""
        data = {"csrf_token": self.token, "version": self.version, "note": self.words}
        page = self.client.post(self.address, data=data, headers=HTMX)
        if page.status_code == 204:
            return True
        assert page.status_code == 409, (page.status_code, page.words[:200])
        assert page.one("textarea").get_text().strip() == self.words, "their text is gone"
        self.told = page.one(".banner").get_text()
        self.version = str(page.one("button[name=version]")["value"])
        return False


def _people(story: Life, signed_in: SignIn, many: int) -> list[Person]:
    with transaction():
        estate_id = story.cast.estate.id
        users = [User(username=f"rival{n}", name=f"调度{n:02d}", password_hash="-") for n in range(many)]
        db.session.add_all(users)
        db.session.flush()
        db.session.add_all(
            Appointment(user_id=user.id, estate_id=estate_id, role=Role.DISPATCHER, since=LONG_AGO)
            for user in users
        )
        names = [(user.username, user.name) for user in users]
    address = f"/staff/cases/{story.number}/progress"
    people = []
    for username, name in names:
        client = signed_in(username)
        page = client.get(address)
        token, version = (
            str(page.one(f"input[name={field}]")["value"]) for field in ("csrf_token", "version")
        )
        people.append(Person(name, client, token, version, address))
    db.session.remove()
    return people


def _at_once(people: list[Person], do: Callable[[Person], object]) -> list[object]:
    gate = Barrier(len(people))

    def alone(person: Person) -> object:
        gate.wait()
        return do(person)

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(alone, people))


@pytest.mark.parametrize("many", [2, MANY])
def test_all_that_is_sent_at_once_arrives_and_each_is_told_who_came_first(
    app: Flask, cast: Cast, signed_in: SignIn, many: int
) -> None:
    story = begin(cast, at=now()).claimed()
    people = _people(story, signed_in, many)
    kept = _at_once(people, Person.keep)
    assert {page.status_code for page in kept if isinstance(page, Page)} == {200}
    assert db.session.query(Unsent).count() == many

    went = _at_once(people, Person.send)
    assert went.count(True) == 1, "all had the same page before them: one is first"
    first = people[went.index(True)].name
    waiting = [person for person in people if person.told]
    assert len(waiting) == many - 1
    assert all(first in person.told for person in waiting), "each is told who came first"
    for person in waiting:
        before = person.told
        while not person.send():
            assert person.told != before, "told the same twice, and still not sent"
            before = person.told

    db.session.remove()
    said = [text for (text,) in db.session.query(Words.text)]
    assert sorted(said) == sorted(person.words for person in people), "one is lost, or there twice"
    assert story.acts.count("progress") == many
    assert db.session.query(Unsent).count() == 0, "what was sent is not offered again"
    assert roots.verify()[1] == []


def test_twenty_who_look_at_once_are_all_seen(app: Flask, cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast, at=now()).claimed()
    people = _people(story, signed_in, MANY)

    def look(person: Person) -> object:
        data = {"csrf_token": person.token, "version": person.version, "seen": "", "writes": "progress"}
        return person.client.post(f"/staff/cases/{story.number}/presence", data=data).status_code

    for _turn in range(3):
        assert set(_at_once(people, look)) <= {200, 204}
    assert db.session.query(Presence).count() == MANY
    others = looking.others(cast.person("rival0"), story.case, now())
    assert [other.user.name for other in others] == [person.name for person in people[1:]]


def test_one_person_in_two_windows_keeps_one_text(app: Flask, cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast, at=now()).claimed()
    (person,) = _people(story, signed_in, 1)
    copies = [Person(person.name, signed_in("rival0"), "", "", person.address) for _ in range(8)]
    for copy in copies:
        copy.token = str(copy.client.get("/staff/").one("input[name=csrf_token]")["value"])
    db.session.remove()
    assert {page.status_code for page in _at_once(copies, Person.keep) if isinstance(page, Page)} == {200}
    assert unsent.fields(db.session.query(Unsent).one()) == {"note": [person.words]}


def test_who_left_is_soon_not_shown_and_then_swept(cast: Cast) -> None:
    story = begin(cast).claimed()
    with transaction():
        looking.beat(cast.person("zhouqi"), story.case, writes="note", at=MONDAY)
    mine = cast.person("limin")
    assert [p.writes for p in looking.others(mine, story.case, MONDAY + looking.HERE / 2)] == ["note"]
    assert looking.others(cast.person("zhouqi"), story.case, MONDAY) == [], "nobody is told of themselves"
    assert looking.others(mine, story.case, MONDAY + looking.HERE) == []
    with transaction():
        assert looking.purge(MONDAY + looking.STALE) == 1
