"""The timeline of a case in people's words."""

from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _

from portal import wording
from shared import words
from shared.attachments import serving
from shared.attachments.models import Attachment
from shared.audit.models import TimelineRow
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.identity.queries import names_of

OWNERS = frozenset(
    {
        Act.FILING,
        Act.ADDITION,
        Act.WITHDRAWAL,
        Act.URGE,
        Act.RATING,
        Act.APPEAL,
        Act.DECLINE,
        Act.DATA_REQUEST,
    }
)
REPLIES = frozenset(
    {
        Act.PROGRESS,
        Act.COMPLETION,
        Act.INFORMING,
        Act.PROPOSAL,
        Act.AGREEMENT,
        Act.EXTENSION,
        Act.REFERRAL,
        Act.RECALL,
        Act.CLOSURE,
        Act.DATA_ANSWER,
    }
)
# A time is what they are about.
UNTIL = frozenset({Act.PROPOSAL, Act.AGREEMENT, Act.EXTENSION, Act.OUTSTANDING, Act.OUTSTANDING_DATE})


@dataclass(frozen=True, slots=True)
class Photo:
    url: str
    thumb: str
    alt: str


@dataclass(frozen=True, slots=True)
class Entry:
    title: str
    when: str
    at: datetime
    who: str
    text: str
    kind: str
    photos: list[Photo] = field(default_factory=list)


def entries(
    case: Case, rows: list[TimelineRow], said: dict[int, str], pictures: list[Attachment], base: str
) -> list[Entry]:
    """What has happened, the latest first. *base* is the address the photos are served under."""
    names = names_of(row.actor_id for row in rows)
    told = [row for row in rows if row.act in words.ACTS_FOR_OWNERS]
    return [_entry(case, row, said, names, pictures, base) for row in reversed(told)]


def _entry(
    case: Case,
    row: TimelineRow,
    said: dict[int, str],
    names: dict[int, str],
    pictures: list[Attachment],
    base: str,
) -> Entry:
    mine = row.act in OWNERS or (row.act == Act.AGREEMENT and row.actor_id is None)
    return Entry(
        title=_title(row),
        when=wording.moment(row.at, case.estate.zone),
        at=row.at,
        who="" if row.act == Act.FILING else names.get(row.actor_id or 0, ""),
        text=_text(case, row, said),
        kind="owner" if mine else "reply" if row.act in REPLIES else "event",
        photos=_photos(row, pictures, base),
    )


def _title(row: TimelineRow) -> str:
    if row.act == Act.AGREEMENT and row.actor_id is None:
        return _("您同意了约定")
    return str(words.ACTS_FOR_OWNERS[row.act])


def _text(case: Case, row: TimelineRow, said: dict[int, str]) -> str:
    if row.act == Act.FILING:
        return _own_words(case)
    text = said.get(row.data.get("words", 0), "")
    if row.act == Act.COMPLETION:
        return "\n".join(part for part in (str(words.OUTCOMES[row.data["outcome"]]), text) if part)
    if row.act in UNTIL:
        until = wording.moment(datetime.fromisoformat(row.data["until"]), case.estate.zone)
        return "\n".join(part for part in (_("到 %(when)s", when=until), text) if part)
    if row.act == Act.OUTSTANDING_END:
        return _("已经做完") if row.data.get("done") else _("不再做了，想问原因请打服务电话")
    if row.act == Act.URGE:
        return _("第 %(n)s 次", n=row.data.get("nth", 1))
    if row.act in (Act.RATING, Act.APPEAL):
        return _judgement(row, text)
    if row.act == Act.REOPENING:
        return str(words.CAUSES_FOR_OWNERS.get(row.data.get("cause", ""), ""))
    if row.act == Act.CONTACT and row.data.get("method") in words.METHODS:
        return str(words.METHODS[row.data["method"]])
    if row.act == Act.REVISIT and row.data.get("satisfied") is not None:
        return _("您说已经解决") if row.data["satisfied"] else _("您说还没有解决")
    return text


def _judgement(row: TimelineRow, text: str) -> str:
    """The word, why, and what was written beside it."""
    level = str(words.RATINGS.get(row.data.get("level", ""), ""))
    why = _("、").join(
        str(words.REASONS[code]) for code in row.data.get("reasons", ()) if code in words.REASONS
    )
    first = _("：").join(part for part in (level, why) if part)
    return "\n".join(part for part in (first, text) if part)


def _own_words(case: Case) -> str:
    if case.statement is None:
        return _("内容已按期限删除。")
    parts = [case.statement.description]
    if case.call_me:
        parts.append(_("请给我打电话，我口头说"))
    if case.statement.demands:
        parts.append(_("希望：%(demands)s", demands=case.statement.demands))
    return "\n".join(part for part in parts if part)


def _photos(row: TimelineRow, pictures: list[Attachment], base: str) -> list[Photo]:
    """Photos that came with this act: those of filing, else those stored at its very instant."""
    came = [p for p in pictures if p.act == row.act and (row.act == Act.FILING or p.stored_at == row.at)]
    return _shown(came, base)


def photos_of(held: list[Attachment], act: Act, number: int, base: str) -> list[Photo]:
    """Those that came with *act* in round *number*: the matter before, or after it was dealt with."""
    return _shown([p for p in held if p.act == act and p.round == number], base)


def _shown(held: list[Attachment], base: str) -> list[Photo]:
    return [
        Photo(f"{base}/files/{p.id}", f"{base}/files/{p.id}?size=small", serving.alternative(p, number))
        for number, p in enumerate(held, 1)
    ]
