"""The public face: owners file, follow and answer here, without an account. Imports from shared only."""

from flask import Blueprint, Flask

blueprint = Blueprint("portal", __name__, template_folder="templates")


def init_app(app: Flask) -> None:
    """Mount the face. Its views are imported here, so that whoever serves the board alone never loads them."""
    from portal import dress, views  # noqa: F401
    from portal.open311 import views as open311

    dress.init_app(app)
    app.register_blueprint(blueprint)
    open311.init_app(app)
