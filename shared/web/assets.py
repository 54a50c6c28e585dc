"""Addresses that stay: of static files, which change with their content alone, so that browsers may keep them for ever;
and of pages that have but one.
"""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

FOREVER = "public, max-age=31536000, immutable"


@lru_cache(maxsize=256)
def _stamp(path: Path, _mtime: float) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def fixed_url(endpoint: str) -> str:
    """`url_for` a page of one address; built once for each place we are mounted at, since each page names several."""
    built: dict[tuple[str, str], str] = current_app.extensions.setdefault("fixed_urls", {})
    place = (endpoint, request.script_root)
    if place not in built:
        built[place] = url_for(endpoint)
    return built[place]


def init_app(app: Flask) -> None:
    folder = Path(app.static_folder or "static")

    @lru_cache(maxsize=256)
    def addressed(name: str, _root: str) -> str:
        path = folder / name
        return url_for("static", filename=name, v=_stamp(path, path.stat().st_mtime))

    def asset(name: str) -> str:
        """The stamped address of `static/<name>`; while somebody works on the file, as it is now."""
        return (addressed.__wrapped__ if app.debug else addressed)(name, request.script_root)

    def keep(response: Response) -> Response:
        if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
            response.headers["Cache-Control"] = FOREVER
        return response

    app.add_template_global(asset, "asset")
    app.add_template_global(fixed_url)
    app.after_request(keep)
