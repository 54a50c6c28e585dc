"""Untrusted picture in, clean JPEG out: turned upright, stripped of everything but pixels, made smaller.

Nothing of the sender's bytes survives, so a file that is also a script or a web page ends here (T13), and so
does the place where the photo was taken (T31).
"""

import ctypes
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from threading import Lock
from typing import BinaryIO

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

from shared.attachments import apart
from shared.attachments.jpeg_scans import scans

LARGEST_FILE = 15 * 1024 * 1024
LONG_SIDE = 2048
THUMB_SIDE = 320
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "GIF")

MEGAPIXEL = 1_000_000
# By what decoding was measured to take: a JPEG is shrunk while it is read (90 MB), the others are held whole, and
# so decoded apart (PNG 210 MB; WebP in four copies, 270 MB; HEIC in five, 420 MB).
MOST_PIXELS = {
    "JPEG": 220 * MEGAPIXEL,
    "MPO": 220 * MEGAPIXEL,
    "PNG": 40 * MEGAPIXEL,
    "GIF": 40 * MEGAPIXEL,
    "WEBP": 16 * MEGAPIXEL,
    "HEIF": 60 * MEGAPIXEL,
}
MOST_PIXELS_IN_PASSES = 24 * MEGAPIXEL  # a JPEG in several passes cannot be shrunk while it is read
MOST_PASSES = 64  # cameras and editors write about ten; thousands would keep a processor busy for minutes
HEAVY = 8 * MEGAPIXEL  # WebP takes 135 MB then
PLAIN = ("L", "RGB", "CMYK")
STRIP = 256  # lines of the source that are worked on at a time

register_heif_opener()
# Pillow refuses at twice this, before we are asked; its default would refuse 200-megapixel telephones.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS["JPEG"]
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)  # `_admit` refuses these itself

DECODER = ["-E", "-s", "-m", "shared.attachments.decoding"]
PATIENCE = 20.0  # seconds on the clock for what is decoded apart; another may have the processor
WAIT = 20.0  # seconds for one's turn: a hundred telephones' pictures, or one that is hostile


def _give_back_large_blocks() -> None:
    """What a picture took goes back to the system: glibc would keep it for the thread, 40 MB for each of sixteen."""
    threshold = -3  # M_MMAP_THRESHOLD
    with suppress(AttributeError, OSError):  # another libc has neither the habit nor the switch
        ctypes.CDLL(None).mallopt(threshold, 1 << 20)


_give_back_large_blocks()
# Sixteen threads with a picture each took 1.3 GB (WebP of 8 megapixels); one takes a third of a second (T30).
_one_at_a_time = Lock()


