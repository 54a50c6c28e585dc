"""A program of its own: a PDF on standard input, its pages as JPEG on standard output, each behind its length.

PDFium reads, in C++, what strangers wrote. Here it may crash, hang or eat memory and harm nobody (T30); it is told
nothing of the desk, and its words are thrown away.
"""

import resource
import struct
import sys
from io import BytesIO

import pypdfium2 as pdfium

LENGTH = struct.Struct(">I")  # before each page, in bytes
LOCKED, TOO_MANY, BROKEN = 3, 4, 5  # what it ends with when there are no pages to give
SECONDS = 10  # of a processor: six pages of a scanner take one, at 600 points to the inch four
_LONG_SIDE = 2048  # pixels, as of a photo
_MEMORY = 512 << 20  # bytes of addresses, libraries included: six coloured pages at 600 points need 320
_LIMITS = {
    resource.RLIMIT_CPU: SECONDS,
    resource.RLIMIT_AS: _MEMORY,
    resource.RLIMIT_FSIZE: 0,  # it writes to its pipe, and to no file
    resource.RLIMIT_CORE: 0,  # what it held when it fell over is somebody's letter
}


def main(most: int) -> int:
    """Render the at most *most* pages; more are none. Gives what to end with."""
    for what, most_of_it in _LIMITS.items():
        resource.setrlimit(what, (most_of_it, most_of_it))
    try:
        document = pdfium.PdfDocument(sys.stdin.buffer.read())
    except pdfium.PdfiumError as error:
        return LOCKED if "password" in str(error).lower() else BROKEN
    if not 0 < len(document) <= most:
        return TOO_MANY if len(document) else BROKEN
    for page in document:
        image = page.render(scale=_LONG_SIDE / max(page.get_size())).to_pil()
        jpeg = BytesIO()
        image.convert("RGB").save(jpeg, "JPEG", quality=95)
        sys.stdout.buffer.write(LENGTH.pack(jpeg.tell()) + jpeg.getvalue())
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
