"""Photos in an object store: as in a folder while it answers; kept on this server while it does not (F34)."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from shared.attachments import check, object_store, queries, storage, verbs
from shared.attachments.models import Attachment
from shared.attachments.object_store import Patience
from shared.attachments.spool import Spooled
from shared.attachments.storage import Storage, Unreachable, carry_spool, names_of, waiting_here
from shared.attachments.time_limit import TimeLimit
from shared.backup import creating, restoring
from shared.cases.vocabulary import Method
from shared.clock import now
from shared.database import db, transaction
from shared.operations import alarms, alarms_wording, metrics
from shared.operations.alarms import Alarm, Name
from shared.operations.doctor import files
from shared.operations.doctor.findings import State
from shared.outbox import drain
from shared.revisits import recording
from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.life import CONTENT, begin
from tests.machine import machine
from tests.nursery import ROOT
from tests.portal.test_filing import cases, check_page, file, photo, receipt_of
from tests.standins.object_store import Door


def file_with_photo(client: CriticalClient) -> Page:
    """An owner files with one photo, and opens the page of the case."""
    receipt = file(client, photos=(photo(), "a.jpg"))
    return client.get(receipt_of(receipt)[2])


def seen(client: CriticalClient, page: Page) -> Page:
    """What the browser gets where the page shows the photo."""
    return client.get(str(page.one("ul.thumbs img")["src"]))


def ready(app: Flask) -> tuple[int, str]:
    """What `/readyz` answers, and says of storage."""
    answer = FlaskClient(app).get("/readyz")
    return answer.status_code, answer.get_json()["storage"]


def lying(storage: Storage) -> list[str]:
    """All names there."""
    return [name for _shelf, names in storage.shelves() for name in names]


def stored() -> str:
    """The id of the photo of the only case."""
    (only,) = queries.of_case(cases()[0].id)
    return only.id


def test_f34_a_photo_filed_with_a_case_lies_in_the_bucket_and_is_seen(
    client: CriticalClient, photos: Spooled, app: Flask
) -> None:
    page = file_with_photo(client)
    assert (photos.waiting(), lying(photos.store)) == ([], sorted(names_of(stored())))
    shown = seen(client, page)
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert shown.data[:3] == b"\xff\xd8\xff"
    assert ready(app) == (200, "ok")
    assert check.examine(now()) == check.Findings()


def test_f34_what_is_lost_or_altered_in_the_bucket_is_named_and_the_case_still_opens(
    client: CriticalClient, photos: Spooled, app: Flask
) -> None:
    """F35, by digest: the list of what is there would still be right."""
    page = file_with_photo(client)
    photo, thumb = names_of(stored())
    photos.store.put(photo, b"\xff\xd8\xff somebody else's picture")
    said = app.test_cli_runner().invoke(args=["storage", "check"])
    assert said.exit_code == 1
    assert photo in said.output
    with transaction():
        db.session.get_one(Attachment, stored()).stored_at -= timedelta(days=2)
    photos.store.delete(photo)
    photos.store.delete(thumb)
    assert check.examine(now()).missing == [photo, thumb]
    assert client.get(page.request.path).status_code == 200
    assert seen(client, page).status_code == 404


def fail(door: Door) -> None:
    door.status = 500


def forbid_writing(door: Door) -> None:
    door.status, door.lets = 403, frozenset({"GET", "HEAD"})


def refuse(door: Door) -> None:
    door.shut()


@pytest.mark.parametrize("trouble", [fail, forbid_writing, refuse])
def test_f34_while_the_store_is_in_trouble_the_case_is_filed_and_its_photo_waits_here(
    client: CriticalClient, photos: Spooled, door: Door, app: Flask, trouble: Callable[[Door], None]
) -> None:
    trouble(door)
    page = file_with_photo(client)
    assert photos.waiting() == sorted(names_of(stored()))
    assert seen(client, page).mimetype == "image/jpeg"
    assert ready(app) == (200, "degraded")
    assert carry_spool(lambda: False) == 0
    assert photos.waiting() == sorted(names_of(stored()))
    door.heal()
    door.open()
    assert carry_spool(lambda: False) == 2
    assert (photos.waiting(), lying(photos.store)) == ([], sorted(names_of(stored())))
    assert set(door.puts.values()) == {1}
    assert (ready(app), seen(client, page).status_code) == ((200, "ok"), 200)


def test_f34_who_waited_once_for_a_store_that_hangs_does_not_wait_for_each_photo(
    client: CriticalClient, photos: Spooled, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(object_store, "REST", 600.0)
    monkeypatch.setattr(object_store, "WAITED_FOR", Patience(1.0, 0.3, 1.0, 1))
    storage._spooled.cache_clear()
    door.hangs = True
    file(client, photos=[(photo(), f"{n}.jpg") for n in range(3)])
    assert (waiting_here()[0], door.asked["PUT"]) == (6, 1)
    door.heal()
    assert (carry_spool(lambda: False), waiting_here()) == (6, (0, None))


def test_f34_a_store_that_answers_a_byte_now_and_then_keeps_nobody_waiting(
    photos: Spooled, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No byte is late, and the last would come in half a minute."""
    monkeypatch.setattr(object_store, "WAITED_FOR", Patience(5.0, 20.0, 1.0, 1))
    storage._spooled.cache_clear()
    slow, (one, other) = storage.current_storage(), (names_of(f"{n:032x}")[0] for n in range(2))
    slow.put(one, b"a photo of yesterday")
    door.drips = True
    with pytest.raises(Unreachable):
        slow.open(one)
    slow.put(other, b"a photo of today")
    assert photos.waiting() == [other]
    assert slow.is_away()


