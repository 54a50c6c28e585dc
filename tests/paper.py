"""Reading our PDFs back: what they say, as a reader of PDF would copy it, and the code they carry."""

import re
import zlib
from collections.abc import Iterator

import segno

_STREAM = re.compile(rb"stream\r?\n")
_PLAIN = rb"\\.|[^\\()]"
_STRING = re.compile(  # in brackets, which may hold brackets that close; or in hexadecimal
    rb"\((?P<plain>(?:%b|\((?:%b)*\))*)\)|<(?P<hex>[0-9A-F]+)>|(?P<end>\bET\b)|/f\d+ (?P<size>[\d.]+) Tf"
    % (_PLAIN, _PLAIN),
    re.DOTALL,
)
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_LINE = re.compile(rb"(-?[\d.]+) (-?[\d.]+) m (-?[\d.]+) (-?[\d.]+) l")
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(pdf: bytes) -> str:
    """The text of all pages, a line for each piece that is set."""
    return "\n".join(text for text, _size in lines_of(pdf))


def lines_of(pdf: bytes) -> list[tuple[str, float]]:
    """Each piece of text with its size in points; by the one font's own table of characters."""
    streams = list(_streams(pdf))
    table = {
        int(glyph, 16): bytes.fromhex(sign.decode()).decode("utf-16-be")
        for stream in streams
        if b"beginbfchar" in stream
        for glyph, sign in re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>", stream)
    }
    pages = [stream for stream in streams if b" Tf" in stream and b"]TJ" in stream]
    pieces = [piece for stream in pages for piece in _pieces(stream)]
    return [("".join(table.get(glyph, "") for glyph in glyphs), size) for glyphs, size in pieces]


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type/Page\b", pdf))


def fonts_of(pdf: bytes) -> tuple[int, int]:
    """How many fonts are named, and how many of them are within the file."""
    return len(re.findall(rb"/Type/FontDescriptor\b", pdf)), len(re.findall(rb"/FontFile3\b", pdf))


def carries_code_of(address: str, pdf: bytes, error: str) -> bool:
    """Whether a QR code of exactly that address is drawn: its dark modules are lines, half a module below the edge."""
    code = segno.make(address, error=error, micro=False, boost_error=False)
    wanted = {(x + 4, y + 4) for y, row in enumerate(code.matrix) for x, is_dark in enumerate(row) if is_dark}
    return any(wanted == _modules(stream) for stream in _streams(pdf))


def _modules(stream: bytes) -> set[tuple[int, int]]:
    lines = [tuple(map(float, found)) for found in _LINE.findall(stream)]
    return {
        (x, int(y))
        for left, y, right, end in lines
        if y == end and y % 1 == 0.5 and left % 1 == right % 1 == 0
        for x in range(int(left), int(right))
    }


def _streams(pdf: bytes) -> Iterator[bytes]:
    for found in _STREAM.finditer(pdf):
        try:
            yield zlib.decompressobj().decompress(pdf[found.end() :])
        except zlib.error:
            continue


def _pieces(stream: bytes) -> Iterator[tuple[list[int], float]]:
    """The glyphs of each piece of text that ends with ET, and their size."""
    shown, size = b"", 0.0
    for found in _STRING.finditer(stream):
        if found["end"]:
            yield [int.from_bytes(shown[n : n + 2]) for n in range(0, len(shown), 2)], size
            shown = b""
        elif found["size"]:
            size = float(found["size"])
        elif found["hex"]:
            shown += bytes.fromhex(found["hex"].decode())
        else:
            shown += _ESCAPED.sub(_unescaped, found["plain"])


def _unescaped(found: re.Match[bytes]) -> bytes:
    sign = found[1]
    return bytes([int(sign, 8)]) if sign[:1].isdigit() else _LETTERS.get(sign, sign)
