"""The promises in force, generated from the rule book that the clocks themselves obey (CO-M6)."""

from dataclasses import dataclass

from flask import render_template
from flask_babel import gettext as _

from portal import blueprint, estates
from shared import clock, words
from shared.deadlines import naming
from shared.policies.schema import Clock, Policy
from shared.policies.versions import NoPolicyInForce, in_force, policy_of


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    phrase: str
    clause: str
    since: str


@blueprint.get("/policy")
def policy() -> str:
    estate = estates.needed()
    try:
        version = in_force(estate.id, clock.now())
    except NoPolicyInForce:
        return render_template("portal/policy.html", policy=None)
    book = policy_of(version)
    return render_template(
        "portal/policy.html",
        policy=book,
        version=version,
        to_owners=_lines(book, owner_sees=True),
        among_ourselves=_lines(book, owner_sees=False),
    )


def _lines(book: Policy, *, owner_sees: bool) -> list[Line]:
    return [
        Line(naming.name(c.rule), naming.phrase(c.rule, str(c.limit)), c.clause, _since(c))
        for c in book.clocks
        if c.owner_sees is owner_sees
    ]


def _since(rule: Clock) -> str:
    if rule.start == "received":
        return _("从收到时算起")
    return _("从“%(act)s”时算起", act=words.ACTS.get(rule.start, rule.start))
