"""Reply templates (常用语): what they say, in which forms and for which categories, and how they read in a case."""

from collections.abc import Callable
from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse
from wtforms import Form, StringField
from wtforms.validators import DataRequired, Length

from shared import words
from shared.cases.vocabulary import Category
from shared.database import transaction
from shared.errors import Refused
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.phrases import queries, writing
from shared.phrases.filling import VARIABLES, fill, unknown
from shared.phrases.models import Phrase
from shared.phrases.writing import Wording
from shared.web import pages
from staff import blueprint, estates, row_ids
from staff.access import me, requires
from staff.cases.acts import ACTS
from staff.cases.forms import menu, pick_from, plain, text
from staff.cases.phrases import FIELDS
from staff.settings.people_trace import last_changes

P = Permission


class PhraseForm(Form):
    name = StringField(
        _l("名称"),
        [
            DataRequired(_l("请写名称，例如“已约维保”。")),
            Length(max=writing.LONGEST_NAME, message=_l("最多 %(n)s 个字。", n=writing.LONGEST_NAME)),
        ],
        filters=[plain],
        description=_l("在菜单里看到的就是它。"),
    )
    act = menu(_l("用在哪张表"), _l("请从列出的里面选。"), required=False)
    category = menu(_l("用于哪类诉求"), _l("请从列出的里面选。"), required=False)
    text = text(
        _l("内容"),
        _l("请写内容。"),
        longest=writing.LONGEST_TEXT,
        description=_l(
            "可以写：%(names)s。用的时候自动换成这件诉求的。", names="".join(f"{{{v}}}" for v in VARIABLES)
        ),
        render_kw={"rows": 6},
    )

    @property
    def wording(self) -> Wording:
        return Wording(
            self.name.data or "", self.text.data or "", self.category.data or None, self.act.data or None
        )


def _here(estate: Estate) -> str:
    return url_for("staff.settings_phrases", estate=estate.slug)


def _form(phrase: Phrase | None = None) -> PhraseForm:
    posted = request.form if request.method == "POST" else None
    form = PhraseForm(posted, obj=phrase)
    pick_from(form.act, ((slug, str(ACTS[slug].label)) for slug in FIELDS), _("所有能写字的表"))
    pick_from(form.category, ((c.value, str(words.CATEGORIES[c])) for c in Category), _("所有类别"))
    if posted is None and phrase is not None:
        form.act.data, form.category.data = phrase.act or "", phrase.category or ""
    return form


def _example(estate: Estate) -> dict[str, str]:
    """A case that never was, to read a template by."""
    return {
        "称呼": "王女士",
        "档案编号": f"{estate.code}-26-0123",
        "查询号": "K7Q3-9FWM-2T",
        "类别": str(words.TOPICS["lift"]),
        "地点": _("3号楼 2单元电梯"),
        "处理人": "王强",
        "承诺时间": _("今天 %(time)s 前", time="18:00"),
        "服务电话": estate.hotline,
    }


def _line(phrase: Phrase, estate: Estate) -> dict[str, Any]:
    return {
        "id": phrase.id,
        "name": phrase.name,
        "act": ACTS[phrase.act].label if phrase.act in ACTS else _("所有能写字的表"),
        "category": words.CATEGORIES[phrase.category] if phrase.category else _("所有类别"),
        "example": fill(phrase.text, _example(estate)),
        "change_url": url_for("staff.settings_phrases_change", estate=estate.slug, phrase=phrase.id),
    }


@blueprint.get("/settings/phrases")
@requires(P.SETTINGS_VIEW)
def settings_phrases() -> Any:
    estate = estates.chosen(P.SETTINGS_VIEW)
    return pages.render(
        "staff/settings/phrases.html",
        of_estate=estate,
        estates=estates.views(P.SETTINGS_VIEW, estate, _here),
        phrases=[_line(phrase, estate) for phrase in queries.of_estate(estate.id)],
        may_manage=me().can(P.SETTINGS_MANAGE, estate.id),
        new_url=url_for("staff.settings_phrases_new", estate=estate.slug),
        changes=last_changes(estate, writing.PHRASE),
    )


@blueprint.route("/settings/phrases/new", methods=["GET", "POST"])
@requires(P.SETTINGS_MANAGE)
def settings_phrases_new() -> Any:
    estate = estates.chosen(P.SETTINGS_MANAGE)

    def write(wording: Wording) -> None:
        writing.add(estate.id, wording, by=me(), at=g.at)

    return _take(_form(), estate, write, _("加一条常用语"))


@blueprint.route("/settings/phrases/change", methods=["GET", "POST"])
@requires(P.SETTINGS_MANAGE)
def settings_phrases_change() -> Any:
    estate = estates.chosen(P.SETTINGS_MANAGE)
    phrase = queries.read(row_ids.asked("phrase"), estate.id)

    def write(wording: Wording) -> None:
        writing.change(queries.lock(phrase.id, estate.id), wording, by=me(), at=g.at)

    return _take(_form(phrase), estate, write, _("改常用语"), phrase)


def _take(
    form: PhraseForm,
    estate: Estate,
    write: Callable[[Wording], None],
    title: str,
    phrase: Phrase | None = None,
) -> BaseResponse:
    """Show the form, or how its words read in a case, or write them down."""
    is_whole = request.method == "POST" and form.validate() and _knows_all(form)
    if is_whole and "preview" not in request.form:
        try:
            with transaction():
                write(form.wording)
            flash(_("常用语已保存。"))
            return pages.see_other(_here(estate))
        except Refused as refusal:
            form.name.errors = [refusal.message]
    return pages.render(
        "staff/settings/phrases_form.html",
        status=422 if form.errors else 200,
        form=form,
        title=title,
        of_estate=estate,
        phrase=phrase,
        back_url=_here(estate),
        example=fill(form.text.data or "", _example(estate))
        if form.text.data and not form.text.errors
        else "",
    )


def _knows_all(form: PhraseForm) -> bool:
    strange = unknown(form.text.data or "")
    if strange:
        form.text.errors = [_("没有“%(name)s”这一项，请从列出的里面选。", name=words.listed(strange))]
    return not strange


@blueprint.post("/settings/phrases/ending")
@requires(P.SETTINGS_MANAGE)
def settings_phrases_ending() -> BaseResponse:
    estate = estates.chosen(P.SETTINGS_MANAGE)
    try:
        with transaction():
            phrase = queries.lock(row_ids.asked("phrase"), estate.id)
            name = phrase.name
            writing.end(phrase, by=me(), at=g.at)
    except Refused as refusal:
        flash(refusal.message)
    else:
        flash(_("“%(name)s”已停用，菜单里不再有。", name=name))
    return pages.see_other(_here(estate))
