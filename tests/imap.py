"""A real IMAP server (pymap) in a process of its own, and a wire before it that can be cut at a word."""

import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from threading import Event, Thread

from flask import Flask

from shared.config import Mailbox

USER, PASSWORD = "desk", "a password of the mailbox"
ADDRESS = "desk@shouwen.example"
PATIENCE = 30.0
_PYMAP = "--no-service AdminService --host 127.0.0.1"
# It hashes its password a million times for each sign-in; four fifths of the time of these tests went there.
_START = """
from functools import partial
from pymap import config, main
config.BuiltinHash = partial(config.BuiltinHash, rounds=1)
main.main()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class MailServer:
    """Its one mailbox is in memory and ends with it."""

    def __init__(self) -> None:
        self.port = free_port()
        command = f"{_PYMAP} --port {self.port} --no-tls dict --demo-user {USER} --demo-password"
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, *command.split(), PASSWORD],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait()

    def _wait(self) -> None:
        end, pause = time.monotonic() + PATIENCE, Event()
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            assert self._process.poll() is None, "the mail server did not start"
            assert time.monotonic() < end, "the mail server does not answer"
            pause.wait(0.05)

    @property
    def mailbox(self) -> Mailbox:
        """As MAILBOX_URL would say it."""
        return Mailbox(
            estate="jinxiu",
            host="127.0.0.1",
            port=self.port,
            user=USER,
            password=PASSWORD,
            folder="INBOX",
            tls=False,
            starttls=False,
            address=ADDRESS,
        )

    @contextmanager
    def _signed_in(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.port, PATIENCE) as client:
            client.login(USER, PASSWORD)
            client.select("INBOX")
            yield client

    def deliver(self, raw: bytes, at: datetime) -> None:
        """As if a mail had come in at that instant."""
        with self._signed_in() as client:
            when = imaplib.Time2Internaldate(at)
            answer, _data = client.append("INBOX", "", when, raw)
            assert answer == "OK"

    def answered(self) -> list[bool]:
        """Of each mail whether it bears the mark of one that was taken."""
        with self._signed_in() as client:
            _answer, lines = client.fetch("1:*", "(FLAGS)")
            return [b"\\Answered" in line for line in lines if isinstance(line, bytes)]

    def clear(self) -> None:
        with self._signed_in() as client:
            client.store("1:*", "+FLAGS", "\\Deleted")
            client.expunge()

    def end(self) -> None:
        self._process.kill()
        self._process.wait(PATIENCE)


def read_by(app: Flask, mailbox: Mailbox) -> None:
    """Have the desk read *mailbox* from now on."""
    app.extensions["shouwen"] = replace(app.extensions["shouwen"], mailboxes=(mailbox,))


class Wire:
    """A wire to the server. What the client sends is held from the first line on that contains *word*."""

    def __init__(self, port: int, word: bytes | None = None) -> None:
        self.held = Event()
        self._word, self._to = word, port
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self._ends: list[socket.socket] = []
        Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self._door.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                self._ends += [client, server]
                Thread(target=self._carry, args=(client, server, self._word), daemon=True).start()
                Thread(target=self._carry, args=(server, client, None), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket, word: bytes | None) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                if word is not None and word in data:
                    self.held.set()
                    return
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)

    def end(self) -> None:
        self._door.close()
        for end in self._ends:
            end.close()
