"""Photos from the upload to the case, and back out again."""

import os
from contextlib import suppress
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from stat import S_ISDIR

import pytest
from flask import Flask, current_app
from PIL import Image
from sqlalchemy import select

from shared.attachments import check, queries, refusals, verbs
from shared.attachments.folder import Folder
from shared.attachments.images import Reason, Unfit
from shared.attachments.models import Attachment
from shared.attachments.serving import respond
from shared.attachments.storage import NotStored, current_storage, name_of, names_of
from shared.cases import drafts
from shared.cases.models import Draft
from shared.clock import now
from shared.database import db, transaction
from shared.errors import NotFound, Refused
from shared.outbox import drain
from shared.outbox.models import OutboxRow
from tests.cast import MONDAY, Cast, file

LATER = timedelta(hours=2)


def photo(colour: str = "red") -> bytes:
    out = BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def root(app: Flask, cast: Cast) -> Path:
    storage = current_storage()
    assert isinstance(storage, Folder)
    return storage.root


@pytest.fixture
def draft(cast: Cast) -> Draft:
    with transaction():
        draft, _token = drafts.begin(cast.estate.id, MONDAY)
    return draft


def uploaded(draft: Draft, at: datetime = MONDAY) -> Attachment:
    received = verbs.receive(photo())
    with transaction():
        return verbs.attach(received, draft_id=draft.id, public=True, at=at)


def files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def test_files_come_first_and_the_row_names_them(root: Path, draft: Draft) -> None:
    received = verbs.receive(photo())
    assert [path.name for path in files(root)] == [f"{received.id}.jpg", f"{received.id}.thumb.jpg"]
    with transaction():
        attachment = verbs.attach(received, draft_id=draft.id, public=True, at=MONDAY)
    assert (attachment.width, attachment.height) == (640, 480)
    assert attachment.size == len((root / name_of(attachment.id)).read_bytes())
    assert queries.of_draft(draft.id) == [attachment]
    assert check.examine(now() + LATER) == check.Findings()


def test_t12_the_sender_names_nothing(root: Path, draft: Draft) -> None:
    for evil in ("../../x", "a.php", "3f/../../../etc/passwd", "3f/" + "0" * 32 + ".php", "\0", "CON"):
        with pytest.raises(ValueError, match="not a name of ours"):
            current_storage().put(evil, b"x")
    assert files(root) == []


def test_six_photos_and_no_more(root: Path, draft: Draft) -> None:
    for _ in range(6):
        uploaded(draft)
    with pytest.raises(Refused, match="6"):
        uploaded(draft)
    assert len(queries.of_draft(draft.id)) == 6


def test_six_for_each_act_of_a_case(cast: Cast, root: Path) -> None:
    case = file(cast)

    def attach(at: datetime) -> None:
        received = verbs.receive(photo())
        with transaction():
            verbs.attach(received, case_id=case.id, round=1, act="progress", public=False, at=at)

    for _ in range(6):
        attach(MONDAY)
    with pytest.raises(Refused):
        attach(MONDAY)
    attach(MONDAY + timedelta(minutes=1))
    assert len(queries.of_case(case.id)) == 7
    assert queries.of_case(case.id, public_only=True) == []
    assert queries.of_case(case.id, round=2) == []


def test_filing_adopts_the_photos_of_its_draft(cast: Cast, root: Path, draft: Draft) -> None:
    kept, dropped = uploaded(draft), uploaded(draft)
    case = file(cast)
    with transaction():
        adopted = verbs.adopt(draft.id, case.id, [kept.id])
        drafts.discard(db.session.get_one(Draft, draft.id))
    assert [(photo.id, photo.act, photo.round) for photo in adopted] == [(kept.id, "filing", 1)]
    assert [photo.id for photo in queries.of_case(case.id)] == [kept.id]
    db.session.expire_all()
    assert db.session.get_one(Attachment, dropped.id).draft_id is None


def test_t08_photos_of_another_draft_are_not_to_be_had(cast: Cast, root: Path, draft: Draft) -> None:
    with transaction():
        theirs, _token = drafts.begin(cast.estate.id, MONDAY)
    stolen, mine = uploaded(theirs), uploaded(draft)
    case = file(cast)
    with pytest.raises(Refused), transaction():
        verbs.adopt(draft.id, case.id, [mine.id, stolen.id])
    db.session.expire_all()
    assert [photo.id for photo in queries.of_draft(theirs.id)] == [stolen.id]
    assert queries.of_case(case.id) == []


