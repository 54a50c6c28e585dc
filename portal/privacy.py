"""What we do with what people tell us (PIPL 17), in every version under which somebody has filed."""

from flask import abort, render_template, request

from portal import blueprint, estates
from shared.cases import notice
from shared.retention.wording import span

# The text of a version is never changed; what changes in substance is a new one, with a line here.
VERSIONS = {"2026-11": "portal/privacy_2026_11.html"}

TOGETHER = "\N{NO-BREAK SPACE}"  # a number and its unit stand on one line


@blueprint.get("/privacy")
def privacy() -> str:
    """The notice in force, or with `?version=` an earlier one; 404 for one that never was."""
    estate = estates.needed()
    version = request.args.get("version") or notice.CURRENT
    if version not in VERSIONS:
        abort(404)
    return render_template(
        "portal/privacy.html",
        text=VERSIONS[version],
        version=version,
        sealed_after=span(estate.sealed_after).replace(" ", TOGETHER),
        erased_after=span(estate.erased_after).replace(" ", TOGETHER),
        is_current=version == notice.CURRENT,
        others=[each for each in sorted(VERSIONS, reverse=True) if each != version],
    )
