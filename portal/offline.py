"""Reading without a network: the service worker, the page it shows then, and what is kept on the telephone.

A page about a case is kept only when its owner taps 存到手机 on it; nothing else personal is ever put into a cache.
"""

from flask import Response, current_app, render_template

from portal import blueprint


@blueprint.get("/service-worker.js")
def service_worker() -> Response:
    """From the root, so that it may answer for the portal's pages; asked anew every time, so that it can be mended."""
    response = current_app.send_static_file("js/service-worker.js")
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/offline")
def offline() -> str:
    """What is shown where there is no network: the telephone to call, and the pages kept on this telephone."""
    return render_template("portal/offline.html")
