"""Photos, and scanned letters page by page, that come with an act.

Checked and written before the change, named by rows inside it (decision 7).
"""

from datetime import datetime
from typing import BinaryIO, cast

from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from wtforms import Field

from shared.attachments import refusals, verbs
from shared.attachments.images import LARGEST_FILE, Reason, Unfit
from shared.attachments.papers import is_paper
from shared.attachments.storage import NotStored
from shared.attachments.verbs import Received
from shared.cases.models import Case


def take(files: list[FileStorage], field: Field | None) -> tuple[list[Received], list[str]]:
    """Receive *files*: gives those taken, and what to tell the person of those that storage could not keep.

    A photo that cannot be used becomes an error of *field*; storage in trouble does not hold up the words (F19).
    """
    if field is None or not files:
        return [], []
    if len(files) > verbs.MOST:
        field.errors = [_("一次最多 %(most)s 张照片，请减少后再提交。", most=verbs.MOST)]
        return [], []
    taken: list[Received] = []
    told: list[str] = []
    for number, file in enumerate(files, 1):
        try:
            taken += _received(cast(BinaryIO, file.stream), verbs.MOST - len(taken))
        except Unfit as error:
            field.errors = [_("第 %(n)s 张：%(why)s", n=number, why=refusals.sentence(error))]
            return [], []
        except NotStored as error:
            told = [refusals.sentence(error)]
    return taken, told


def _received(stream: BinaryIO, room: int) -> list[Received]:
    """What an owner sends is photos; to us come letters too, as the scanner in the office makes them (VK-4a)."""
    data = stream.read(LARGEST_FILE + 1)
    if is_paper(data):
        return verbs.receive_paper(data, room)
    if room < 1:
        raise Unfit(Reason.TOO_MANY_PAGES)
    return [verbs.receive(data)]


def attach(taken: list[Received], case: Case, act: str, *, public: bool, at: datetime) -> None:
    """Make the photos part of what was done on *case* at that instant."""
    for received in taken:
        verbs.attach(received, case_id=case.id, round=case.round, act=act, public=public, at=at)
