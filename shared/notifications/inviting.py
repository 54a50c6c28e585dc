"""The one-time link goes to whoever it is for by mail too, where they have an address (T22).

Not a message on a case, so it has no row there: the outbox alone carries it, and what has run out is not sent.
"""

from typing import Any

from flask_babel import gettext as _

from shared import addresses
from shared.clock import now
from shared.database import db
from shared.identity import invitations
from shared.identity.models import Invitation, User
from shared.notifications import letters
from shared.notifications.channels import Letter, mail
from shared.notifications.letters import Said
from shared.outbox import rows
from shared.outbox.tasks import task

TASK = "send_invitation"


def reaches(user: User) -> bool:
    """Whether a link for *user* is mailed: only with an address of their own, and one of ours that mail can hold."""
    given = mail.addresses_of(user)
    return bool(given) and mail.is_usable(given[0]) and mail.is_configured() and _is_whole()


def _is_whole() -> bool:
    return addresses.welcome("").startswith("http")


def on_invited(invitation_id: int) -> None:
    """At once, whatever the hour: it is good for half an hour."""
    invitation = db.session.get_one(Invitation, invitation_id)
    if reaches(invitation.user):
        rows.write(TASK, {"invitation": invitation.id}, f"{TASK}:{invitation.id}")


@task(TASK)
def send(payload: dict[str, Any]) -> None:
    """May send twice, under the same mark. Raises Undone."""
    invitation = invitations.standing(payload["invitation"], now())
    if invitation is None or not reaches(invitation.user):
        return
    letters.send(_letter(invitation))


def _letter(invitation: Invitation) -> Letter | None:
    user, link = invitation.user, addresses.welcome(invitations.token_of(invitation))
    with letters.in_our_language():
        line = _("请打开下面的链接设置登录密码，您的用户名是 %(username)s。", username=user.username)
        below = _(
            "链接 %(n)s 分钟内有效，只能用一次，请不要转发。过期了，请找给您开通的同事再要一条。",
            n=int(invitations.VALID.total_seconds() // 60),
        )
        mark = str(invitation.id)
        return letters.to(user, Said(_("请设置登录密码"), [line], link, mark, "invitation mail", below))
