"""The intranet face: every view is denied unless it declares a permission."""

from flask import Blueprint, Flask

from staff import access

blueprint = Blueprint("staff", __name__, url_prefix="/staff", template_folder="templates")
blueprint.before_request(access.enforce)


def init_app(app: Flask) -> None:
    """Mount the face. Its views are imported here, so that whoever serves another face alone never loads them."""
    from staff import views  # noqa: F401

    access.init_app(app)
    app.register_blueprint(blueprint)
