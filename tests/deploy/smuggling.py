"""Twenty requests that two servers might cut at different places (T35). Each hides a second one, for /healthz."""

import selectors
import socket
import ssl

PATIENCE = 20.0  # seconds, for whoever has not said anything yet
QUIET = 0.5
CUT = b"\0cut off"  # a reset, which may overtake an answer
HIDDEN = b"GET /healthz HTTP/1.1\r\nHost: %(host)s\r\n\r\n"
CHUNKED = b"0\r\n\r\n"
BOTH = b"Content-Length: %(short)d\r\nTransfer-Encoding: chunked\r\n"
_LENGTH = b"Content-Length: %(short)d\r\n"


def _post(headers: bytes, body: bytes = CHUNKED, line: bytes = b"POST /nowhere HTTP/1.1\r\n") -> bytes:
    return line + b"Host: %(host)s\r\n" + headers + b"\r\n" + body + HIDDEN


CORPUS = {
    "both": _post(BOTH),
    "both, the other way round": _post(b"Transfer-Encoding: chunked\r\n" + _LENGTH),
    "both, length of nothing": _post(b"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"),
    "both, in HTTP/1.0": _post(BOTH, line=b"POST /nowhere HTTP/1.0\r\n"),
    "space before the colon": _post(_LENGTH + b"Transfer-Encoding : chunked\r\n"),
    "tab before the value": _post(_LENGTH + b"Transfer-Encoding:\tchunked\r\n"),
    "vertical tab in the value": _post(_LENGTH + b"Transfer-Encoding: \x0bchunked\r\n"),
    "an unknown coding": _post(_LENGTH + b"Transfer-Encoding: xchunked\r\n"),
    "two codings": _post(_LENGTH + b"Transfer-Encoding: chunked, identity\r\n"),
    "coding twice": _post(_LENGTH + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"),
    "coding in capitals": _post(_LENGTH + b"TRANSFER-ENCODING: CHUNKED\r\n"),
    "folded header": _post(_LENGTH + b"Transfer-Encoding:\r\n chunked\r\n"),
    "header behind a bare line feed": _post(_LENGTH + b"X: y\nTransfer-Encoding: chunked\r\n"),
    "header behind a bare return": _post(_LENGTH + b"X: y\rTransfer-Encoding: chunked\r\n"),
    "two lengths": _post(b"Content-Length: 0\r\nContent-Length: 5\r\n"),
    "two lengths in one": _post(b"Content-Length: 0, 5\r\n"),
    "length with a sign": _post(b"Content-Length: +0\r\n"),
    "length in hexadecimal": _post(b"Content-Length: 0x5\r\n"),
    "underscore for a hyphen": _post(_LENGTH + b"Transfer_Encoding: chunked\r\n"),
    "size of a chunk beyond all bounds": _post(
        b"Transfer-Encoding: chunked\r\n", b"ffffffffffffffff1\r\nx\r\n0\r\n\r\n"
    ),
}


def said(name: str, host: str) -> bytes:
    """That request; its length, where it has one, takes in what is hidden, as the one who smuggles wants it."""
    hidden = HIDDEN % {b"host": host.encode()}
    return CORPUS[name] % {b"host": host.encode(), b"short": len(CHUNKED) + len(hidden)}


def answers(lines: dict[str, socket.socket]) -> dict[str, bytes]:
    """What comes back on each of the connections: once all have spoken or are closed, and nobody adds anything."""
    heard = dict.fromkeys(lines, b"")
    silent = set(lines)
    with selectors.DefaultSelector() as ears:
        for name, line in lines.items():
            line.setblocking(False)
            ears.register(line, selectors.EVENT_READ, name)
        while ears.get_map() and (ready := ears.select(PATIENCE if silent else QUIET)):
            for key, _events in ready:
                try:
                    piece = lines[key.data].recv(65536)
                except ssl.SSLWantReadError:
                    continue
                except OSError:
                    heard[key.data] += CUT
                    piece = b""
                heard[key.data] += piece
                silent.discard(key.data)
                if not piece:
                    ears.unregister(lines[key.data])
    return heard
