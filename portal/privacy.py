"""What we do with what people tell us (PIPL 17)."""

from flask import render_template

from portal import blueprint, estates


@blueprint.get("/privacy")
def privacy() -> str:
    estates.needed()
    return render_template("portal/privacy.html")
