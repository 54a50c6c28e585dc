"""The timeline as people read it: newest first, by round, filtered by who sees it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from shared.attachments import serving
from shared.attachments.models import Attachment
from shared.audit.models import TimelineRow
from shared.cases.lifecycle import OF_THE_MACHINE
from shared.clock import local
from shared.deadlines import naming
from shared.deadlines.models import Deadline
from shared.policies.terms import NOBODY
from staff.cases import row_wording, wording
from staff.cases.queries import Dossier


class Show(StrEnum):
    ALL = "all"
    OWNER = "owner"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline. `kind` as in `ui.timeline_entry`."""

    kind: str
    title: str
    when: str
    at: datetime
    who: str = ""
    text: str = ""
    tag: str = ""
    photos: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Chapter:
    """The entries of one round, newest first."""

    number: int
    cause: str
    entries: list[Entry]


def thumbnails(case_number: str, photos: list[Attachment]) -> list[dict[str, Any]]:
    """Small pictures with the addresses of the large ones."""
    return [
        {
            "url": url_for("staff.case_file", number=case_number, file=photo.id),
            "thumb": url_for("staff.case_thumb", number=case_number, file=photo.id),
            "alt": serving.alternative(photo, number),
        }
        for number, photo in enumerate(photos, 1)
    ]


def chapters(dossier: Dossier, show: Show, now: datetime) -> list[Chapter]:
    """The rounds that have something to show, the present one first."""
    causes = {r.number: r.cause for r in dossier.rounds}
    told = list(_told(dossier, show, now))
    found = [
        Chapter(number, wording.cause_of_round(causes[number]), [e for n, e in reversed(told) if n == number])
        for number in sorted(causes, reverse=True)
    ]
    return [chapter for chapter in found if chapter.entries]


def _told(dossier: Dossier, show: Show, now: datetime) -> Iterator[tuple[int, Entry]]:
    """Rounds and entries in the order of the record (F22), breaches put in where they fell."""
    broken = sorted(
        ((d.breached_at, d) for d in dossier.deadlines if d.breached_at), key=lambda pair: pair[0]
    )
    for row in dossier.rows:
        while broken and broken[0][0] < row.at:
            yield from _breach(*broken.pop(0), show, dossier, now)
        entry = _entry(row, show, dossier, now)
        if entry:
            yield row.round, entry
    for at, deadline in broken:
        yield from _breach(at, deadline, show, dossier, now)


def _breach(
    at: datetime, deadline: Deadline, show: Show, dossier: Dossier, now: datetime
) -> Iterator[tuple[int, Entry]]:
    if deadline.duty == NOBODY:
        return
    if show is Show.ALL or (show is Show.OWNER) == deadline.owner_sees:
        zone = dossier.case.estate.zone
        phrase = naming.phrase(deadline.rule, deadline.term)
        title = _("超时：%(promise)s（%(clause)s）", promise=phrase, clause=deadline.clause)
        counted = _("怎么算的：%(steps)s", steps=_("；").join(deadline.steps))
        yield (
            deadline.round,
            Entry("broken", title, wording.when(at, now, zone), local(at, zone), text=counted),
        )


def _kind(row: TimelineRow) -> str:
    if not row.public:
        return "internal"
    if row.actor_id is None:
        return "event" if row.act in OF_THE_MACHINE else "owner"
    return "reply" if row.act in ("progress", "informing", "completion") else "event"


def _entry(row: TimelineRow, show: Show, dossier: Dossier, now: datetime) -> Entry | None:
    said = dossier.words.get(row.data.get("words", 0))
    # A public act may carry words that are not: the owner sees that it happened, we see why.
    aside = row.public and said is not None and not said.public
    if show is Show.OWNER and not row.public:
        return None
    if show is Show.INTERNAL and row.public and not aside:
        return None
    text = said.text if said and not (aside and show is Show.OWNER) else ""
    zone = dossier.case.estate.zone
    return Entry(
        kind=_kind(row),
        title=_title(row, dossier),
        when=wording.when(row.at, now, zone),
        at=local(row.at, zone),
        who=row_wording.who(row, dossier.names),
        text=text,
        tag=_("文字业主看不到") if aside and text else "",
        photos=thumbnails(dossier.case.archive_number, _photos_of(row, dossier)),
    )


def _title(row: TimelineRow, dossier: Dossier) -> str:
    if row.act == "progress":
        return _("写给业主") if row.public else _("内部备注")
    return row_wording.what(row, dossier.names)


def _photos_of(row: TimelineRow, dossier: Dossier) -> list[Attachment]:
    """Those that came with this act: named by the row, or stored at its very instant. Filing's stand at the top."""
    named = row.data.get("photos") or ()
    return [
        photo
        for photo in dossier.photos
        if photo.id in named or (photo.act == row.act and row.act != "filing" and photo.stored_at == row.at)
    ]