class Reason(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_AN_IMAGE = "not_an_image"
    TOO_MANY_PIXELS = "too_many_pixels"
    ANIMATED = "animated"
    BROKEN = "broken"
    LOCKED = "locked"
    TOO_MANY_PAGES = "too_many_pages"
    BUSY = "busy"


class Unfit(Exception):
    """The file cannot be taken as a photo; `shared.attachments.refusals` says why in words."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Prepared:
    """A JPEG of our own making, in sRGB; width and height in pixels, neither above 2048."""

    jpeg: bytes
    width: int
    height: int


@contextmanager
def turn(lock: Lock, seconds: float) -> Iterator[None]:
    """Many at once would take many times the memory. Whoever has waited so long is told to come again: raises Unfit."""
    if not lock.acquire(timeout=seconds):
        raise Unfit(Reason.BUSY)
    try:
        yield
    finally:
        lock.release()


def prepare(source: BinaryIO | bytes) -> Prepared:
    """Check *source* (at most 15 MiB are read) and encode it anew. Raises Unfit."""
    with turn(_one_at_a_time, WAIT):
        data = source if isinstance(source, bytes) else source.read(LARGEST_FILE + 1)
        if not data:
            raise Unfit(Reason.EMPTY)
        if len(data) > LARGEST_FILE:
            raise Unfit(Reason.TOO_LARGE)
        with _named_reasons(), _opened(data) as image:
            clean = _decoded_apart(data) if _is_heavy(image, data) else _clean(image)
        return Prepared(_jpeg(clean), *clean.size)


def cleaned(data: bytes) -> Image.Image:
    """What `prepare` encodes, decoded in this process whatever it takes. Raises Unfit."""
    with _named_reasons(), _opened(data) as image:
        return _clean(image)


def thumbnail(jpeg: bytes) -> bytes:
    """A JPEG of at most 320 pixels, from one that `prepare` made."""
    with Image.open(BytesIO(jpeg), formats=["JPEG"]) as image:
        image.thumbnail((THUMB_SIDE, THUMB_SIDE), Image.Resampling.LANCZOS)
        return _jpeg(image)


@contextmanager
def _named_reasons() -> Iterator[None]:
    """Decoders that are fed with damaged or hostile bytes raise nearly anything."""
    try:
        yield
    except (Unfit, MemoryError):
        raise
    except UnidentifiedImageError as error:
        raise Unfit(Reason.NOT_AN_IMAGE) from error
    except Image.DecompressionBombError as error:
        raise Unfit(Reason.TOO_MANY_PIXELS) from error
    except Exception as error:
        raise Unfit(Reason.BROKEN) from error


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """Header read, limits kept, no pixel decoded yet."""
    with Image.open(BytesIO(data), formats=FORMATS) as image:
        _admit(image, data)
        yield image


def _admit(image: Image.Image, data: bytes) -> None:
    pixels = image.width * image.height
    if pixels > MOST_PIXELS[image.format or ""]:
        raise Unfit(Reason.TOO_MANY_PIXELS)
    if image.format in ("JPEG", "MPO"):
        found = scans(data)
        if found.count > MOST_PASSES:
            raise Unfit(Reason.BROKEN)
        if not found.whole and pixels > MOST_PIXELS_IN_PASSES:
            raise Unfit(Reason.TOO_MANY_PIXELS)
    # Several pictures in an MPO or HEIC are depth maps, previews and bursts: the first one is the photo.
    elif image.format != "HEIF" and getattr(image, "is_animated", False):
        raise Unfit(Reason.ANIMATED)


def _is_heavy(image: Image.Image, data: bytes) -> bool:
    """Whether the decoder would hold the whole of a large picture, a hundred megabytes and more."""
    if image.width * image.height <= HEAVY:
        return False
    return image.format not in ("JPEG", "MPO") or not scans(data).whole


def _decoded_apart(data: bytes) -> Image.Image:
    """What the decoder gives are plain pixels, whatever the file may have made of it."""
    code, pixels = apart.run(DECODER, data, PATIENCE)
    if code:
        raise Unfit(Reason.BROKEN)
    with Image.open(BytesIO(pixels), formats=["PPM"]) as image:
        if max(image.size) > LONG_SIDE:
            raise Unfit(Reason.BROKEN)
        return image.convert("RGB")


def _clean(image: Image.Image) -> Image.Image:
    """Upright RGB without metadata, at most 2048 pixels on its long side."""
    profile = image.info.get("icc_profile")
    orientation = _orientation(image)
    target = _fitting(image.size, LONG_SIDE)
    image.draft(None, target)  # only JPEG can; the others ignore it
    small = _reduced(image, target)
    if small.size != target:
        small = small.resize(target, Image.Resampling.LANCZOS)
    return _turned(_in_srgb(small, profile), orientation)


def _fitting(size: tuple[int, int], side: int) -> tuple[int, int]:
    longest = max(size)
    if longest <= side:
        return size
    return max(1, round(size[0] * side / longest)), max(1, round(size[1] * side / longest))


def _reduced(image: Image.Image, target: tuple[int, int]) -> Image.Image:
    """At most twice *target* in each direction, in mode L, RGB or CMYK.

    In strips, because every change of mode copies what it is given, and a palette grows fourfold.
    """
    image.load()
    factor = max(1, min(image.width // target[0], image.height // target[1]))
    if factor == 1 and image.mode in PLAIN:
        return image
    size = -(-image.width // factor), -(-image.height // factor)
    result = Image.new(_plain(image.crop((0, 0, 1, 1))).mode, size)
    lines = factor * max(1, STRIP // factor)
    for top in range(0, image.height, lines):
        strip = _plain(image.crop((0, top, image.width, min(top + lines, image.height))))
        result.paste(strip.reduce(factor) if factor > 1 else strip, (0, top // factor))
    return result


def _plain(image: Image.Image) -> Image.Image:
    """Without transparency: what shines through is white, as on the page."""
    if image.mode in PLAIN:
        return image
    if image.mode == "1":
        return image.convert("L")
    if image.mode.startswith("I"):  # 16 bits of grey; converted as it is, all above 255 would be white
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if not image.has_transparency_data:
        return image.convert("RGB")
    layered = image.convert("RGBA")
    white = Image.new("RGB", image.size, "white")
    white.paste(layered, mask=layered.getchannel("A"))
    return white


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as the camera's profile means them; a profile that does not fit is passed over."""
    if profile:
        try:
            given, srgb = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, given, srgb, outputMode="RGB")
            return converted if converted is not None else image.convert("RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return image.convert("RGB")


def _orientation(image: Image.Image) -> int:
    """1 to 8. For HEIC the opener has turned the picture already and says 1."""
    try:
        return int(image.getexif().get(0x0112, 1))
    except Exception:  # as hostile as the picture itself; without it the photo is still of use
        return 1


def _turned(image: Image.Image, orientation: int) -> Image.Image:
    exif = Image.Exif()
    exif[0x0112] = orientation
    image.info = {"exif": exif.tobytes()}
    upright = ImageOps.exif_transpose(image)
    upright.info = {}
    return upright


def _jpeg(image: Image.Image) -> bytes:
    image.info = {}  # Pillow would write profile and comment of the source from here
    out = BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=False)
    return out.getvalue()
