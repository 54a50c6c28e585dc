"""Everything an owner holds derives by key from the case's seed, so that it can be sent again and is never stored.

submission key (the owner's browser) → seed → reference, receipt code, private link. The same submission therefore
always leads to the same case, with nothing kept that leads from the case back to the browser (CO-M5, F24).
"""

from datetime import datetime
from typing import cast

from sqlalchemy import Table, insert, select, update

from shared import sealing
from shared.cases import references
from shared.cases.models import Case, PrivateLink
from shared.database import db, run

CODE_DIGITS = 6
FIRST = 1  # generation
_NEW = insert(cast("Table", PrivateLink.__table__))  # built once: every filing makes one


def seed_of(submission_key: str) -> bytes:
    """16 bytes that stand for this submission."""
    return sealing.derive(submission_key.encode(), "case seed")[:16]


def reference_of(seed: bytes, attempt: int) -> str:
    """The reference of a seed; *attempt* counts the (1 in 10⁹) cases of a reference already taken."""
    number = int.from_bytes(sealing.derive(seed + bytes([attempt]), "reference")[:6])
    return references.from_bits(number >> (48 - references.BITS))


def receipt_code_of(seed: bytes) -> str:
    """The receipt code of a seed, of a case or of none: unlocking does the same work for both (T04)."""
    number = int.from_bytes(sealing.derive(seed, "receipt code")[:8])
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def receipt_code(case: Case) -> str:
    """Six digits on the receipt; with the reference they open the owner's page."""
    return receipt_code_of(case.seed)


def _token(case: Case, generation: int) -> str:
    return sealing.token(case.seed + generation.to_bytes(4), "private link")


def _current(case_id: int) -> PrivateLink | None:
    return db.session.scalar(
        select(PrivateLink)
        .where(PrivateLink.case_id == case_id, PrivateLink.ended_at.is_(None))
        .execution_options(populate_existing=True)
    )


def issue(case: Case, generation: int, at: datetime) -> str:
    """Make the link of that generation valid; gives the token."""
    token = _token(case, generation)
    made = {"case_id": case.id, "generation": generation, "digest": sealing.digest(token), "made_at": at}
    run(_NEW, made)
    return token


def first_token(case: Case) -> str:
    """The token of the link that was made when *case* was filed."""
    return _token(case, FIRST)


def current_token(case: Case) -> str:
    """The token of the link that is valid now."""
    link = _current(case.id)
    if link is None:
        raise RuntimeError(f"case {case.id} has no private link")
    return _token(case, link.generation)


def rotate(case: Case, at: datetime) -> str:
    """End the present link and make the next one (T06)."""
    link = _current(case.id)
    generation = link.generation + 1 if link else FIRST
    db.session.execute(
        update(PrivateLink)
        .where(PrivateLink.case_id == case.id, PrivateLink.ended_at.is_(None))
        .values(ended_at=at)
    )
    return issue(case, generation, at)


def case_id_of(token: str) -> int | None:
    """The case a link opens, if it is valid now."""
    return db.session.scalar(
        select(PrivateLink.case_id).where(
            PrivateLink.digest == sealing.digest(token), PrivateLink.ended_at.is_(None)
        )
    )
