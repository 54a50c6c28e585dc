"""What the forms of the acts share: words, choices in ours, telephones, wall-clock times, photos, the version seen."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import LazyString
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import (
    DateTimeLocalField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length, Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from shared import clock
from shared.cases.telephones import normalised
from shared.catalogues import gettext as _
from shared.catalogues import lazy_gettext as _l

LONGEST = 4_000
WALL = "%Y-%m-%dT%H:%M"


def plain(text: str | None) -> str:
    """What was typed, without the control characters that a database or a log would stumble over.

    Empty where nothing of it is seen.
    """
    if not text:
        return ""
    kept = (c for c in text.replace("\r\n", "\n") if c in "\n\t" or unicodedata.category(c) != "Cc")
    said = "".join(kept).strip()
    return said if any(unicodedata.category(c)[0] not in "CZ" for c in said) else ""


class Chosen:
    """One of the choices offered, and nothing else; says so in our words."""

    def __init__(self, message: LazyString, *, required: bool = True) -> None:
        self.message = message
        self.field_flags = {"required": True} if required else {}

    def __call__(self, form: FlaskForm, field: Any) -> None:
        offered = {SelectChoice.from_input(option).value for option in field.choices}
        if field.data not in offered or (self.field_flags and field.data == ""):
            field.errors[:] = []
            raise StopValidation(self.message)


def choice(label: LazyString, options: Iterable[SelectChoice], ask: LazyString, **more: Any) -> RadioField:
    """Radio buttons, one of which must be chosen."""
    return RadioField(label, choices=list(options), validators=[Chosen(ask)], **more)


def menu(label: LazyString, ask: LazyString, *, required: bool = True, **more: Any) -> SelectField:
    """A list from which one must be chosen; its options usually depend on the case."""
    more.setdefault("choices", [])
    return SelectField(label, validators=[Chosen(ask, required=required)], **more)


def text(
    label: LazyString,
    ask: LazyString | None = None,
    *,
    rules: Iterable[Callable[[Any, Any], None]] = (),
    longest: int = LONGEST,
    **more: Any,
) -> TextAreaField:
    """Several lines; *ask* is what to say when nothing is written where something must be."""
    # No Optional(): it would end the chain before a form's own rule about an empty field is asked.
    needed = [DataRequired(ask)] if ask else []
    limit = Length(max=longest, message=_l("最多 %(n)s 个字。", n=longest))
    return TextAreaField(label, validators=[*needed, limit, *rules], filters=[plain], **more)


class WhyNot:
    """Whoever answers no to the field called *answer* writes why; *ask* says so."""

    def __init__(self, answer: str, ask: LazyString) -> None:
        self.answer, self.ask = answer, ask

    def __call__(self, form: FlaskForm, field: Any) -> None:
        if form[self.answer].data == "no" and not field.data:
            raise ValidationError(self.ask)


def line(label: LazyString, longest: int, **more: Any) -> StringField:
    """One line about somebody else: the browser offers nothing that was typed for another."""
    limit = Length(max=longest, message=_l("最多 %(n)s 个字。", n=longest))
    return StringField(label, validators=[limit], filters=[plain], render_kw={"autocomplete": "off"}, **more)


def telephone(label: LazyString) -> TelField:
    """Somebody's number, as it is said; `check_telephone` looks at it."""
    limit = Length(max=40, message=_l("电话太长，请核对。"))
    attributes = {"autocomplete": "off", "inputmode": "tel"}
    return TelField(label, validators=[limit], filters=[plain], render_kw=attributes)


def check_telephone(field: Field) -> None:
    """Raises ValidationError for what is no number; nothing typed is none."""
    if field.data and normalised(field.data) is None:
        raise ValidationError(_("手机号好像写错了。手机号是 11 位，座机请带区号。"))


class Understood:
    """A time that cannot be read is said in our words."""

    def __call__(self, form: FlaskForm, field: Any) -> None:
        if field.process_errors or (field.data and field.data.year not in clock.YEARS):
            field.errors[:] = []
            raise StopValidation(_l("时间没有看懂，请按“年-月-日 时:分”填写。"))


