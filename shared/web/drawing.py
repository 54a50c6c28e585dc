"""How templates come to what every page knows."""

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment


class Drawing(Environment):
    """Flask's, with one table of globals in place of two that each page would copy by looking through them in turn.

    What is global is therefore to be said before the first page is drawn, as every `init_app` does.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}
