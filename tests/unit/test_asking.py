"""Asking a carrier's server: whatever it does, the message is tried again and the log learns no address."""

import socket
from collections.abc import Iterator
from threading import Thread

import pytest

from shared.notifications.channels.asking import ask
from shared.outbox.tasks import Undone


@pytest.fixture
def babbler() -> Iterator[int]:
    """The port of a server that answers once, and not in HTTP."""
    listening = socket.create_server(("127.0.0.1", 0))

    def babble() -> None:
        connection, _address = listening.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"nonsense\r\n\r\n")

    answering = Thread(target=babble)
    answering.start()
    yield listening.getsockname()[1]
    answering.join()
    listening.close()


def test_f36_an_answer_that_is_not_http_is_tried_again(babbler: int) -> None:
    with pytest.raises(Undone, match="the gateway was not reached: BadStatusLine"):
        ask(f"http://127.0.0.1:{babbler}/", b"x", whom="the gateway")


@pytest.mark.parametrize("host", ["a%20b.push.apple.com", "127.0.0.1%3A9%2F.push.apple.com"])
def test_t17_an_address_with_something_hidden_in_its_host_leads_nowhere(host: str) -> None:
    with pytest.raises(Undone) as undone:
        ask(f"https://{host}/secret", b"x", whom="the push service")
    assert "secret" not in str(undone.value)
    assert "127.0.0.1" not in str(undone.value)