def moment(label: LazyString, ask: LazyString | None = None, **more: Any) -> DateTimeLocalField:
    """A time as the clock on the wall shows it; `instant` gives the instant it means."""
    needed = InputRequired(ask) if ask else Optional()
    return DateTimeLocalField(
        label, format=[WALL, "%Y-%m-%dT%H:%M:%S"], validators=[needed, Understood()], **more
    )


class Whole:
    """A whole number that is none or more; anything else is said in our words."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, form: FlaskForm, field: Any) -> None:
        if field.process_errors or not 0 <= (field.data or 0) <= self.most:
            field.errors[:] = []
            raise StopValidation(_l("请填 0 到 %(most)s 的整数。", most=self.most))


def number(label: LazyString, *, most: int, **more: Any) -> IntegerField:
    """A whole number from none to *most*; nothing typed counts as none."""
    return IntegerField(label, validators=[Optional(), Whole(most)], **more)


def people(label: LazyString, **more: Any) -> SelectMultipleField:
    """Boxes to tick, one for each person; who is offered depends on the case."""
    return SelectMultipleField(
        label,
        choices=[],
        validate_choice=False,  # whoever was not offered is left out by the act
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        **more,
    )


def photos(label: LazyString, **more: Any) -> MultipleFileField:
    return MultipleFileField(
        label,
        description=_l("最多 6 张，PDF 每页算一张。请勿拍到他人正脸、车牌、证件。"),
        render_kw={"accept": "image/*,application/pdf", "multiple": True},
        **more,
    )


def sent_files(field: MultipleFileField) -> list[FileStorage]:
    """The files that were chosen: a field left empty sends one without a name."""
    return [file for file in field.data or [] if file and file.filename]


def options(table: Mapping[str, LazyString], *but: str) -> list[SelectChoice]:
    """The choices of a table of words, without those in *but*."""
    return [SelectChoice(code, word) for code, word in table.items() if code not in but]


def yes_no(yes: LazyString, no: LazyString) -> list[SelectChoice]:
    return [SelectChoice("yes", yes), SelectChoice("no", no)]


def pick_from(field: SelectField, offered: Iterable[tuple[object, str]], none: str) -> None:
    """Fill a menu that depends on the case; *none* stands first and is no answer."""
    field.choices = [SelectChoice("", none), *(SelectChoice(str(value), label) for value, label in offered)]


def pick_named(field: SelectField, offered: Iterable[tuple[object, str]], none: str) -> None:
    """The same, of the case's own records: the one that the address names is chosen (`?task=7`), or the only one."""
    records = [(str(value), label) for value, label in offered]
    pick_from(field, records, none)
    if not field.raw_data:
        only = records[0][0] if len(records) == 1 else ""
        field.data = request.args.get(field.short_name, only)


def instant(wall: datetime | None, zone: str) -> datetime | None:
    """The instant that a wall-clock time of the estate means."""
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if wall else None


def wall(at: datetime, zone: str) -> datetime:
    """The wall-clock time of an instant, to prefill a field with."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0)


class ActForm(FlaskForm):
    """A form of one act on one case. Fields that it does not declare are not read (T10)."""

    class Meta:
        csrf = False  # every POST is checked before any view is reached (shared.web.forgery)

    version = HiddenField()

    def __init__(self, slug: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            # Several forms may stand on one page; their fields' ids must differ.
            field.id = f"{slug}-{field.name}"
            if field.label.field_id:
                field.label.field_id = field.id

    @property
    def shown(self) -> list[Field]:
        """The fields that people see, in order."""
        return [field for field in self if not isinstance(field, HiddenField)]

    @property
    def seen_version(self) -> int | None:
        """The version of the case that the person had before them; None when the form did not say."""
        given = (self.version.data or "").strip()
        return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None

    @property
    def files(self) -> list[FileStorage]:
        """The photos that came with it."""
        return sent_files(self.photos) if "photos" in self else []
