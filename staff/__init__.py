"""The intranet face: every view is denied unless it declares a permission."""

from flask import Blueprint, Flask

from staff import access

blueprint = Blueprint("staff", __name__, url_prefix="/staff", template_folder="templates")


def init_app(app: Flask) -> None:
    from staff import views  # every module that puts a view on the blueprint

    access.init_app(app, blueprint)
    app.register_blueprint(blueprint)
    assert views
