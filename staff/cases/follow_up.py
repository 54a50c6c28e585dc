"""The follow-up sheet (业主/住户意见跟进记录表) of a round: what was found and decided, and the revisit (TR-16)."""

from flask import g
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from shared import words
from shared.cases import scope
from shared.cases.lifecycle import Act
from shared.exports import record_sheets
from shared.exports.record_sheets import Part, Sheet
from shared.identity.permissions import Permission
from staff import blueprint
from staff.access import me, requires
from staff.cases import round_queries, sheet_parts
from staff.cases.archive import refuse_shut
from staff.cases.round_queries import RoundRecord
from staff.sheets import pdf


@blueprint.get("/cases/<number>/follow-up.pdf", endpoint="case_follow_up")
@requires(Permission.CASE_VIEW)
def follow_up(number: str) -> BaseResponse:
    """Of the present round, or the one that is asked for: not satisfied is a new sheet (TR-14)."""
    case = scope.read(me(), number)
    refuse_shut(case, me())
    record = round_queries.of_round(case, sheet_parts.asked_round(case))
    name = f"{case.archive_number}-{record.number}-follow-up.pdf"
    return pdf(record_sheets.draw(_sheet(record), g.at), name)


def _sheet(record: RoundRecord) -> Sheet:
    case = record.case
    return Sheet(
        estate=case.estate.name,
        title=_("业主/住户意见跟进记录表"),
        numbers=[sheet_parts.procedure(case)],
        serial=sheet_parts.serial(record),
        top=sheet_parts.top(case),
        parts=[sheet_parts.content_part(record, _("业主/住户意见")), _handling(record), _revisit(record)],
        footer=sheet_parts.footer(case),
    )


def _handling(record: RoundRecord) -> Part:
    """Valid: the decision. Invalid: the opinion, and how it was explained (TR-6, TR-8)."""
    told = record.last(Act.INFORMING)
    said = sheet_parts.handling(record)
    if told:
        said.append(sheet_parts.told(record, told))
    return Part(
        _("处理情况"),
        sheet_parts.lines(said),
        before=[(_("有效性"), sheet_parts.validity(record))],
        signatures=[sheet_parts.handler_signed(record)],
    )


def _revisit(record: RoundRecord) -> Part:
    """How, what came of it, who asked; signed by the party, or by telephone (TR-12)."""
    revisit, before = record.revisit, []
    if revisit:
        hindrance = words.HINDRANCES[revisit.hindrance] if revisit.hindrance else _("没联系上")
        timely, satisfied, courteous = sheet_parts.answers(revisit)
        answer = _("，").join([satisfied, timely, courteous]) if revisit.reached else str(hindrance)
        before = [(_("回访方式"), str(words.METHODS[revisit.method])), (_("回访结果"), answer)]
    return Part(
        _("回访情况"),
        record.words(revisit.words_id) if revisit else "",
        before=before,
        signatures=[sheet_parts.revisitor_signed(record), sheet_parts.customer_signed(record)],
    )
