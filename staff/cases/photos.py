"""Photos that come with an act: checked and written before the change, named by rows inside it (decision 7)."""

from datetime import datetime
from typing import BinaryIO, cast

from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from wtforms import Field

from shared.attachments import refusals, verbs
from shared.attachments.images import Unfit
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
            taken.append(verbs.receive(cast(BinaryIO, file.stream)))
        except Unfit as error:
            field.errors = [_("第 %(n)s 张：%(why)s", n=number, why=refusals.sentence(error))]
            return [], []
        except NotStored as error:
            told = [refusals.sentence(error)]
    return taken, told


def attach(taken: list[Received], case: Case, act: str, *, public: bool, at: datetime) -> None:
    """Make the photos part of what was done on *case* at that instant."""
    for received in taken:
        verbs.attach(received, case_id=case.id, round=case.round, act=act, public=public, at=at)
