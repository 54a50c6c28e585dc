"""A person's month of the ledger on paper (考核月结单): each entry, what stands of it, what the bonus pays (GZ-20)."""

from datetime import datetime

from flask import g
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from shared import clock
from shared.assessment import queries, rulebook, statements, wording
from shared.assessment.statements import Line, Statement
from shared.errors import NotFound
from shared.exports import tables
from shared.exports.tables import Document, Table, Text
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from staff import assessment_asked, blueprint, estates
from staff.access import me, requires
from staff.assessment_filter import month_in_words
from staff.sheets import pdf

P = Permission


@blueprint.get("/assessment/statement.pdf")
@requires(P.ASSESSMENT_OWN)
def assessment_statement_pdf() -> BaseResponse:
    """Of the person and the month in the address; one's own of this month where it names none."""
    estate = estates.chosen(P.ASSESSMENT_OWN)
    person, month = assessment_asked.person(estate), assessment_asked.month(estate)
    if not queries.statement_open_to(me(), estate, person):
        raise NotFound
    statement = statements.of_person(estate, person, month)
    content = tables.draw(_document(estate, statement), g.at)
    return pdf(content, f"assessment-{person.username}-{month}.pdf")


def _document(estate: Estate, statement: Statement) -> Document:
    unit = rulebook.unit_at(estate, _in_month(statement) or g.at)
    return Document(
        estate=estate.name,
        title=_("考核月结单"),
        days=month_in_words(statement.month),
        facts=[(_("姓名"), statement.user.name), (_("待处理"), _("%(n)s 条", n=statement.open))],
        sections=[
            _sums(statement, unit),
            _entries(estate, statement, unit),
            Text(_("本人签字和日期"), "", room=14),
        ],
        footer=_("%(name)s %(at)s 打印", name=me().name, at=clock.written(g.at, estate.zone)),
    )


def _in_month(statement: Statement) -> datetime | None:
    return statement.lines[-1].entry.occurred_at if statement.lines else None


def _sums(statement: Statement, unit: str) -> Table:
    bonus = statement.bonus.amount if statement.bonus else None
    return Table(
        "",
        [_("当月奖金"), _("扣罚"), _("从奖金扣"), _("奖金不够、不再扣"), _("当月工资下浮"), _("奖励")],
        [
            [
                wording.amount(each, unit)
                for each in (
                    bonus,
                    statement.fines,
                    statement.paid,
                    statement.unpaid,
                    statement.wages,
                    statement.rewards,
                )
            ]
        ],
        note=_(
            "金额的单位在规则里定，可以是元，也可以是分。扣工资不是在哪里都合法，执行以前请核对当地规定。"
        ),
    )


def _entries(estate: Estate, statement: Statement, unit: str) -> Table:
    """The number of a case only where it is open to whoever prints: whom a complaint is about learns no more of it."""
    known = queries.cases_open_to(me(), [line.entry for line in statement.lines])
    return Table(
        _("明细"),
        [_("发生"), _("条款"), _("事项"), _("诉求"), _("种类"), _("处理"), _("金额"), _("从奖金扣")],
        [_row(line, estate, unit, known) for line in statement.lines],
        widths=(4, 2, 4, 4, 3, 3, 2, 2),
        numbers=2,
        empty=_("这个月没有考核记录。"),
    )


def _row(line: Line, estate: Estate, unit: str, known: set[int]) -> list[str]:
    entry, standing = line.entry, line.standing
    case = entry.case.archive_number if entry.case and entry.case_id in known else ""
    amount = standing.effect if standing.stands else None
    return [
        clock.written(entry.occurred_at, estate.zone),
        entry.clause,
        wording.rule_name(entry),
        case,
        str(wording.KINDS.get(entry.kind, entry.kind)),
        str(wording.STATES[standing.state]),
        wording.amount(amount, unit),
        wording.amount(line.paid.paid, unit) if line.paid else "",
    ]