def test_removing_deletes_the_files_when_the_change_stands(root: Path, draft: Draft) -> None:
    attachment = uploaded(draft)
    with suppress(ZeroDivisionError), transaction():
        verbs.remove(db.session.get_one(Attachment, attachment.id))
        _ = 1 / 0
    assert drain.run_due(10) == 0
    with transaction():
        verbs.remove(db.session.get_one(Attachment, attachment.id))
    assert len(files(root)) == 2
    assert drain.run_due(10) == 1
    assert files(root) == []


def test_t07_a_photo_is_served_as_nothing_but_a_picture(root: Path, draft: Draft) -> None:
    attachment = uploaded(draft)
    for thumb in (False, True):
        answer = respond(attachment, thumb=thumb)
        assert answer.data == (root / name_of(attachment.id, thumb=thumb)).read_bytes()
        assert answer.mimetype == "image/jpeg"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer.headers["Content-Disposition"] == f'inline; filename="photo-{attachment.id[:8]}.jpg"'
        assert "no-store" in answer.headers["Cache-Control"]


def test_f35_a_lost_file_is_reported_and_not_found(root: Path, draft: Draft) -> None:
    attachment = uploaded(draft)
    current_storage().delete(name_of(attachment.id))
    assert check.examine(now()).missing == [name_of(attachment.id)]
    with pytest.raises(NotFound):
        respond(attachment)


def test_f03_files_that_no_row_names_are_set_aside_and_later_removed(root: Path, draft: Draft) -> None:
    kept, orphan = uploaded(draft), verbs.receive(photo())
    at = now()
    assert sorted(check.examine(at).waiting) == sorted(names_of(orphan.id))
    assert check.sweep(at).quarantined == 0
    hours_later = at + LATER
    assert sorted(check.examine(hours_later).files_without_rows) == sorted(names_of(orphan.id))
    assert check.sweep(hours_later).quarantined == 2
    assert check.sweep(hours_later) == check.Swept(0, 0, 0)
    assert check.examine(hours_later) == check.Findings(quarantined=2)
    assert check.sweep(hours_later + timedelta(days=29)).removed == 0
    assert check.sweep(hours_later + timedelta(days=31)).removed == 2
    assert [path.name for path in files(root)] == [path.rpartition("/")[2] for path in names_of(kept.id)]


def test_after_a_restore_nothing_is_set_aside_until_an_operator_says_so(root: Path, cast: Cast) -> None:
    verbs.receive(photo())
    later = now() + LATER
    check.hold()
    assert check.sweep(later) == check.Swept(0, 0, 0)
    check.release()
    assert check.sweep(later).quarantined == 2


def test_photos_of_a_forgotten_draft_go_with_it(root: Path, draft: Draft) -> None:
    uploaded(draft)
    with transaction():
        assert drafts.purge(MONDAY + timedelta(days=8)) == 1
    assert check.sweep(now()).forgotten == 1
    assert drain.run_due(10) == 1
    assert files(root) == []
    assert db.session.scalars(select(Attachment)).all() == []


def test_what_a_dying_process_left_half_written_goes(root: Path, draft: Draft) -> None:
    uploaded(draft)
    (root / "unfinished" / "0123").write_bytes(b"half")
    assert check.sweep(now()).removed == 0
    assert check.sweep(now() + LATER).removed == 1


def test_f19_a_full_disk_costs_the_photo_and_not_the_filing(
    cast: Cast, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(NotStored) as caught:
        verbs.receive(photo())
    assert "照片未上传，可稍后补传" in refusals.sentence(caught.value)
    assert files(root) == []


def test_f19_a_disk_that_is_full_after_the_photo_keeps_nothing_of_it(
    cast: Cast, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would lie there for a month, as something that nobody names, on the disk that has no room."""
    room, write = iter([True]), os.fsync

    def until_full(descriptor: int) -> None:
        if not S_ISDIR(os.fstat(descriptor).st_mode) and not next(room, False):
            raise OSError(28, "No space left on device")
        write(descriptor)

    monkeypatch.setattr("os.fsync", until_full)
    with pytest.raises(NotStored):
        verbs.receive(photo())
    assert files(root) == []


def test_storage_that_cannot_be_written_says_so(root: Path) -> None:
    assert current_storage().writable()
    root.parent.mkdir(parents=True, exist_ok=True)
    blocked = root.parent / "blocked"
    blocked.write_text("a file where the folder should be")
    assert not Folder(blocked / "files").writable()


@pytest.mark.parametrize("reason", list(Reason))
def test_every_refusal_has_a_sentence_with_what_to_do(cast: Cast, reason: Reason) -> None:
    sentence = refusals.sentence(Unfit(reason))
    assert sentence.count("。") >= 2
    assert "请" in sentence


def test_the_photos_lie_where_the_settings_say(cast: Cast, root: Path) -> None:
    assert root == Path(current_app.extensions["shouwen"].data_dir) / "files"
    assert db.session.scalars(select(OutboxRow)).all() == []
