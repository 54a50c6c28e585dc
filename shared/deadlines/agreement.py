"""A time agreed with the owner, on written evidence, replaces the limit (GZ-12)."""

from datetime import datetime

from flask_babel import gettext as _

from shared.cases import acting, guards
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.vocabulary import Evidence
from shared.deadlines.postponing import postpone
from shared.identity.models import User
from shared.identity.permissions import Permission


def can_agree(user: User, case: Case) -> bool:
    """Whoever speaks with the owner: the first responder, the handler or their head, dispatch."""
    return guards.may(user, case, Act.AGREEMENT, Permission.CASE_CONTACT) and (
        guards.is_first_responder(user, case)
        or guards.is_handling(user, case)
        or guards.serves_estate(user, case)
    )


def agree(case: Case, *, by: User, at: datetime, until: datetime, evidence: Evidence, text: str) -> None:
    """*text* is what the evidence says; the owner reads it. Raises Refused without it: spoken words do not count."""
    acting.refuse_unless(can_agree(by, case), _("约定时限由处理人、首问责任人或调度与诉求人商定。"), "GZ-12")
    acting.refuse_unless(bool(text.strip()), _("约定时限要有书面凭证，请写明凭证上是怎么约定的。"), "GZ-12")
    said = acting.write_words(case, text, public=True)
    postpone(case, Act.AGREEMENT, by=by, at=at, until=until, said=said, clause="GZ-12", evidence=evidence)
