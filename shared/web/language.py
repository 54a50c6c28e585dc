"""The reader's language: chosen, remembered in a cookie, else the browser's, else Simplified Chinese."""

from flask import Flask, g, has_request_context, request
from flask_babel import Babel

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
    app.add_template_global(lambda: TAGS[chosen()], "language_tag")
