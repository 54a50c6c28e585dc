"""Who may open which door of the staff face. A view that declares nothing answers 403."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, g, request, url_for
from flask_login import LoginManager, current_user

from shared import clock
from shared.database import transaction
from shared.identity import one_time_codes, sessions
from shared.identity.models import StaffSession, User
from shared.identity.permissions import Permission
from shared.web import pages
from shared.web.requests import came_from_inside

View = TypeVar("View", bound=Callable[..., Any])

login = LoginManager()


def requires(permission: Permission, *others: Permission) -> Callable[[View], View]:
    """Declare what a view needs: one of the permissions at one estate at least; the guard asks about this very case."""

    def declare(view: View) -> View:
        view.required_permission = permission  # type: ignore[attr-defined]
        view.other_permissions = others  # type: ignore[attr-defined]
        return view

    return declare


def open_to_all(view: View) -> View:
    """Declare that a view needs no sign-in. Only signing in does."""
    view.required_permission = None  # type: ignore[attr-defined]
    return view


def before_second_step(view: View) -> View:
    """Declare that whoever still has to set up their second step may open this, and nothing else (T23)."""
    view.before_second_step = True  # type: ignore[attr-defined]
    return view


def in_background(view: View) -> View:
    """Declare that a page asks for this by itself: it must not keep an idle session alive (T21)."""
    view.in_background = True  # type: ignore[attr-defined]
    return view


def me() -> User:
    """The person who is signed in."""
    user: User = current_user.user
    return user


@login.user_loader
def _load(token: str) -> StaffSession | None:
    session = sessions.of_token(token, clock.now())
    if session is not None:
        session.token = token
    return session


def _to_second_step() -> Any:
    address = url_for("staff.two_steps")
    if pages.wants_fragment():
        return Response(status=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": address})
    return pages.see_other(address)


def enforce() -> Any:
    """Before every view of the face: the network, what the view declares, who is signed in, what they may."""
    if not came_from_inside(current_app.extensions["shouwen"]):
        abort(404)
    view = current_app.view_functions[request.endpoint or ""]
    if not hasattr(view, "required_permission"):
        abort(403)
    permission: Permission | None = view.required_permission
    if permission is None:
        return None
    if not current_user.is_authenticated:
        return login.unauthorized()
    if one_time_codes.is_missing(me()) and not hasattr(view, "before_second_step"):
        return _to_second_step()
    wanted = (permission, *getattr(view, "other_permissions", ()))
    if not any(me().estates_where(each) for each in wanted):
        abort(403)
    at = clock.now()
    if sessions.needs_mark(current_user, at) and not hasattr(view, "in_background"):
        with transaction():
            sessions.mark_seen(current_user.id, at)
    g.at = at
    return None


def init_app(app: Flask) -> None:
    # Its context processor would ask the database once more, on the page that says the database is gone (F14).
    login.init_app(app, add_context_processor=False)
