"""Photos in an object store: as in a folder while it answers; kept on this server while it does not (F34)."""

from flask import Flask
from flask.testing import FlaskClient

from shared.attachments import check, queries
from shared.attachments.spool import Spooled
from shared.attachments.storage import carry_spool, names_of
from shared.clock import now
from tests.critic import CriticalClient, Page
from tests.portal.test_filing import cases, file, photo, receipt_of
from tests.standins.object_store import Door


def file_with_photo(client: CriticalClient) -> Page:
    """An owner files with one photo, and opens the page of the case."""
    receipt = file(client, photos=(photo(), "a.jpg"))
    return client.get(receipt_of(receipt)[2])


def seen(client: CriticalClient, page: Page) -> Page:
    """What the browser gets where the page shows the photo."""
    return client.get(str(page.one("ul.thumbs img")["src"]))


def ready(app: Flask) -> tuple[int, str]:
    """What `/readyz` answers, and says of storage."""
    answer = FlaskClient(app).get("/readyz")
    return answer.status_code, answer.get_json()["storage"]


def stored() -> str:
    """The id of the photo of the only case."""
    (only,) = queries.of_case(cases()[0].id)
    return only.id


def test_f34_a_photo_filed_with_a_case_lies_in_the_bucket_and_is_seen(
    client: CriticalClient, photos: Spooled, app: Flask
) -> None:
    page = file_with_photo(client)
    assert list(photos.spool.names()) == []
    assert sorted(photos.store.names()) == sorted(names_of(stored()))
    shown = seen(client, page)
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert shown.data[:3] == b"\xff\xd8\xff"
    assert ready(app) == (200, "ok")
    assert check.examine(now()) == check.Findings()


def test_f34_while_the_store_fails_the_case_is_filed_and_its_photo_waits_here(
    client: CriticalClient, photos: Spooled, door: Door, app: Flask
) -> None:
    door.status = 500
    page = file_with_photo(client)
    assert sorted(photos.spool.names()) == sorted(names_of(stored()))
    assert seen(client, page).mimetype == "image/jpeg"
    assert ready(app) == (200, "degraded")
    assert carry_spool(lambda: False) == 0
    door.heal()
    assert carry_spool(lambda: False) == 2
    assert (list(photos.spool.names()), sorted(photos.store.names())) == ([], sorted(names_of(stored())))
    assert carry_spool(lambda: False) == 0
    assert set(door.puts.values()) == {1}
    assert ready(app) == (200, "ok")
