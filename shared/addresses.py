"""Addresses of pages, built here so that no domain package names a face's endpoint."""

from flask import current_app, request


def _public(path: str) -> str:
    return f"{current_app.extensions['shouwen'].public_url}{path}"


def whole(address: str) -> str:
    """*address* with the name under which this site was asked, for paper and codes, where PUBLIC_URL names none."""
    return request.host_url.rstrip("/") + address if address.startswith("/") else address


def private_link(token: str) -> str:
    """The owner's page. Absolute when PUBLIC_URL is set, as mail needs it."""
    return _public(f"/c/{token}")


def track(reference: str) -> str:
    return _public(f"/track/{reference}")


def internal_report() -> str:
    """Where staff report what is wrong inside, without signing in (CO-M5)."""
    return _public("/file/internal")


def open311() -> str:
    """Where partners' apps read and file."""
    return _public("/open311/v2")


def place(code: str) -> str:
    """What a QR poster holds."""
    return _public(f"/?place={code}")


def welcome(token: str) -> str:
    """Where a member of staff chooses a password, once."""
    return f"{current_app.extensions['shouwen'].staff_url}/staff/welcome/{token}"


def staff_case(archive_number: str) -> str:
    return f"{current_app.extensions['shouwen'].staff_url}/staff/cases/{archive_number}"


def staff_entry(entry_id: int) -> str:
    """An entry of the assessment ledger (考核台账)."""
    return f"{current_app.extensions['shouwen'].staff_url}/staff/assessment/{entry_id}"


def staff_accesses() -> str:
    """Who opened what of which case (查阅登记)."""
    return f"{current_app.extensions['shouwen'].staff_url}/staff/privacy/accesses"


def staff_operations() -> str:
    """How the machine is doing (运行)."""
    return f"{current_app.extensions['shouwen'].staff_url}/staff/operations"


def staff_handover() -> str:
    """Where the end of a shift is offered and accepted (交接班)."""
    return f"{current_app.extensions['shouwen'].staff_url}/staff/handover"


def staff_measure(measure_id: int) -> str:
    """A measure of improvement (措施)."""
    return f"{current_app.extensions['shouwen'].staff_url}/staff/improvement/measures/{measure_id}"


def staff_meeting(meeting_id: int) -> str:
    """A review meeting (例会)."""
    return f"{current_app.extensions['shouwen'].staff_url}/staff/improvement/meetings/{meeting_id}"


def staff_report(report_id: int) -> str:
    """A report of a period (报告)."""
    return f"{current_app.extensions['shouwen'].staff_url}/staff/reports/{report_id}"


def staff_duties(slug: str) -> str:
    """What is owed each week, month, quarter and year at an estate (周期任务)."""
    return f"{current_app.extensions['shouwen'].staff_url}/staff/supervision/duties?estate={slug}"


def openness(year: int) -> str:
    """The annual report as the owners read it (CO-M8)."""
    return _public(f"/openness/{year}")
