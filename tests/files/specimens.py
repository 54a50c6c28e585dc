"""Pictures as nobody should send them, made by code: bombs, halves, disguises, odd colours, and what they come to."""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms

from shared.attachments.images import Reason

TAKEN = "taken"
SCRIPT = b"<script>alert(1)</script>"
PHP = b"<?php system($_GET['c']); ?>"
PHONE = b"13800138000"
MANY = 10_000  # frames


@dataclass(frozen=True)
class Specimen:
    """*comes_to*: `taken`, or the reasons for which it may be refused."""

    make: Callable[[], bytes]
    comes_to: tuple[str, ...]


CORPUS: dict[str, Specimen] = {}


def comes_to(*outcomes: str) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Enter what the function makes, under its name."""

    def enter(make: Callable[[], bytes]) -> Callable[[], bytes]:
        CORPUS[make.__name__] = Specimen(make, outcomes)
        return make

    return enter


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def scene(width: int = 320, height: int = 240) -> Image.Image:
    """Something with detail: a flat colour survives any cut."""
    return Image.effect_noise((width, height), 80).convert("RGB")


def chunk(name: bytes, body: bytes) -> bytes:
    """Of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, *more: bytes, lines: int = 1, colours: int = 0) -> bytes:
    """One bit for a pixel, or a byte for each of *colours*; *more* stands before it. Only *lines* are there."""
    header = struct.pack(">IIBBBBB", width, height, 8 if colours else 1, 2 if colours else 0, 0, 0, 0)
    body = zlib.compress(b"\0" * ((width * colours or (width + 7) // 8) + 1) * lines, 1)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", header), *more, chunk(b"IDAT", body), chunk(b"IEND", b"")]
    )


def resized(jpeg: bytes, width: int, height: int) -> bytes:
    """A JPEG whose header says another size."""
    place = next(i for i in range(2, len(jpeg)) if jpeg[i] == 0xFF and jpeg[i + 1] in (0xC0, 0xC1, 0xC2))
    return jpeg[: place + 5] + struct.pack(">HH", height, width) + jpeg[place + 9 :]


def flat_jpeg(width: int, height: int) -> bytes:
    """A whole grey photo in the usual four to one to one: each 16 by 16 pixels are the same 32 bits."""
    head = encoded(Image.new("RGB", (16, 16), (128, 128, 128)), "JPEG", optimize=False)
    start = head.index(b"\xff\xda")
    start += 2 + struct.unpack(">H", head[start + 2 : start + 4])[0]
    squares = -(-width // 16) * -(-height // 16)
    return resized(head[:start], width, height) + b"\x28\xa2\x8a\x00" * squares + b"\xff\xd9"


def with_segment(jpeg: bytes, marker: int, body: bytes) -> bytes:
    """A JPEG with one more segment right behind its beginning."""
    return jpeg[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def photo(**options: Any) -> bytes:
    return encoded(scene(), "JPEG", **options)


# --- Bombs (T30) ---


@comes_to(TAKEN)
def photo_of_200_megapixels() -> bytes:
    return flat_jpeg(16_320, 12_240)


@comes_to(Reason.TOO_MANY_PIXELS)
def photo_of_200_megapixels_in_passes() -> bytes:
    return resized(encoded(scene(), "JPEG", progressive=True), 16_320, 12_240)


@comes_to(Reason.TOO_MANY_PIXELS)
def photo_of_4_gigapixels() -> bytes:
    return resized(photo(), 65_535, 65_535)


@comes_to(Reason.TOO_MANY_PIXELS)
def png_of_50_000_by_50_000() -> bytes:
    return png(50_000, 50_000)


@comes_to(Reason.TOO_MANY_PIXELS)
def png_of_169_megapixels() -> bytes:
    return png(13_000, 13_000, lines=13_000)


@comes_to(TAKEN)
def png_of_39_megapixels() -> bytes:
    return png(6_240, 6_240, lines=6_240)


@comes_to(TAKEN)
def coloured_png_of_39_megapixels() -> bytes:
    return png(6_240, 6_240, lines=6_240, colours=3)


@comes_to(TAKEN)
def photo_of_24_megapixels_in_passes() -> bytes:
    """The most that is let in so, each colour in full: the decoder holds six bytes for each pixel."""
    small = encoded(Image.new("RGB", (16, 16), "gray"), "JPEG", progressive=True, subsampling=0)
    return resized(small, 5_990, 4_000)


@comes_to(Reason.TOO_MANY_PIXELS)
def webp_of_25_megapixels() -> bytes:
    return encoded(Image.new("RGB", (5_000, 5_000)), "WEBP", lossless=True, method=0, quality=0)


@comes_to(TAKEN)
def webp_of_8_megapixels() -> bytes:
    return encoded(Image.new("RGB", (2_828, 2_828), "teal"), "WEBP", lossless=True, method=0, quality=0)


@comes_to(TAKEN)
def webp_of_2_megapixels() -> bytes:
    return encoded(Image.new("RGB", (1_600, 1_240), "teal"), "WEBP", lossless=True, method=0, quality=0)


@comes_to(TAKEN)
def webp_of_16_megapixels() -> bytes:
    return encoded(Image.new("RGB", (4_000, 4_000), "teal"), "WEBP", lossless=True, method=0, quality=0)


@comes_to(Reason.TOO_MANY_PIXELS)
def gif_of_4_gigapixels() -> bytes:
    gif = bytearray(encoded(Image.new("P", (8, 8)), "GIF"))
    gif[6:10] = b"\xff" * 4
    return bytes(gif)


@comes_to(Reason.NOT_AN_IMAGE)
def fits_that_inflates() -> bytes:
    cards = ("SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = 60000", "NAXIS2  = 60000", "END")
    return "".join(card.ljust(80) for card in cards).encode().ljust(2_880) + b"\0" * 4_000


@comes_to(Reason.ANIMATED)
def gif_of_10_000_frames() -> bytes:
    gif = encoded(Image.new("P", (8, 8), 1), "GIF")
    frame = gif[gif.rindex(b"\x2c\0\0\0\0") : -1]
    return gif[:-1] + (b"\x21\xf9\x04\0\x01\0\0\0" + frame) * MANY + b"\x3b"


@comes_to(Reason.ANIMATED)
def apng_of_10_000_frames() -> bytes:
    said = chunk(b"acTL", struct.pack(">II", MANY, 0))
    frame = chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, 8, 8, 0, 0, 1, 10, 0, 0))
    return png(8, 8, said, frame, lines=8)


@comes_to(Reason.ANIMATED)
def webp_of_10_000_frames() -> bytes:
    two = encoded(
        Image.new("RGB", (8, 8)), "WEBP", save_all=True, append_images=[Image.new("RGB", (8, 8), "red")]
    )
    start = two.rindex(b"ANMF")
    body = two[8:start] + two[start:] * MANY
    return b"RIFF" + struct.pack("<I", len(body)) + body


@comes_to(Reason.BROKEN)
def jpeg_of_2_000_passes() -> bytes:
    jpeg = encoded(scene(64, 64), "JPEG", progressive=True)
    start = jpeg.rindex(b"\xff\xda")
    return jpeg[:-2] + jpeg[start:-2] * 2_000 + jpeg[-2:]


def _inflates(size: int = 80_000_000) -> bytes:
    return zlib.compress(b"\0" * size, 9)


@comes_to(Reason.BROKEN)
def png_whose_text_inflates() -> bytes:
    return png(8, 8, chunk(b"zTXt", b"note\0\0" + _inflates()), lines=8)


@comes_to(Reason.BROKEN, TAKEN)
def png_whose_international_text_inflates() -> bytes:
    return png(8, 8, chunk(b"iTXt", b"note\0\x01\0\0\0" + _inflates()), lines=8)


@comes_to(Reason.BROKEN)
def png_of_a_thousand_texts_of_a_megabyte() -> bytes:
    return png(8, 8, *[chunk(b"zTXt", b"note\0\0" + _inflates(1_000_000))] * 1_000, lines=8)


@comes_to(Reason.BROKEN)
def png_whose_profile_inflates() -> bytes:
    return png(8, 8, chunk(b"iCCP", b"icc\0\0" + _inflates()), lines=8)


@comes_to(TAKEN)
def jpeg_whose_profile_is_rubbish_of_10_megabytes() -> bytes:
    jpeg, pieces = photo(), 160
    for number in range(pieces, 0, -1):
        jpeg = with_segment(jpeg, 0xE2, b"ICC_PROFILE\0" + bytes([number, pieces]) + b"\xff" * 65_000)
    return jpeg


@comes_to(TAKEN)
def jpeg_whose_exif_points_to_itself() -> bytes:
    """A directory that comes after itself, with values of two gigabytes."""
    entry = struct.pack("<HHII", 0x010F, 2, 0x7FFFFFFF, 8)
    tiff = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 400) + entry * 400 + struct.pack("<I", 8)
    return with_segment(photo(), 0xE1, b"Exif\0\0" + tiff)


@comes_to(TAKEN)
def jpeg_of_200_exifs() -> bytes:
    jpeg = photo()
    for _ in range(200):
        jpeg = with_segment(jpeg, 0xE1, b"Exif\0\0II*\0" + b"\xff" * 60_000)
    return jpeg


# --- Disguises (T13) ---


@comes_to(TAKEN)
def gif_that_is_a_script() -> bytes:
    return encoded(Image.new("P", (8, 8)), "GIF", comment=b"*/=1;/*" + SCRIPT) + b"*/;alert(1)"


@comes_to(Reason.BROKEN, Reason.NOT_AN_IMAGE)
def gif_whose_size_is_a_comment() -> bytes:
    return b"GIF89a/*" + b"\0" * 30 + b"*/=1;alert(1)//"


@comes_to(TAKEN)
def jpeg_that_is_php() -> bytes:
    return photo(comment=PHP)


@comes_to(TAKEN)
def jpeg_that_is_an_archive() -> bytes:
    return photo() + b"PK\x03\x04" + b"evil.jsp" * 50 + b"PK\x05\x06" + b"\0" * 18


@comes_to(TAKEN)
def jpeg_that_is_a_letter() -> bytes:
    return photo(comment=b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj")


@comes_to(Reason.NOT_AN_IMAGE)
def svg() -> bytes:
    return (
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'>"
        + SCRIPT
        + b"</svg>"
    )


@comes_to(Reason.NOT_AN_IMAGE)
def page_named_a_photo() -> bytes:
    return b"<!doctype html><title>x</title>" + SCRIPT


@comes_to(Reason.NOT_AN_IMAGE)
def letter_of_an_owner() -> bytes:
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + photo()


@comes_to(TAKEN)
def mpo_of_two_pictures() -> bytes:
    return encoded(scene(), "MPO", save_all=True, append_images=[scene(80, 60)])


@comes_to(TAKEN)
def jpeg_that_tells_where_and_who() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = PHONE.decode()
    exif[0x8825] = {1: "N", 2: (23.0, 7.0, 30.0), 3: "E", 4: (113.0, 15.0, 0.0)}
    body = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + PHONE + b"</x:xmpmeta>"
    thumb = b"\0" * 20 + photo() + PHONE  # as cameras do, a small picture behind the directory
    return with_segment(photo(exif=exif.tobytes() + thumb, comment=PHONE), 0xE1, body)


# --- HEIC ---


@comes_to(TAKEN)
def heic() -> bytes:
    return encoded(scene(), "HEIF", quality=40)


@comes_to(TAKEN)
def heic_of_forty_pictures() -> bytes:
    return encoded(scene(64, 64), "HEIF", save_all=True, append_images=[scene(64, 64) for _ in range(39)])


@comes_to(Reason.TOO_MANY_PIXELS, Reason.BROKEN, Reason.NOT_AN_IMAGE)
def heic_of_3_gigapixels() -> bytes:
    small = heic()
    place = small.index(b"ispe") + 8
    return small[:place] + struct.pack(">II", 60_000, 60_000) + small[place + 8 :]


# --- Odd colours ---


@comes_to(TAKEN)
def jpeg_for_print() -> bytes:
    return encoded(scene().convert("CMYK"), "JPEG")


@comes_to(TAKEN)
def png_of_16_bits() -> bytes:
    return encoded(Image.new("I;16", (50, 50), 40_000), "PNG")


@comes_to(TAKEN)
def png_of_a_palette_that_shines_through() -> bytes:
    return encoded(scene().quantize(16), "PNG", transparency=3)


@comes_to(TAKEN)
def jpeg_with_the_profile_of_a_screen() -> bytes:
    return photo(icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())


@comes_to(Reason.BROKEN, Reason.NOT_AN_IMAGE)
def jpeg_of_12_bits() -> bytes:
    jpeg = bytearray(photo())
    jpeg[jpeg.index(b"\xff\xc0") + 4] = 12
    return bytes(jpeg)


# --- Halves (F30): what broke off on its way ---


def _cut(kind: str, quarter: int) -> Callable[[], bytes]:
    def make() -> bytes:
        whole = encoded(scene(), kind)
        return whole[: len(whole) * quarter // 4]

    return make


for _kind in ("JPEG", "PNG", "WEBP", "HEIF", "GIF"):
    for _quarter in (1, 2, 3):
        CORPUS[f"{_kind.lower()}_cut_at_{_quarter}_quarters"] = Specimen(
            _cut(_kind, _quarter), (Reason.BROKEN, Reason.NOT_AN_IMAGE)
        )
