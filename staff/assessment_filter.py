"""What the ledger can be narrowed to: where it stands, month, person, department, clause. The address is the state."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from shared.assessment import queries
from shared.assessment.queries import APPEALED, PROPOSED, SETTLED, Wanted
from shared.identity.models import Estate, User
from shared.identity.permissions import Role
from shared.identity.queries import every_department, people_with
from shared.policies import clauses
from shared.words import Table
from staff.cases.forms import ActForm, pick_from

STATES: Table = {PROPOSED: _l("待处理"), APPEALED: _l("申诉中"), SETTLED: _l("已处理")}
ALL = "all"


def month_in_words(month: int | None) -> str:
    """`2026 年 3 月`, of 202603."""
    year, number = divmod(month or 0, 100)
    return _("%(year)s 年 %(month)s 月", year=year, month=number) if month else ""


class LedgerFilter(ActForm):
    """What is chosen and not offered narrows nothing."""

    state = SelectField(_l("状态"), choices=[])
    month = SelectField(_l("月份"), choices=[])
    person = SelectField(_l("谁"), choices=[])
    department = SelectField(_l("部门"), choices=[])
    clause = SelectField(_l("条款"), choices=[])

    @classmethod
    def asked(cls, user: User, estate: Estate, show: str) -> LedgerFilter:
        """As the address has it."""
        form = cls("filter", formdata=request.args)
        everything = _("全部")
        pick_from(form.state, [(code, str(word)) for code, word in STATES.items()], everything)
        months = queries.months(user, estate.id)
        pick_from(form.month, [(month, month_in_words(month)) for month in months], everything)
        people = people_with(list(Role), estate.id)
        pick_from(form.person, [(person.id, person.name) for person in people], everything)
        departments = every_department(estate.id)
        pick_from(form.department, [(d.id, d.name) for d in departments], everything)
        cited = [
            clause for clause in clauses.table() if clause.startswith(("GZ-", "AH-7.1", "AH-7.2", "CO-M7"))
        ]
        pick_from(form.clause, [(clause, clause) for clause in cited], everything)
        if show != ALL:
            del form.department
        return form

    def _chosen(self, name: str) -> str:
        if name not in self:
            return ""
        field = self[name]
        return field.data if field.data in {option.value for option in field.choices} else ""

    def _number(self, name: str) -> int | None:
        chosen = self._chosen(name)
        return int(chosen) if chosen else None

    def wanted(self) -> Wanted:
        return Wanted(
            state=self._chosen("state") or None,
            month=self._number("month"),
            person_id=self._number("person"),
            department_id=self._number("department"),
            clause=self._chosen("clause") or None,
        )

    @property
    def is_used(self) -> bool:
        return self.wanted() != Wanted()