def test_f34_of_those_who_wait_for_a_store_only_so_many_are_left_waiting() -> None:
    """Each is a thread, for as long as the store likes; who comes then is told at once."""
    never, places = Event(), TimeLimit(most=2)
    for _ in range(3):
        assert places.ask(60.0, str, object=1) == "1"  # who was answered leaves his place
    for _ in range(2):
        with pytest.raises(Unreachable, match="in time"):
            places.ask(0.01, never.wait, timeout=60.0)
    with pytest.raises(Unreachable, match="too many"):
        places.ask(60.0, never.wait, timeout=60.0)
    never.set()


def test_f34_t41_what_is_deleted_or_swept_while_it_is_being_carried_waits_for_no_store(
    photos: Spooled, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A carrier waits for minutes on a store that hangs: the messages of the outbox must not wait with it."""
    carried, other = (names_of(f"{n:032x}")[0] for n in range(2))
    refuse(door)
    for name in (carried, other):
        photos.put(name, b"somebody's home")

    class Hanging:
        def put(self, name: str, content: bytes) -> None:
            """What others do while the store says nothing."""
            with pytest.raises(Unreachable, match="on its way"):
                photos.delete(carried)  # the outbox asks again in a minute
            with pytest.raises(FileNotFoundError):
                photos.rename(carried, "quarantine/" + carried, now())  # the next sweep meets it in the store
            photos.rename(other, "quarantine/" + other, now())
            photos.store.put(name, content)

    monkeypatch.setattr(photos, "_patient", Hanging)
    door.open()
    assert photos._carry_one(carried) == 1
    assert photos.waiting() == ["quarantine/" + other]
    photos.delete(carried)
    assert lying(photos) == []


def test_f34_what_waits_on_another_server_is_a_picture_that_says_so_and_breaks_no_page(
    client: CriticalClient, app: Flask, photos: Spooled, door: Door, tmp_path: Path
) -> None:
    fail(door)
    page = file_with_photo(client)
    there = app.extensions["shouwen"]
    app.extensions["shouwen"] = replace(there, data_dir=tmp_path / "another")
    for is_up in (False, True):
        if is_up:
            door.heal()
        shown = seen(client, page)
        assert (shown.status_code, shown.mimetype) == (202, "image/svg+xml")
        assert "照片处理中" in shown.get_data(as_text=True)
        assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "稍后可见" in read_out(client, page)
    assert check.examine(now()).under_way == list(names_of(stored()))
    assert told_of_photos(app) == State.OK
    with transaction():
        db.session.get_one(Attachment, stored()).stored_at -= timedelta(days=2)
    assert read_out(client, page) == "照片 1"
    assert seen(client, page).status_code == 404  # that server is not coming back: it is lost, and said to be
    assert check.examine(now()).missing == list(names_of(stored()))
    assert told_of_photos(app) == State.FAIL


def test_f34_what_has_waited_here_for_half_an_hour_is_told_and_counted(photos: Spooled, door: Door) -> None:
    """It lies on this machine alone, and is lost with it."""
    refuse(door)
    photos.put(names_of("0" * 32)[0], b"a photo")
    assert b"spool_files 1.0" in metrics.text()
    assert of_spool(minutes=29) == []
    (told,) = of_spool(minutes=31)
    assert (told.number, told.is_severe) == (1, True)
    assert "1 个文件" in alarms_wording.whole(told, now())
    door.open()
    carry_spool(lambda: False)
    assert of_spool(minutes=31) == []
    assert b"spool_files 0.0" in metrics.text()


def of_spool(*, minutes: int) -> list[Alarm]:
    """What is told of it so much later."""
    found = alarms.current(now() + timedelta(minutes=minutes))
    return [alarm for alarm in found if alarm.name == Name.SPOOL]


def read_out(client: CriticalClient, page: Page) -> str:
    """What is said in the place of the photo to whoever does not see it."""
    return str(client.get(page.request.path).one("ul.thumbs img")["alt"])


def test_f34_photos_of_long_ago_are_read_out_as_on_their_way_while_the_store_is_away(
    client: CriticalClient, photos: Spooled, door: Door
) -> None:
    page = file_with_photo(client)
    with transaction():
        db.session.get_one(Attachment, stored()).stored_at -= timedelta(days=2)
    assert (seen(client, page).status_code, read_out(client, page)) == (200, "照片 1")
    refuse(door)
    assert seen(client, page).status_code == 202
    assert read_out(client, page) == "照片 1（如未显示，稍后可见）"


def told_of_photos(app: Flask) -> State:
    """What the doctor says of them."""
    found = files.examine(app.extensions["shouwen"])
    return next(finding.state for finding in found if finding.check == "photos")


def test_f34_a_page_that_is_no_answer_of_a_store_is_a_store_that_is_away(
    client: CriticalClient, photos: Spooled, door: Door, app: Flask
) -> None:
    """As a proxy in between answers, or a network that wants somebody to sign in: 200, and words for people."""
    page = file_with_photo(client)
    door.status, door.says = 200, b"<html><p>Please sign in<br>"
    with pytest.raises(Unreachable):
        list(photos.shelves())
    with pytest.raises(Unreachable):
        photos.exists(names_of(stored())[0])
    assert (seen(client, page).status_code, seen(client, page).mimetype) == (202, "image/svg+xml")
    said = app.test_cli_runner().invoke(args=["storage", "check"])
    assert (said.exit_code, "cannot be asked" in said.output) == (2, True)
    door.heal()
    assert seen(client, page).status_code == 200


def test_f34_a_photo_that_cannot_be_read_keeps_no_other_from_being_carried(
    photos: Spooled, door: Door
) -> None:
    """As one that a command of root left there."""
    refuse(door)
    first, second = (names_of(f"{n:032x}")[0] for n in range(2))
    photos.put(second, b"a photo")
    (photos.spool.root / first).mkdir(parents=True)
    door.open()
    assert (carry_spool(lambda: False), photos.waiting()) == (1, [first])


def test_f34_a_sheet_that_needs_a_signature_out_of_reach_is_not_printed_without_it(
    cast: Cast, photos: Spooled, door: Door, signed_in: Callable[[str], CriticalClient]
) -> None:
    life = begin(cast).informed()
    received = verbs.receive(photo().getvalue())
    with transaction():
        verbs.attach(received, case_id=life.case.id, round=1, act="revisit", public=False, at=life.at)
    life.act("liujie", recording.record, method=Method.DOOR, answers=CONTENT, opinions="", documented=True)
    with transaction():
        db.session.get_one(Attachment, received.id).stored_at = life.at
    client = signed_in("limin")
    refuse(door)
    missing = client.get(f"/staff/cases/{life.number}/follow-up.pdf")
    assert (missing.status_code, "照片暂时取不到" in missing.words) == (503, True)
    door.open()
    assert client.get(f"/staff/cases/{life.number}/follow-up.pdf").mimetype == "application/pdf"


def test_f34_f19_with_the_store_away_and_the_disk_full_the_words_are_filed_without_the_photo(
    client: CriticalClient, app: Flask, photos: Spooled, door: Door
) -> None:
    refuse(door)
    photos.spool.root.parent.mkdir(parents=True, exist_ok=True)
    photos.spool.root.write_text("a file where the spool should be")
    last = check_page(client, photos=(photo(), "a.jpg"))
    assert "照片未上传，可稍后补传" in last.words
    last.submit("/file/check")
    assert queries.of_case(cases()[0].id) == []
    assert ready(app) == (503, "failed")


def test_f34_two_processes_of_a_server_carry_each_photo_once(
    client: CriticalClient, app: Flask, photos: Spooled, door: Door
) -> None:
    refuse(door)
    for n in range(4):
        photos.put(names_of(f"{n:032x}")[0], b"%d" % n * 20_000)
    door.open()
    with machine(app, now()) as two:
        two.env["STORAGE_URL"] = door.url(f"desk-{door.port}")
        carried = two.flask_at_once(2, "storage", "carry")
    assert sum(each["carried"] for each in carried) == 4
    assert sorted(door.puts.values()) == [1, 1, 1, 1]
    assert photos.waiting() == []


def test_f03_in_a_bucket_too_what_no_row_names_is_set_aside_and_later_removed(
    client: CriticalClient, photos: Spooled, door: Door
) -> None:
    file_with_photo(client)
    orphan, spooled = verbs.receive(photo()), "0f/" + "0" * 32 + ".jpg"
    fail(door)
    photos.put(spooled, b"left behind")
    door.heal()
    assert len(check.examine(now()).waiting) == 3
    later = now() + timedelta(hours=2)
    assert check.sweep(later).quarantined == 3
    assert sorted(photos.set_aside()) == sorted("quarantine/" + n for n in (*names_of(orphan.id), spooled))
    assert lying(photos) == sorted(names_of(stored()))
    assert check.sweep(later + timedelta(days=29)).removed == 0
    assert check.sweep(later + timedelta(days=31)).removed == 3
    assert list(photos.set_aside()) == []


def test_t41_what_is_removed_leaves_the_bucket_and_is_asked_for_again_while_that_is_away(
    client: CriticalClient, photos: Spooled, door: Door, that_monday: None
) -> None:
    file_with_photo(client)
    with transaction():
        verbs.remove(db.session.get_one(Attachment, stored()))
    refuse(door)
    drain.run_due(10)
    door.open()
    assert len(lying(photos.store)) == 2
    with time_machine.travel(now() + timedelta(minutes=5)):
        drain.run_due(10)
    assert lying(photos.store) == []


def test_f39_photos_of_a_bucket_are_backed_up_and_come_back_into_it(
    app: Flask, client: CriticalClient, photos: Spooled, door: Door, tmp_path: Path, that_monday: None
) -> None:
    file_with_photo(client)
    path, manifest = creating.create(tmp_path / "backups", now())
    assert (manifest.files, manifest.missing) == (2, [])
    for name in lying(photos.store):
        photos.store.delete(name)
    restoring.restore(path, now(), replace=True)
    assert (len(lying(photos.store)), check.examine(now()).missing) == (2, [])
    db.session.remove()
    door.shut()
    said = app.test_cli_runner().invoke(args=["backup", "create", f"{tmp_path}/alone/"])
    assert (said.exit_code, list((tmp_path / "alone").iterdir())) == (1, []), (
        "nothing that looks like a backup"
    )
    assert "With --no-photos the database alone is backed up." in said.output


def test_t41_what_is_removed_while_it_waits_is_never_carried_over(photos: Spooled, door: Door) -> None:
    name = names_of("0" * 32)[0]
    fail(door)
    photos.put(name, b"somebody's home")
    with pytest.raises(Unreachable):  # the store may have it all the same, so the outbox asks again
        photos.delete(name)
    door.heal()
    assert (photos.waiting(), carry_spool(lambda: False)) == ([], 0)
    photos.delete(name)
    assert lying(photos) == []


def test_t41_what_is_removed_while_it_waits_on_another_server_is_gone_a_day_later(
    client: CriticalClient, app: Flask, photos: Spooled, door: Door, tmp_path: Path, that_monday: None
) -> None:
    """Who erases cannot reach into that server's spool, which is carried over as if nothing had been said."""
    fail(door)
    file_with_photo(client)
    there = app.extensions["shouwen"]
    app.extensions["shouwen"] = replace(there, data_dir=tmp_path / "another")
    door.heal()
    with transaction():
        verbs.remove(db.session.get_one(Attachment, stored()))
    drain.run_due(10)
    app.extensions["shouwen"] = there
    assert (carry_spool(lambda: False), len(lying(photos))) == (2, 2)
    assert check.sweep(now() + timedelta(hours=2)).quarantined == 2
    with time_machine.travel(now() + timedelta(days=1, minutes=1)):
        drain.run_due(10)
    assert (lying(photos), list(photos.set_aside())) == ([], [])


def test_t17_nobody_but_the_setting_names_the_server_that_is_spoken_to(
    photos: Spooled, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor do settings of other programs on this machine."""
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    photos.put(names_of("0" * 32)[0], b"x")
    assert (photos.waiting(), door.asked["PUT"]) == ([], 1)


def test_t12_a_name_of_the_senders_reaches_no_bucket(photos: Spooled, door: Door) -> None:
    for evil in ("../../x", "a.php", "3f/../../../etc/passwd", "3f/" + "0" * 32 + ".php", "\0", "CON"):
        with pytest.raises(ValueError, match="not a name of ours"):
            photos.put(evil, b"x")
    assert not door.asked


def test_only_who_has_a_bucket_pays_for_boto3() -> None:
    """25 MB and half a second: no module of ours reads it while it is read itself."""
    at_start = re.compile(r"^(?:import|from) boto", re.MULTILINE)
    assert [path.name for path in (ROOT / "shared").rglob("*.py") if at_start.search(path.read_text())] == []
