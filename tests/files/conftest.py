"""A desk whose photos lie in an object store that really runs, behind a door the stories can shut."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from flask import Flask

from shared.attachments import object_store
from shared.attachments.spool import Spooled
from shared.attachments.storage import current_storage
from tests.cast import Cast
from tests.databases import settings
from tests.standins.object_store import Door, door_to, serving


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
def door(s3: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """The way to the store. Who has failed asks again at once: no story waits. A busy machine is no trouble."""
    monkeypatch.setattr(object_store, "REST", 0.0)
    for patience in ("WAITED_FOR", "CARRYING", "PROBING"):
        monkeypatch.setattr(object_store, patience, object_store.Patience(5.0, 20.0, 60.0, 1))
    with door_to(s3) as found:
        yield found


@pytest.fixture
def photos(app: Flask, cast: Cast, door: Door, s3: str, tmp_path: Path) -> Spooled:
    """The storage of `app`: a bucket of this story's own."""
    name = f"desk-{door.port}"
    boto3.client(
        "s3", endpoint_url=s3, region_name="cn-test-1", aws_access_key_id="x", aws_secret_access_key="x"
    ).create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "cn-test-1"})
    asked = settings(tmp_path, STORAGE_URL=door.url(name))
    app.extensions["shouwen"] = dataclasses.replace(
        app.extensions["shouwen"], storage_url=asked.storage_url, bucket=asked.bucket
    )
    storage = current_storage()
    assert isinstance(storage, Spooled)
    return storage
