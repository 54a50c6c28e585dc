"""Photos in a bucket of an object store that speaks S3. It may be down or slow: every call here is short, or fails.

Nobody but the operator names the server that is spoken to (T17). boto3 costs 25 MB and half a second, so only what is
called with the first bucket imports it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from threading import Lock
from typing import Any, BinaryIO, NamedTuple

from shared.attachments.port import NAME, QUARANTINE, SHELVES, NotStored, Unreachable, checked
from shared.attachments.time_limit import TimeLimit
from shared.config import Bucket
from shared.outbox.breaker import Breaker

REST = 15.0  # seconds without asking a store that has failed: six photos must not wait six times
ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
PUT_AT = "put-at"  # our mark on what was renamed: the store's own date is that of the copy
_making = Lock()  # a session of boto3 is for one thread; the clients that it makes are for all


class Patience(NamedTuple):
    """Seconds to connect, seconds for each sign of life, seconds for all of it, and how often to try within them."""

    connecting: float
    answering: float
    whole: float
    attempts: int


# Somebody sits before the page. Six photos of a form, and their thumbnails, fit into nginx's minute.
WAITED_FOR = Patience(2.0, 5.0, 8.0, 2)
CARRYING = Patience(5.0, 60.0, 180.0, 2)  # nobody does, and over a slow line a photo takes its time
PROBING = Patience(0.5, 1.0, 2.0, 1)  # who asks whether we are ready will not wait long
MOST_WAITING = 32  # threads, half of them for questions that were given up


class ObjectStore:
    """Storage in *bucket*."""

    def __init__(self, bucket: Bucket, patience: Patience) -> None:
        self._bucket = bucket
        self._client = _client(bucket, patience)
        self._whole = patience.whole
        self._limit = TimeLimit(MOST_WAITING)
        # Who may no longer write may still read.
        self._reading, self._writing, self._probing = (Breaker(1, REST) for _ in range(3))

    def put(self, name: str, content: bytes) -> None:
        try:
            with self._asking(self._writing):
                answer = self._ask(
                    self._client.put_object,
                    **self._at(name),
                    Body=content,
                    ContentType="image/jpeg",
                    CacheControl="private, no-store",
                )
                if not answer.get("ETag"):  # some proxy's friendly page, not the store's receipt
                    raise Unreachable("no receipt")
        except (Unreachable, FileNotFoundError) as error:
            raise NotStored(f"{name}: {error}") from error

    def open(self, name: str) -> BinaryIO:
        with self._asking(self._reading):
            return BytesIO(self._ask(self._read, **self._at(name)))

    def _read(self, **place: str) -> bytes:
        content: bytes = _of_the_store(self._client.get_object(**place))["Body"].read()
        return content

    def delete(self, name: str) -> None:
        with self._asking(self._writing):
            self._ask(self._client.delete_object, **self._at(name))

    def exists(self, name: str) -> bool:
        try:
            self._head(name)
        except FileNotFoundError:
            return False
        return True

    def rename(self, old: str, new: str, at: datetime) -> None:
        """Copy, then delete: who dies between leaves both, and the next sweep moves it again."""
        with self._asking(self._writing):
            self._ask(
                self._client.copy_object,
                **self._at(new),
                CopySource={"Bucket": self._bucket.name, "Key": self._key(old)},
                MetadataDirective="REPLACE",
                Metadata={PUT_AT: at.astimezone(UTC).isoformat()},
                ContentType="image/jpeg",
            )
            self._ask(self._client.delete_object, **self._at(old))

    def shelves(self) -> Iterator[tuple[str, list[str]]]:
        """One walk for all: a store lists in the order of the names, a thousand for each question."""
        walk, ahead = self._names(""), ""
        for shelf in SHELVES:
            found = [ahead] if ahead.startswith(shelf) else []
            while not ahead or ahead.startswith(shelf):
                ahead = next(walk, QUARANTINE)
                if ahead.startswith(shelf):
                    found.append(ahead)
            yield shelf, found

    def set_aside(self) -> Iterator[str]:
        return self._names(QUARANTINE)

    def _names(self, prefix: str) -> Iterator[str]:
        token: dict[str, str] = {}
        while True:
            with self._asking(self._reading):
                page = self._ask(
                    self._client.list_objects_v2,
                    Bucket=self._bucket.name,
                    Prefix=self._bucket.prefix + prefix,
                    **token,
                )
            for found in page.get("Contents", ()):
                name = found["Key"].removeprefix(self._bucket.prefix)
                if not prefix and name.startswith(QUARANTINE):
                    return
                if NAME.fullmatch(name):
                    yield name
            if not page.get("IsTruncated"):
                return
            token = {"ContinuationToken": page["NextContinuationToken"]}

    def put_at(self, name: str) -> datetime:
        head = self._head(name)
        marked = head.get("Metadata", {}).get(PUT_AT)
        return datetime.fromisoformat(marked) if marked else head["LastModified"]

    def writable(self) -> bool:
        """By its answer to who we are. What it did not take all the same waits in the spool, which tells of it."""
        try:
            with self._asking(self._probing):
                probe = _client(self._bucket, PROBING).head_bucket
                self._limit.ask(PROBING.whole, probe, Bucket=self._bucket.name)
        except (Unreachable, FileNotFoundError):
            return False
        return True

    def settled(self) -> bool:
        return self.writable()

    def is_away(self) -> bool:
        return self._reading.is_open

    def discard_unfinished(self, before: datetime) -> int:
        """An object is whole or not there."""
        return 0

    def _head(self, name: str) -> Any:
        with self._asking(self._reading):
            return _of_the_store(self._ask(self._client.head_object, **self._at(name)))

    def _ask(self, question: Callable[..., Any], **words: Any) -> Any:
        return self._limit.ask(self._whole, question, **words)

    def _key(self, name: str) -> str:
        return self._bucket.prefix + checked(name)

    def _at(self, name: str) -> dict[str, str]:
        return {"Bucket": self._bucket.name, "Key": self._key(name)}

    @contextmanager
    def _asking(self, breaker: Breaker) -> Iterator[None]:
        """What the store's many errors mean to us. Raises Unreachable, or FileNotFoundError where nothing is."""
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError

        if not breaker.allows():
            raise Unreachable("it failed a moment ago")
        try:
            yield
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in ABSENT:
                breaker.succeeded()
                raise FileNotFoundError("not in the store") from error
            breaker.failed()
            raise Unreachable(code) from error
        except (BotoCoreError, ResponseParserError) as error:  # the latter of somebody's friendly page (200)
            breaker.failed()
            raise Unreachable(type(error).__name__) from error
        except Unreachable:
            breaker.failed()
            raise
        breaker.succeeded()


