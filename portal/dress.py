"""What every page of the public face shows around its content, error pages included."""

from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, get_flashed_messages, request, url_for

from portal import blueprint, estates, wording
from shared.web.assets import fixed_url
from shared.web.language import COOKIE, LOCALES, TAGS, chosen

LARGE = "large"
YEAR = 365 * 24 * 3600
NAMES = {"zh_Hans": "简体", "zh_Hant": "繁體", "en": "English"}
OTHER_FACES = ("/staff", "/board")  # what is not there in any other place is told in the portal's dress
_LOCALE_OF = {tag.lower(): locale for locale, tag in TAGS.items()} | {code.lower(): code for code in LOCALES}


def locale_of(text: str) -> str | None:
    """The locale somebody means by `en`, `zh-Hant` or `zh_Hant`."""
    return _LOCALE_OF.get(text.strip().lower())


def remember(response: Response, cookie: str, value: str) -> None:
    """Keep a choice of how pages look, in the browser only."""
    response.set_cookie(
        cookie,
        value,
        max_age=YEAR,
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )


def is_large() -> bool:
    return request.cookies.get(LARGE) == "1"


def here(lang: str = "") -> str:
    """Where to come back to: this page when it can be opened again, else home."""
    return _address(_place(), lang)


Place = tuple[str, dict[str, str]]


def _place() -> Place:
    """The path of it, and what stands in its address but for the language."""
    if not _can_be_opened_again():
        return url_for("portal.home"), {}
    kept = request.args.to_dict() if request.method == "GET" else {}
    kept.pop("lang", None)
    return request.path, kept


def _address(place: Place, lang: str = "") -> str:
    path, kept = place
    query = urlencode({**kept, **({"lang": lang} if lang else {})})
    return f"{path}?{query}" if query else path


def _can_be_opened_again() -> bool:
    """Whether this address may be asked for; what is being looked at need not be looked up among the rules."""
    if request.method == "GET" and request.url_rule is not None:
        return True
    adapter = current_app.create_url_adapter(request)
    return adapter is not None and adapter.test(request.path, method="GET")


def _languages(place: Place, now: str) -> list[dict[str, Any]]:
    return [
        {"label": NAMES[code], "lang": TAGS[code], "url": _address(place, TAGS[code]), "current": code == now}
        for code in LOCALES
    ]


def _around() -> dict[str, Any]:
    if request.path.startswith(OTHER_FACES) or "portal" not in current_app.blueprints:
        return {}
    locale, place = chosen(), _place()
    return {
        "estate": estates.letterhead(),
        "lang": TAGS[locale],
        "large": is_large(),
        "messages": get_flashed_messages(),
        "home_url": fixed_url("portal.home"),
        "large_text_url": fixed_url("portal.large_text"),
        "next_url": _address(place),
        "languages": _languages(place, locale),
        "privacy_url": fixed_url("portal.privacy"),
    }


@blueprint.before_request
def _hear_language() -> None:
    """`?lang=` on any page chooses, for this answer and from now on."""
    wanted = locale_of(request.args.get("lang", ""))
    if wanted:
        g.locale = g.chose_locale = wanted


@blueprint.after_request
def _keep_language(response: Response) -> Response:
    if "chose_locale" in g and not response.cache_control.public:  # what many get chooses for none of them
        remember(response, COOKIE, g.chose_locale)
    return response


def init_app(app: Flask) -> None:
    app.context_processor(_around)
    app.add_template_filter(wording.date, "date")
    app.add_template_filter(wording.day, "day")
    app.add_template_filter(wording.moment, "moment")
    app.add_template_filter(wording.unbroken, "unbroken")
