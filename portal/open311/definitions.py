"""What is asked about a service: the questions of the portal's form, as attributes of the standard."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from portal.filing.form import DetailsForm, details_form
from portal.open311.catalogue import Service
from shared.cases.vocabulary import Category, Kind
from shared.identity.models import Estate

YES = "true"
TEXT, STRING, TIME, LIST = "text", "string", "datetime", "singlevaluelist"
OF_ALL = (
    "building",
    "spot",
    "urgency",
    "occurred_at",
    "demands",
    "wanted_reply_by",
    "unit",
    "anonymous",
    "call_me",
    "party_type",
)
OF_A_REPAIR = ("visit_on", "visit_part")
OF_ATTITUDE = ("about", "about_department")
DATATYPES = {
    "about": STRING,
    "demands": TEXT,
    "occurred_at": TIME,
    "spot": STRING,
    "unit": STRING,
    "visit_on": TIME,
    "wanted_reply_by": TIME,
}
TICKS = ("anonymous", "call_me")


@dataclass(frozen=True, slots=True)
class Question:
    """One attribute; *choices* as (key, name)."""

    code: str
    label: str
    choices: list[tuple[str, str]] = field(default_factory=list)

    def document(self, order: int) -> dict[str, Any]:
        datatype = DATATYPES.get(self.code, LIST)
        found: dict[str, Any] = {
            "variable": True,
            "code": self.code,
            "datatype": datatype,
            # Like on the portal: one may report without knowing more than what happened.
            "required": False,
            "datatype_description": _hint(datatype),
            "order": order,
            "description": self.label,
        }
        if datatype == LIST:
            found["values"] = [{"key": key, "name": name} for key, name in self.choices]
        return found


def codes_of(service: Service) -> tuple[str, ...]:
    """Which questions belong to a service."""
    return (
        *OF_ALL,
        *(OF_A_REPAIR if service.kind is Kind.REPAIR else ()),
        *(OF_ATTITUDE if service.category is Category.ATTITUDE else ()),
    )


def definition(service: Service, estate: Estate) -> Mapping[str, Any]:
    """The document that defines a service at an estate, whose buildings and departments are in the lists."""
    form = details_form({}, estate)
    questions = (_question(form, code) for code in codes_of(service))
    return {
        "service_code": service.code,
        "attributes": [question.document(order) for order, question in enumerate(questions, 1)],
    }


def _question(form: DetailsForm, code: str) -> Question:
    asked = form[code]
    if code in TICKS:
        return Question(code, str(asked.label.text), [(YES, _("是")), ("false", _("否"))])
    return Question(code, str(asked.label.text), _choices(getattr(asked, "choices", None) or ()))


def _choices(choices: Iterable[Any]) -> list[tuple[str, str]]:
    """Without the empty first line of a menu: leaving the attribute out says the same."""
    return [(str(key), str(name)) for key, name in choices if str(key)]


def _hint(datatype: str) -> str | None:
    if datatype == TIME:
        return _("例如 2026-03-01T09:00:00+08:00；只有日子也可以。")
    return None