def _of_the_store(answer: Any) -> Any:
    """*answer* itself. Raises Unreachable for words, which no photo is: some proxy said them in the store's place."""
    if answer.get("ContentType", "").startswith("text/"):
        raise Unreachable("words in the place of a photo")
    return answer


def _client(bucket: Bucket, patience: Patience) -> Any:
    with _making:
        return _client_of(bucket, patience)


@cache
def _client_of(bucket: Bucket, patience: Patience) -> Any:
    from botocore.config import Config as Manner

    manner = Manner(
        connect_timeout=patience.connecting,
        read_timeout=patience.answering,
        retries={"total_max_attempts": patience.attempts, "mode": "standard"},
        max_pool_connections=32,
        # Others than Amazon refuse the checksums that boto3 sends by itself; the signature covers the content.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": bucket.addressing, "payload_signing_enabled": True},
        signature_version="s3v4",
        ignore_configured_endpoint_urls=True,
    )
    return _session(bucket).client("s3", endpoint_url=bucket.endpoint or None, config=manner)


@cache
def _session(bucket: Bucket) -> Any:
    """What boto3 reads to know S3 is read once for all clients."""
    import boto3

    return boto3.session.Session(
        aws_access_key_id=bucket.key, aws_secret_access_key=bucket.secret, region_name=bucket.region
    )
