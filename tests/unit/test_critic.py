"""What the client sends back of a page, and what it reads of one."""

import pytest

from tests.critic import criticise, document, visible_words

GOOD = """<!doctype html><html lang="zh-CN"><head><title>登记</title>
<script src="/static/ours.js"></script><script type="application/json">{"a": 1}</script></head><body>
<h1 id="top">登记</h1><h2>一</h2><h3>二</h3><h2>三</h2>
<form method="post"><input type="hidden" name="csrf_token" value="x"><label for="words">内容</label>
<textarea id="words" name="words"></textarea><label>电话 <input name="phone"></label>
<select name="kind" aria-label="类别"><option>投诉</option></select><button>提交</button></form>
<form><input type="submit" name="q"></form></body></html>"""


def test_a_good_page_passes() -> None:
    criticise(document(GOOD), whole=True, where="/")


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        (' lang="zh-CN"', "", "no language"),
        ("<title>登记</title>", "", "no title"),
        ("<title>登记</title>", "<title> </title>", "empty title"),
        ("<h2>一</h2>", "<h1>一</h1>", "2 h1"),
        ('<h1 id="top">登记</h1>', "", "0 h1"),
        ("<h2>一</h2>", "", "level 3 under one of level 1"),
        ('id="top"', 'id="words"', "double ids"),
        ('for="words"', 'for="other"', "field words has no label"),
        ("<label>电话 ", "<label for=''></label>", "field phone has no label"),
        (' aria-label="类别"', "", "field kind has no label"),
        ('name="csrf_token"', 'name="token"', "a form without token"),
        ("<h3>", '<h3 style="">', "inline style"),
        (' src="/static/ours.js"', "", "inline script"),
        ("<button>", '<button onclick="x()">', "button has onclick"),
        ("<button>", '<button hx-on:click="x()">', "button has hx-on:click"),
        ("<button>", '<button hx-on::after-swap="x()">', "button has hx-on::after-swap"),
    ],
)
def test_what_is_wrong_with_a_page_is_said(right: str, wrong: str, said: str) -> None:
    assert right in GOOD
    page = document(GOOD.replace(right, wrong, 1))
    with pytest.raises(AssertionError, match=said):
        criticise(page, whole=True, where="/")


def test_a_part_of_a_page_needs_no_heading_and_nothing_is_no_fault() -> None:
    criticise(document("<tr id=one><td>一</td></tr>"), whole=False, where="/")
    criticise(document(""), whole=False, where="/")


def test_words_are_what_a_reader_sees_and_what_is_held_together_stands_in_its_sentence() -> None:
    page = """<p>限<span class="unbroken">3 天</span>内<b>办结</b><!-- nobody sees this --></p>
    <p>到<i>今天</i><span class="unbroken">18:00 前</span></p><script>no()</script><style>p {}</style>
    <template><p>later</p></template><span class="small unbroken">另</span>外"""
    assert visible_words(document(page)) == "限3 天内 办结 到 今天 18:00 前 另 外"
