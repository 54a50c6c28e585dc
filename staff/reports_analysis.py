"""The form of a report's analysis (AH-5.2, VK-4l); what is written in it is kept while one types (F44)."""

from flask import request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from shared.errors import NotFound
from shared.identity.models import User
from shared.reports import queries, signing
from shared.reports.models import Report
from staff.cases import unsent
from staff.cases.forms import ActForm, text
from staff.cases.unsent import Place, names_of

HEAD = "report"


class AnalysisForm(ActForm):
    """*seen* is the analysis as it stood when the page was opened."""

    analysis = text(
        _l("分析"),
        description=_l("走势、原因、影响和建议。签发以前都可以改。不要写业主和员工的姓名。"),
        render_kw={"rows": 8},
    )
    seen = HiddenField()

    @property
    def saw(self) -> str:
        """As it is stored: a browser sends its own ends of lines."""
        return (self.seen.data or "").replace("\r\n", "\n").strip()


def begun(report: Report, typed: MultiDict[str, str] | None = None) -> AnalysisForm:
    """The form with what stands there, or with what was *typed* and not sent."""
    stands = {"analysis": report.analysis, "seen": report.analysis}
    return AnalysisForm("analysis", formdata=typed, data=stands)


def place_of(report: Report) -> str:
    return f"{HEAD}/{report.id}"


def _place(name: str, address: str = "") -> Place:
    return Place(name, address, names_of(AnalysisForm)[0], frozenset({"analysis"}))


def _find(number: str, user: User) -> Place:
    report = queries.read(user, int(number) if number.isdecimal() and len(number) < 10 else 0)
    if not signing.can_analyse(user, report):
        raise NotFound
    return _place(place_of(report), url_for("staff.reports_report", report_id=report.id))


def _asked() -> Place:
    return _place(f"{HEAD}/{(request.view_args or {}).get('report_id', '')}")


unsent.declare(HEAD, unsent.Forms(_find, _asked), "reports_analysis")
