"""What a filing form sent, as plain texts under the contract's field names. Pure.

Any step takes whatever fields come, so that a client that sends everything at once files too. Nothing is judged
here: a draft keeps what was typed, right or wrong.
"""

import unicodedata
from collections.abc import Mapping

from shared.cases.vocabulary import TOPICS, Category, Kind

Answers = dict[str, str]

TEXTS = (
    "description",
    "demands",
    "spot",
    "building",
    "about",
    "about_department",
    "name",
    "phone",
    "email",
    "unit",
    "party_type",
    "urgency",
    "occurred_at",
    "wanted_reply_by",
    "visit_on",
    "visit_part",
    "typed_at",
)
TICKS = ("anonymous", "call_me")
CONTACT = ("name", "phone", "email", "unit")
UNTICKED = frozenset({"", "0", "false", "no", "off"})
LONGEST = (
    20_000  # far above any limit of the form, which then says so; a draft is not a place to store things
)
_HIDDEN_ORDER = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def tidy(text: str) -> str:
    """Without control characters (NUL is refused by PostgreSQL) and marks that turn the reading order (T12).

    Empty where nothing of it is seen: five spaces of no width are no words.
    """
    plain = text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n")
    said = "".join(
        c
        for c in plain
        if c in "\n\t" or (unicodedata.category(c) not in ("Cc", "Cs") and c not in _HIDDEN_ORDER)
    ).strip()
    return said if any(unicodedata.category(c)[0] not in "CZ" for c in said) else ""


def matter(category: str, kind: str = "") -> Answers:
    """Kind, category and topic of a tile's value (`facilities:lift`), a bare category or a bare topic.

    Empty when it is none of them. An explicit *kind* wins over the tile's.
    """
    name, _colon, topic = category.strip().partition(":")
    topic = topic or (name if name in TOPICS and name not in set(Category) else "")
    if topic in TOPICS:
        tile_kind, tile_category = TOPICS[topic]
        return {"kind": kind or tile_kind.value, "category": tile_category.value, "topic": topic}
    if not topic and name in set(Category):
        return {"kind": kind or Kind.COMPLAINT.value, "category": name, "topic": ""}
    return {}


def read(form: Mapping[str, str]) -> Answers:
    """The answers in *form*. A box counts as unticked when the details were sent without it."""
    found = {name: tidy(form[name]) for name in TEXTS if name in form}
    kind = form.get("kind", "").strip()
    kind = kind if kind in set(Kind) else ""
    if "category" in form:
        found.update(matter(form["category"], kind))
    elif kind:
        found["kind"] = kind
    for name in TICKS:
        if name in form or "description" in form:
            found[name] = "" if form.get(name, "").strip().lower() in UNTICKED else "1"
    return found


def without_contact(answers: Mapping[str, str]) -> Answers:
    """For somebody who stays anonymous: what would lead back is not kept, typed or not."""
    return {**answers, **dict.fromkeys(CONTACT, "")}
