"""The case library (案例库): searched and read by everybody, written from a closed case, approved by another (CO-7)."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from shared import words
from shared.cases import scope
from shared.cases.models import Case
from shared.clock import local_date
from shared.database import db, transaction
from shared.errors import NotFound, Refused
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission
from shared.improvement import lessons, lessons_queries
from shared.improvement.causes import CAUSES
from shared.improvement.lessons_queries import View
from shared.improvement.models import Lesson
from shared.web import pages
from shared.words import CATEGORIES
from staff import blueprint, estates, improvement_rooms
from staff.access import me, requires
from staff.cases import wording
from staff.improvement_lessons_forms import ApprovalForm, LessonForm, LibraryFilter
from staff.lists import case_url

P = Permission


@blueprint.get("/improvement/lessons")
@requires(P.LEARN)
def improvement_lessons() -> Any:
    """The library; for who writes or approves also what waits and what was withdrawn."""
    estate = estates.chosen(P.LEARN)
    form, view = LibraryFilter.asked(), _view(estate)
    found = lessons_queries.of_estate(me(), estate.id, view, form.wanted())
    return pages.render(
        "staff/improvement/lessons.html",
        **improvement_rooms.head(
            estate, P.LEARN, lambda e: url_for("staff.improvement_lessons", estate=e.slug)
        ),
        views=_views(estate, view),
        form=form,
        hidden={"estate": estate.slug, "view": view},
        clear_url=url_for("staff.improvement_lessons", estate=estate.slug, view=view) if form.is_used else "",
        lessons=[_line(lesson, estate) for lesson in found],
        most=lessons_queries.MOST if len(found) == lessons_queries.MOST else 0,
        empty=_("没有找到这样的案例。") if form.is_used else _empty(view),
        can_write=me().can(P.LESSON_WRITE, estate.id),
    )


def _view(estate: Estate) -> View:
    asked = request.args.get("view", "")
    works = me().can(P.LESSON_WRITE, estate.id)
    return View(asked) if works and asked in list(View) else View.LIBRARY


def _views(estate: Estate, current: View) -> list[dict[str, Any]]:
    if not me().can(P.LESSON_WRITE, estate.id):
        return []
    names = {View.LIBRARY: _("可以看的"), View.WAITING: _("等批准"), View.WITHDRAWN: _("撤下的")}
    return [
        {
            "label": name,
            "url": url_for("staff.improvement_lessons", estate=estate.slug, view=view),
            "current": view is current,
        }
        for view, name in names.items()
    ]


def _empty(view: View) -> str:
    return {
        View.LIBRARY: _("案例库里还没有案例。"),
        View.WAITING: _("没有等批准的案例。"),
        View.WITHDRAWN: _("没有撤下的案例。"),
    }[view]


def _address(lesson: Lesson) -> str:
    return url_for("staff.improvement_lessons_one", lesson_id=lesson.id)


def _line(lesson: Lesson, estate: Estate) -> dict[str, Any]:
    return {
        "url": _address(lesson),
        "title": lesson.title,
        "category": str(CATEGORIES[lesson.category]),
        "cause": str(CAUSES[lesson.cause]) if lesson.cause else "—",
        "day": str(local_date(lesson.approved_at or lesson.written_at, estate.zone)),
    }


def write_url(case: Case, user: User, *, is_kept: bool) -> str:
    """Where to write a lesson of *case*; empty for whoever may not."""
    may = lessons.can_write(user, case, is_kept=is_kept)
    return url_for("staff.improvement_lessons_new", case=case.archive_number) if may else ""


@blueprint.route("/improvement/lessons/new", methods=["GET", "POST"])
@requires(P.LESSON_WRITE)
def improvement_lessons_new() -> BaseResponse:
    """Of the case that the address names; what nobody may write of is not there."""
    number = request.args.get("case", "")
    case = scope.read(me(), number)
    if not lessons.can_write(me(), case):
        raise NotFound
    if request.method == "GET":
        begun = {"category": case.category, "cause": lessons_queries.newest_cause(case) or ""}
        return _form_page(LessonForm(formdata=None, data=begun), case=case)
    form = LessonForm(formdata=request.form)
    if not form.validate():
        return _form_page(form, case=case, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with transaction():
            lesson = lessons.write(scope.lock(me(), number), form.telling(), by=me(), at=g.at)
    except Refused as refusal:
        return _form_page(form, case=case, status=HTTPStatus.CONFLICT, refusal=words.refusal(refusal))
    flash(_("已写好，批准后全小区的同事都能看。"))
    return pages.see_other(_address(lesson))


def _form_page(
    form: LessonForm,
    *,
    case: Case | None = None,
    lesson: Lesson | None = None,
    status: int = HTTPStatus.OK,
    refusal: str = "",
) -> BaseResponse:
    back = (case_url(case.archive_number), case.archive_number) if case else ("", "")
    return pages.render(
        "staff/improvement/lessons_form.html",
        status=status,
        form=form,
        lesson=lesson,
        before=[(each.title, _address(each)) for each in lessons_queries.of_case(me(), case)] if case else [],
        refusal=refusal,
        has_errors=bool(form.errors or refusal),
        back_url=_address(lesson) if lesson else back[0],
        back_label=lesson.title if lesson else back[1],
    )


@blueprint.get("/improvement/lessons/<int:lesson_id>")
@requires(P.LEARN)
def improvement_lessons_one(lesson_id: int) -> BaseResponse:
    return _page(lessons_queries.read(me(), lesson_id))


def _page(lesson: Lesson, status: int = HTTPStatus.OK, refusal: str = "") -> BaseResponse:
    user, estate = me(), db.session.get_one(Estate, lesson.estate_id)
    number = lessons_queries.case_seen(user, lesson)
    return pages.render(
        "staff/improvement/lessons_one.html",
        status=status,
        of_estate=estate,
        lesson=lesson,
        chip=_chip(lesson),
        facts=_facts(lesson, estate),
        case={"number": number, "url": case_url(number)} if number else None,
        read=lessons.reading(lesson) if lessons.can_approve(user, lesson) else "",
        change_url=url_for("staff.improvement_lessons_change", lesson_id=lesson.id)
        if lessons.can_change(user, lesson)
        else "",
        is_held_up=lessons.waits(lesson) and not lessons.is_ripe(lessons.case_of(lesson)),
        can_withdraw=lessons.can_withdraw(user, lesson),
        refusal=refusal,
        has_errors=bool(refusal),
        back_url=url_for("staff.improvement_lessons", estate=estate.slug),
    )


def _chip(lesson: Lesson) -> tuple[str, str]:
    if lesson.withdrawn_at is not None:
        return "ended", _("撤下了")
    return ("near", _("等批准")) if lesson.approved_at is None else ("kept", _("已批准"))


def _facts(lesson: Lesson, estate: Estate) -> list[tuple[str, str]]:
    def by(user: User | None, at: Any) -> str:
        return f"{user.name} {wording.when(at, g.at, estate.zone)}" if user and at else ""

    given = (
        (_("事项"), str(CATEGORIES[lesson.category])),
        (_("原因"), str(CAUSES[lesson.cause]) if lesson.cause else ""),
        (_("谁写的"), by(lesson.written_by, lesson.written_at)),
        (_("谁批准的"), by(lesson.approved_by, lesson.approved_at)),
    )
    return [(name, value) for name, value in given if value]


@blueprint.route("/improvement/lessons/<int:lesson_id>/change", methods=["GET", "POST"])
@requires(P.LESSON_WRITE)
def improvement_lessons_change(lesson_id: int) -> BaseResponse:
    """The writer's own, until it is approved."""
    lesson = lessons_queries.read(me(), lesson_id)
    if request.method == "GET":
        if not lessons.can_change(me(), lesson):
            raise NotFound
        return _form_page(LessonForm(formdata=None, obj=lesson), lesson=lesson)
    form = LessonForm(formdata=request.form)
    if not form.validate():
        return _form_page(form, lesson=lesson, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with transaction():
            lessons.change(lessons_queries.lock(me(), lesson_id), form.telling(), by=me(), at=g.at)
    except Refused as refusal:
        again = lessons_queries.read(me(), lesson_id)
        return _form_page(form, lesson=again, status=HTTPStatus.CONFLICT, refusal=words.refusal(refusal))
    flash(_("已改好，等批准。"))
    return pages.see_other(_address(lesson))


@blueprint.post("/improvement/lessons/<int:lesson_id>/approval")
@requires(P.LESSON_APPROVE)
def improvement_lessons_approval(lesson_id: int) -> BaseResponse:
    read = ApprovalForm("approval", formdata=request.form).read.data or ""

    def do(lesson: Lesson) -> None:
        lessons.approve(lesson, by=me(), at=g.at, read=read)

    return _act(lesson_id, do, _("已批准，全小区的同事都能看了。"))


@blueprint.post("/improvement/lessons/<int:lesson_id>/withdrawal")
@requires(P.LESSON_WRITE)
def improvement_lessons_withdrawal(lesson_id: int) -> BaseResponse:
    def do(lesson: Lesson) -> None:
        lessons.withdraw(lesson, by=me(), at=g.at)

    return _act(lesson_id, do, _("已撤下，同事看不到了。"))


def _act(lesson_id: int, do: Callable[[Lesson], None], said: str) -> BaseResponse:
    """*do* with the lesson held; what is refused is said on its page."""
    try:
        with transaction():
            do(lessons_queries.lock(me(), lesson_id))
    except Refused as refusal:
        return _page(lessons_queries.read(me(), lesson_id), HTTPStatus.CONFLICT, words.refusal(refusal))
    flash(said)
    return pages.see_other(url_for("staff.improvement_lessons_one", lesson_id=lesson_id))
