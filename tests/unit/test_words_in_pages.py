"""Words of a page come in the language of whoever reads it, with what somebody typed never read as markup (T14)."""

from flask import Flask
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

IN_PAGE = "{{ _('还剩 %(time)s', time=typed) }}"


def test_each_language_has_its_own_words_within_one_answer(app: Flask) -> None:
    """A letter to somebody who reads English is written while a page is answered in Chinese."""
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        before = _("还剩 %(time)s", time="1")
        with force_locale("en"):
            assert _("还剩 %(time)s", time="1").isascii()
        assert (_("还剩 %(time)s", time="1"), before) == ("还剩 1", "还剩 1")


def test_what_is_put_into_a_sentence_is_escaped_once(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        page = app.jinja_env.from_string(IN_PAGE)
        assert page.render(typed="<b> 5%") == "还剩 &lt;b&gt; 5%"
        assert page.render(typed=Markup("<b>")) == "还剩 <b>"


def test_without_a_request_the_words_are_as_they_were_written(app: Flask) -> None:
    with app.app_context():
        assert _("已收到") == "已收到"
