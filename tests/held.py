"""A case that holds everything a case can hold of a person, and the search for what is left of it."""

from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import current_app
from PIL import Image
from sqlalchemy import inspect, text

from shared import sealing
from shared.attachments import verbs as attachments
from shared.attachments.folder import Folder
from shared.attachments.storage import current_storage
from shared.audit.models import Access
from shared.cases import acting, ending, scope
from shared.cases.models import OutsideOrder, Proposal
from shared.database import db, transaction
from shared.email_intake.models import InboundMail
from shared.incidents.models import Incident, Membership, PlaybookStep
from shared.notices.models import Publicity
from shared.notifications.models import PartyAddress
from shared.outbox import drain
from shared.revisits.models import Rating
from tests.cast import MONDAY, Cast
from tests.life import Life, begin

# What only this person said, is called, or can be reached by.
PERSONAL: dict[str, Any] = {
    "name": "欧阳问渠",
    "phone": "13912345678",
    "email": "wenqu@example.com",
    "unit": "7-1-2302",
    "spot": "我家门口鞋柜旁",
    "description": "门口的鞋柜被物业搬走了，里面有外婆的拐杖",
    "demands": "把拐杖还给外婆",
}
SAID = (
    "我昨晚又去找过一次拐杖",
    "欧阳问渠说希望周末上门",
    "业主情绪激动",
    "拐杖的事说是满意",
    "拐杖是给外婆的",
    "拐杖已还",
    "12345-欧阳-77",
    "邮件里也说了拐杖",
    "上门见到了外婆",
)
LEFTOVER = (*PERSONAL.values(), *SAID, "拐杖", "外婆", "欧阳", "139 1234 5678")


def photo() -> bytes:
    out = BytesIO()
    Image.effect_noise((640, 480), 90).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def _words(life: Life, said: str) -> int | None:
    return acting.write_words(life.case, said, public=True)[0]


def ended(cast: Cast, at: datetime = MONDAY) -> Life:
    """A case that was filed, handled, closed, and touched by everything that writes about people."""
    life = begin(cast, at, building_id=cast.building("7号楼").id, **PERSONAL)
    received = attachments.receive(photo())
    with transaction():
        attachments.attach(received, case_id=life.case.id, round=1, act="filing", public=True, at=at)
        ending.add(scope.lock_by_id(life.case.id), at=at, text=SAID[0], photos=[])
    life.closed()
    with transaction():
        _write_about(life, cast)
    drain.run_due(100)
    return life


def _write_about(life: Life, cast: Cast) -> None:
    case, at, somebody = life.case, life.at, cast.person("limin").id
    incident = Incident(estate_id=cast.estate.id, category="other", title="7号楼鞋柜", opened_at=at)
    db.session.add(incident)
    db.session.flush()
    db.session.add_all(
        [
            Proposal(
                case_id=case.id, round=1, by_id=somebody, at=at, until=at, words_id=_words(life, SAID[1])
            ),
            Rating(
                case_id=case.id,
                round=1,
                at=at,
                level="satisfied",
                reasons=[],
                door="link",
                words_id=_words(life, SAID[3]),
            ),
            Publicity(case_id=case.id, at=at, by_id=somebody, shown=True, line=SAID[5]),
            OutsideOrder(case_id=case.id, issuer="city_hotline", number=SAID[6], by_id=somebody, at=at),
            PartyAddress(case_id=case.id, channel="push", address=f"https://push/{SAID[4]}", made_at=at),
            InboundMail(
                estate_id=cast.estate.id,
                digest=sealing.digest(life.number),
                received_at=at,
                outcome="added",
                reason="token",
                case_id=case.id,
                sender=PERSONAL["email"],
                subject=SAID[7],
                body=SAID[7],
            ),
            Membership(incident_id=incident.id, case_id=case.id, state="joined", reasons=[], proposed_at=at),
            PlaybookStep(incident_id=incident.id, step="visit", done_at=at, by_id=somebody, note=SAID[8]),
            Access(at=at, user_id=somebody, case_id=case.id, what="phone"),
        ]
    )
    _words(life, SAID[2])


def ciphertexts(life: Life) -> list[bytes]:
    """What stands in the database in place of name, telephone, mail and flat."""
    row = db.session.execute(
        text("SELECT name, phone, email, unit, phone_index, name_index FROM parties WHERE case_id = :id"),
        {"id": life.case.id},
    ).one()
    return [bytes(value) for value in row]


def left_in_rows() -> list[str]:
    """`table: words` for every table in which something of this person can still be read."""
    found = []
    for table in inspect(db.engine).get_table_names():
        for row in db.session.execute(text(f'SELECT * FROM "{table}"')):
            read = "\n".join(str(value) for value in row)
            found += [f"{table}: {words}" for words in LEFTOVER if words in read]
    return found


def left_in_files(*more: bytes) -> list[str]:
    """`file: words` for every file of the desk, the database's own among them."""
    needles = [*(words.encode() for words in LEFTOVER), *more]
    folder: Path = current_app.extensions["shouwen"].data_dir
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        found += [f"{path.name}: {needle!r}" for needle in needles if needle in content]
    return found


def photos_on_disk() -> int:
    storage = current_storage()
    assert isinstance(storage, Folder)
    return sum(len(names) for _shelf, names in storage.shelves())


def days(number: int) -> timedelta:
    return timedelta(days=number)
