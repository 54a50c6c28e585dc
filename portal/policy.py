"""The rule book in force in plain words, made from what the clocks obey (CO-M3, GZ-21, GZ-22, VK-8)."""

from flask import render_template

from portal import blueprint, estates
from shared import clock
from shared.calendars.queries import calendar_of
from shared.deadlines import plain
from shared.policies.versions import NoPolicyInForce, in_force, next_version, policy_of


@blueprint.get("/policy")
def policy() -> str:
    estate = estates.needed()
    now = clock.now()
    try:
        version = in_force(estate.id, now)
    except NoPolicyInForce:
        return render_template("portal/policy.html", policy=None)
    book = policy_of(version)
    return render_template(
        "portal/policy.html",
        policy=book,
        version=version,
        coming=next_version(estate.id, now),
        sections=plain.sections(book),
        hours=plain.opening_hours(calendar_of(estate)),
    )
