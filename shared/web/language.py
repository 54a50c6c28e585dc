"""The reader's language: chosen, remembered in a cookie, else the browser's, else Simplified Chinese."""

from typing import Any

from babel.support import NullTranslations
from flask import Flask, g, has_app_context, has_request_context, request
from flask_babel import Babel, Domain, get_locale
from markupsafe import Markup

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


class Catalogues(Domain):
    """The catalogue of the present locale, found once and kept as long as the locale is: a page asks 80 times.

    The library looks for the locale anew, through three proxies, at each word.
    """

    def get_translations(self) -> NullTranslations:
        if not has_app_context():
            return NullTranslations()
        here = g._get_current_object().__dict__
        locale = getattr(here.get("_flask_babel"), "babel_locale", None) or get_locale()
        kept = here.get("_catalogue")
        if kept is None or kept[0] is not locale:
            kept = here["_catalogue"] = (locale, super().get_translations())
        found: NullTranslations = kept[1]
        return found


catalogues = Catalogues()


def in_page(text: str, **named: Any) -> Markup:
    """`_` of the templates, all of which are HTML: what the library does in four calls that look for the context."""
    said = Markup(catalogues.get_translations().gettext(text))  # nosec B704 # a sentence of ours; names are escaped
    return said % named if named or "%" in said else said


def chosen() -> str:
    """The locale of this request (or of the message being written: `g.locale`)."""
    if "locale" in g:
        return str(g.locale)
    if not has_request_context():
        return LOCALES[0]
    asked = request.cookies.get(COOKIE, "")
    if asked in LOCALES:
        return asked
    best = request.accept_languages.best_match([*_FROM_BROWSER, "en"])
    # A browser set to English is common on phones sold here; only a choice switches the staff and board to it.
    return _FROM_BROWSER.get((best or "").lower(), LOCALES[0])


def init_app(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "shared/translations"
    app.config["BABEL_DEFAULT_LOCALE"] = LOCALES[0]
    app.config["BABEL_DEFAULT_TIMEZONE"] = "UTC"
    babel.init_app(app, locale_selector=chosen)
    babel.domain_instance = catalogues
    app.jinja_env.globals["_"] = in_page
    app.add_template_global(lambda: TAGS[chosen()], "language_tag")
