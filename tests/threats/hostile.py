"""An estate in which every word that anybody could have typed is an attack (T14): the payloads, and where they go."""

import re
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from sqlalchemy import JSON, String, select, text

from shared.database import Base, db, transaction
from shared.sealing import Sealed

# Each calls `alert` or asks for `/fired` if a browser takes it for more than words (T14).
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "'><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<body onload=alert(1)>",
    '" onfocus="alert(1)" autofocus x="',
    "' onmouseover='alert(1)' x='",
    '<iframe srcdoc="<script>alert(1)</script>">',
    "<iframe src=javascript:alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "javascript:alert(1)",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<math><mi xlink:href=javascript:alert(1)>",
    "<div hx-get=/fired hx-trigger=load>x</div>",
    '<div hx-on:htmx:load="alert(1)">x</div>',
    '<button data-hx-get="/fired" data-hx-trigger="load">x</button>',
    "{{1331*7}}${1331*7}<%= 1331*7 %>",
    "&lt;script&gt;alert(2)&lt;/script&gt;",
    "<link rel=stylesheet href=/fired>",
    "<style>@import '/fired';</style>",
    "<form action=/fired><button formaction=javascript:alert(1)>x</button>",
    '<meta http-equiv=refresh content="0;url=/fired">',
    "<base href=//evil.example/>",
    "<input autofocus onfocus=alert(1)>",
)
MARKUP = re.compile(r"[<>\"'&]")
WORDS = re.compile(r"[\u4e00-\u9fff]")  # whoever types words here types Chinese; codes and slugs hold none
# What the product reads, and does not only show: the rule book, and the numbers that cases are called by.
READ_BY_US = {"policy_versions", "calendar_years"}
NUMBERS = {"archive_number", "number"}
REFUSALS = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE%'"


def _in_turn(payloads: Sequence[str]) -> Iterator[str]:
    """Each told from the one before round by a number at its end, since names differ."""
    for number in count():
        yield f"{payloads[number % len(payloads)]}//{number}"


def _hostile(value: Any, payloads: Iterator[str]) -> Any:
    """*value* with every text in it that somebody typed replaced."""
    if isinstance(value, str):
        return next(payloads) if WORDS.search(value) else value
    if isinstance(value, dict):
        return {key: _hostile(each, payloads) for key, each in value.items()}
    return [_hostile(each, payloads) for each in value] if isinstance(value, list) else value


def poison(with_: Sequence[str] = PAYLOADS) -> set[str]:
    """Replace every text that holds words, in every table; gives `table.column` of what was replaced.

    Tables that refuse to be edited refuse no longer, on SQLite; the timeline holds no words.
    """
    payloads, replaced = _in_turn(with_), set[str]()
    with transaction():
        for (name,) in db.session.execute(text(REFUSALS)).all():
            db.session.execute(text(f"DROP TRIGGER {name}"))
        for mapper in sorted(Base.registry.mappers, key=lambda each: each.class_.__tablename__):
            table = mapper.class_.__tablename__
            if table in READ_BY_US or table == "timeline":
                continue
            names = [
                column.key
                for column in mapper.columns
                if isinstance(column.type, String | Sealed | JSON) and column.key not in NUMBERS
            ]
            for row in db.session.scalars(select(mapper.class_)):
                for name in names:
                    before = getattr(row, name)
                    after = _hostile(before, payloads)
                    if after != before:
                        setattr(row, name, after)
                        replaced.add(f"{table}.{name}")
    return replaced


def unescaped_in(html: str) -> list[str]:
    """The payloads that stand in *html* as they were typed, and not as words."""
    found = [payload for payload in PAYLOADS if MARKUP.search(payload) and payload in html]
    return [*found, *(["computed"] if "9317" in html else [])]
