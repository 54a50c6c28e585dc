"""A program of its own: one large picture on standard input, its pixels, upright and made smaller, on standard output.

A decoder holds such a picture several times over. Here that memory goes back with the process, and has an end (T30).
"""

import resource
import sys

from shared.attachments.images import Unfit, cleaned

SECONDS = 10  # of a processor: the largest that is let in takes two
_MEMORY = 1 << 30  # bytes of addresses, libraries included: HEIC of 60 megapixels needs 700 million
_LIMITS = {
    resource.RLIMIT_CPU: SECONDS,
    resource.RLIMIT_AS: _MEMORY,
    resource.RLIMIT_FSIZE: 0,  # it writes to its pipe, and to no file
    resource.RLIMIT_CORE: 0,  # what it held when it fell over is somebody's home
}


def main() -> int:
    """What to end with: 0 when the pixels are written."""
    for what, most in _LIMITS.items():
        resource.setrlimit(what, (most, most))
    try:
        cleaned(sys.stdin.buffer.read()).save(sys.stdout.buffer, "PPM")
    except (Unfit, MemoryError):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
