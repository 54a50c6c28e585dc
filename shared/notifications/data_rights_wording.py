"""The words of the messages in `data_rights`."""

from collections.abc import Callable

from flask_babel import gettext as _

from shared.cases.models import Case

Lines = tuple[str, list[str]]  # the subject, and what is to be said


def _data_asked(case: Case, _detail: str | None) -> Lines:
    return _("个人信息请求：%(number)s", number=case.archive_number), [
        _("诉求人对自己的个人信息提出了请求。请在 15 个工作日内答复（个人信息保护法第五十条）。")
    ]


def _data_answered(case: Case, _detail: str | None) -> Lines:
    return _("您的个人信息请求有答复：%(number)s", number=case.archive_number), [
        _("您对个人信息的请求已经答复。请打开进度页，点“我的个人信息”查看。")
    ]


TO_PARTY: dict[str, Callable[[Case, str | None], Lines | None]] = {"data_answered": _data_answered}
TO_STAFF: dict[str, Callable[[Case, str | None], Lines | None]] = {"data_asked": _data_asked}
