"""The forms of the case library: a lesson in words that name nobody, and what the library is searched for."""

from __future__ import annotations

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired

from shared.improvement.causes import CAUSES
from shared.improvement.lessons import LONGEST_TITLE, Telling
from shared.improvement.lessons_queries import Wanted
from shared.words import CATEGORIES
from staff.cases.forms import ActForm, line, menu, options, plain, text

WORDS = 2_000
LONGEST_SEARCH = 80
_ANY = [SelectChoice("", _l("不限"))]


class LessonForm(ActForm):
    title = line(_l("题目"), LONGEST_TITLE)
    category = menu(_l("哪类事项"), _l("请从名单里选。"), choices=options(CATEGORIES))
    cause = menu(
        _l("哪类原因"),
        _l("请从名单里选。"),
        required=False,
        default="",
        choices=[SelectChoice("", _l("还不清楚")), *options(CAUSES)],
    )
    happened = text(
        _l("发生了什么"),
        _l("请写发生了什么。"),
        longest=WORDS,
        description=_l("怎么发生的，怎么处理的，业主怎么看。"),
        render_kw={"rows": 6},
    )
    learnt = text(
        _l("学到什么"),
        _l("请写学到什么。"),
        longest=WORDS,
        description=_l("下次遇到，同事应该怎么做。"),
        render_kw={"rows": 6},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__("lesson", *args, **kwargs)
        self.title.validators = [DataRequired(_l("请写案例的题目。")), *self.title.validators]

    def telling(self) -> Telling:
        return Telling(
            title=self.title.data or "",
            category=self.category.data,
            happened=self.happened.data or "",
            learnt=self.learnt.data or "",
            cause=self.cause.data or None,
        )


class ApprovalForm(ActForm):
    read = HiddenField()


class LibraryFilter(ActForm):
    """What is chosen and not offered narrows nothing."""

    q = line(_l("找什么"), LONGEST_SEARCH)
    category = SelectField(_l("事项"), choices=[*_ANY, *options(CATEGORIES)])
    cause = SelectField(_l("原因"), choices=[*_ANY, *options(CAUSES)])

    @classmethod
    def asked(cls) -> LibraryFilter:
        """As the address has it."""
        return cls("filter", formdata=request.args)

    def wanted(self) -> Wanted:
        return Wanted(
            category=self.category.data if self.category.data in CATEGORIES else "",
            cause=self.cause.data if self.cause.data in CAUSES else "",
            words=plain(self.q.data)[:LONGEST_SEARCH],
        )

    @property
    def is_used(self) -> bool:
        return self.wanted() != Wanted()
