"""Addresses of static files that change with their content, so that browsers may keep them for ever."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request, url_for

FOREVER = "public, max-age=31536000, immutable"


@lru_cache(maxsize=256)
def _stamp(path: Path, _mtime: float) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


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
    app.after_request(keep)
