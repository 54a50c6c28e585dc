"""The lobby's screen (公示屏): one address per estate, no sign-in, no cookie, nothing personal (decision 18, T27)."""

from portal.board.views import init_app

__all__ = ["init_app"]
