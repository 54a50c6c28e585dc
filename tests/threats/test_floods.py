"""Uploads and acts of one source come to an end, politely, and those of others do not (T24)."""

from io import BytesIO

from portal import limits
from tests.cast import Cast
from tests.critic import CriticalClient, Page

FEW = int(limits.UPLOADS.split()[0])


def _upload(client: CriticalClient, token: str, source: str) -> Page:
    """No picture, which is refused after a glance."""
    data = {"csrf_token": token, "estate": "jinxiu", "photos": (BytesIO(b"no picture"), "x.jpg")}
    return client.post("/file/photos", data=data, environ_base={"REMOTE_ADDR": source})


def test_uploads_of_one_source_end_and_those_of_another_do_not(client: CriticalClient, cast: Cast) -> None:
    """A home has as many IPv6 addresses as it likes: its network is what is counted."""
    token = str(client.get("/file").one("[name=csrf_token]")["value"])
    client.reads_pages = False
    answers = [_upload(client, token, f"2001:db8:1:1::{number:x}") for number in range(FEW + 1)]
    assert {page.status_code for page in answers[:-1]} == {422}
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) <= 600
    assert _upload(client, token, "2001:db8:1:2::1").status_code == 422
