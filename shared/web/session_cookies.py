"""Two session cookies: one for the public faces, one for staff that never leaves /staff (T21, decision 15)."""

from typing import Literal

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer


class FaceSessions(SecureCookieSessionInterface):
    """The cookie's name, path and strictness follow from the face that is asked."""

    _signing: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Made once: the key of an application stays what it is, and every request asks."""
        if self._signing is None:
            self._signing = super().get_signing_serializer(app)
        return self._signing

    def _staff(self) -> bool:
        return request.path.startswith("/staff")

    def get_cookie_name(self, app: Flask) -> str:
        return "staff_session" if self._staff() else "session"

    def get_cookie_path(self, app: Flask) -> str:
        return "/staff" if self._staff() else "/"

    def get_cookie_samesite(self, app: Flask) -> Literal["Strict", "Lax"]:
        # Lax for owners: they arrive from links in mail and chat. Nobody arrives at the staff face from elsewhere.
        return "Strict" if self._staff() else "Lax"


def init_app(app: Flask) -> None:
    app.session_interface = FaceSessions()
