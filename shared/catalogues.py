"""Sentences in the reader's language: what `flask_babel` does by the same names, with less looking for the request.

A list says some three hundred words. For each of them the library asks four proxies what it is about.
"""

from typing import Any

from babel.support import NullTranslations
from flask import g
from flask_babel import Domain, get_locale
from flask_babel.speaklater import LazyString

NONE = NullTranslations()  # outside an application


class Catalogues(Domain):
    """The catalogue of the present locale, found once and kept as long as the locale is."""

    def get_translations(self) -> NullTranslations:
        try:
            here = g._get_current_object().__dict__
        except RuntimeError:
            return NONE
        locale = getattr(here.get("_flask_babel"), "babel_locale", None) or get_locale()
        kept = here.get("_catalogue")
        if kept is None or kept[0] is not locale:
            kept = here["_catalogue"] = (locale, super().get_translations())
        found: NullTranslations = kept[1]
        return found


catalogues = Catalogues()


def gettext(text: str, /, **named: Any) -> str:
    said: str = catalogues.get_translations().gettext(text)
    return said % named if named else said


def ngettext(one: str, many: str, num: int, /, **named: Any) -> str:
    said: str = catalogues.get_translations().ngettext(one, many, num)
    return said % {"num": num, **named}


def lazy_gettext(text: str, /, **named: Any) -> LazyString:
    """*text* as it is said whenever it is looked at."""
    return LazyString(gettext, text, **named)
