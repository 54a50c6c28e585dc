"""The reader's language: chosen, remembered in a cookie, else the browser's, else Simplified Chinese."""

from functools import cache, lru_cache
from typing import Any

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from shared.catalogues import catalogues

LOCALES = ("zh_Hans", "zh_Hant", "en")
TAGS = {"zh_Hans": "zh-Hans", "zh_Hant": "zh-Hant", "en": "en"}
COOKIE = "lang"
_FROM_BROWSER = {
    "zh-tw": "zh_Hant",
    "zh-hk": "zh_Hant",
    "zh-mo": "zh_Hant",
    "zh-hant": "zh_Hant",
    "zh": "zh_Hans",
    "zh-cn": "zh_Hans",
    "zh-hans": "zh_Hans",
}

babel = Babel()


def in_page(text: str, **named: Any) -> Markup:
    """`_` of the templates, all of which are HTML: what the library does in four calls that look for the context."""
    said = _marked(catalogues.get_translations(), text)
    return said % named if named or "%" in said else said


@lru_cache(maxsize=10_000)
def _marked(catalogue: NullTranslations, text: str) -> Markup:
    """Found once: a page says some forty sentences, the same all day."""
    return Markup(catalogue.gettext(text))  # nosec B704 # a sentence of ours; names are escaped


def chosen() -> str:
    """The locale of this request (or of the message being written: `g.locale`)."""
    if "locale" in g:
        return str(g.locale)
    if not has_request_context():
        return LOCALES[0]
    asked = request.cookies.get(COOKIE, "")
    if asked in LOCALES:
        return asked
    return _asked_by_browser(request.headers.get("Accept-Language", ""))


@lru_cache(maxsize=200)
def _asked_by_browser(header: str) -> str:
    """The same few headers come all day, and a page asks several times."""
    best = parse_accept_header(header, LanguageAccept).best_match([*_FROM_BROWSER, "en"])
    # A browser set to English is common on phones sold here; only a choice switches the staff and board to it.
    return _FROM_BROWSER.get((best or "").lower(), LOCALES[0])


@cache
def _locale(code: str) -> Locale:
    """Read once: the library looks on the disk each time whether it knows the locale."""
    return Locale.parse(code)


def init_app(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "shared/translations"
    app.config["BABEL_DEFAULT_LOCALE"] = LOCALES[0]
    app.config["BABEL_DEFAULT_TIMEZONE"] = "UTC"
    babel.init_app(app, locale_selector=lambda: _locale(chosen()))
    babel.domain_instance = catalogues
    app.jinja_env.globals["_"] = in_page
    app.add_template_global(lambda: TAGS[chosen()], "language_tag")
