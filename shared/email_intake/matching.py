"""Which case a mail belongs to: by an address that we signed, and by nothing else. Never by sender or subject (T18).

A sender is as easily written as a subject. Whoever holds the signed address may add to the case, as whoever holds
its private link may; staff see whether the sender is the one on record, and nobody reads anything by adding.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from shared.cases import replies
from shared.cases.models import Case
from shared.cases.participation import ordinary
from shared.database import db
from shared.email_intake.outcomes import Why
from shared.email_intake.parsing import Mail


@dataclass(frozen=True, slots=True)
class Match:
    """The case that is answered; or why none could be told, although one was named.

    With a trouble, *case_id* is the report from inside that is named: the mail is for who answers for that (CO-M5).
    """

    case_id: int | None = None
    trouble: Why | None = None


def match(mail: Mail, base: str, estate_id: int) -> Match:
    """What the addresses of *mail* say; *base* is the estate's own. Neither case nor trouble: a new matter."""
    tokens = {token for to in mail.recipients if (token := replies.token_in(to, base)) is not None}
    if not tokens:
        return Match()
    references = {replies.reference_in(token) for token in tokens}
    if None in references:
        return Match(trouble=Why.FORGED)
    if len(references) > 1:
        return Match(_inside(references), Why.SEVERAL_CASES)
    return _of_reference(str(references.pop()), estate_id)


def is_from_party(case: Case, sender: str) -> bool:
    """Whether *sender* is the address that the party of *case* left; mail programs write capitals as they please."""
    known = (case.party.email or "") if case.party else ""
    return bool(known) and known.lower() == sender.lower()


def _of_reference(reference: str, estate_id: int) -> Match:
    found = db.session.execute(
        select(Case.id, Case.estate_id).where(Case.reference == reference)
    ).one_or_none()
    if found is None:
        return Match(trouble=Why.FORGED)  # signed by us, of a case that a restored backup does not hold
    if found.estate_id != estate_id:
        return Match(_inside({reference}), Why.OTHER_ESTATE)
    return Match(found.id)


def _inside(references: Collection[str | None]) -> int | None:
    """The report from inside among the cases of *references*, if there is one."""
    return db.session.scalar(
        select(Case.id).where(Case.reference.in_(references), ~ordinary()).order_by(Case.id).limit(1)
    )
