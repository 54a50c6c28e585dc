"""What becomes of an untrusted picture."""

import json
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from shared.attachments import images
from shared.attachments.images import LARGEST_FILE, Reason, Unfit, prepare, thumbnail
from shared.attachments.jpeg_scans import scans
from tests.files.specimens import CORPUS, png
from tests.nursery import ROOT

RED, WHITE = (255, 0, 0), (255, 255, 255)
Colour = tuple[int, int, int]


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def picture(width: int = 320, height: int = 200, colour: Colour = RED, mode: str = "RGB") -> Image.Image:
    return Image.new("RGB", (width, height), colour).convert(mode)


def opened(jpeg: bytes) -> Image.Image:
    image = Image.open(BytesIO(jpeg), formats=["JPEG"])
    image.load()
    return image


def refused(data: bytes) -> Reason:
    with pytest.raises(Unfit) as caught:
        prepare(data)
    return caught.value.reason


def near(pixel: Any, colour: Colour, slack: int = 6) -> bool:
    return all(abs(a - b) <= slack for a, b in zip(pixel, colour, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "GIF"])
def test_formats_of_telephones_become_plain_jpeg(kind: str) -> None:
    made = prepare(encoded(picture(), kind))
    image = opened(made.jpeg)
    assert (made.width, made.height) == image.size == (320, 200)
    assert image.mode == "RGB"
    assert near(image.getpixel((160, 100)), RED)


def test_a_stream_is_taken_as_bytes_are() -> None:
    assert prepare(BytesIO(encoded(picture(), "PNG"))).width == 320


def test_t30_photos_are_made_ready_one_after_the_other_and_nobody_waits_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(images, "WAIT", 0.1)
    photo = encoded(picture(), "JPEG")
    with images._one_at_a_time:
        assert refused(photo) is Reason.BUSY
    assert prepare(photo).jpeg


def test_large_photos_become_2048_on_the_long_side() -> None:
    made = prepare(encoded(picture(5000, 2500), "JPEG"))
    assert (made.width, made.height) == (2048, 1024)
    assert opened(made.jpeg).size == (2048, 1024)


@pytest.mark.parametrize("size", [(9000, 3), (3, 9000), (4097, 2049), (2049, 2048)])
def test_odd_shapes_keep_at_least_one_line(size: tuple[int, int]) -> None:
    made = prepare(encoded(picture(*size), "PNG"))
    assert max(made.width, made.height) == 2048
    assert min(made.width, made.height) >= 1
    assert near(opened(made.jpeg).getpixel((0, 0)), RED)


def test_small_pictures_are_not_enlarged() -> None:
    made = prepare(encoded(picture(1, 1), "PNG"))
    assert (made.width, made.height) == (1, 1)


def test_downscaling_keeps_what_is_where() -> None:
    source = picture(4000, 3000, WHITE)
    source.paste(RED, (0, 0, 2000, 1500))
    image = opened(prepare(encoded(source, "PNG")).jpeg)
    assert near(image.getpixel((500, 400)), RED)
    assert near(image.getpixel((1500, 400)), WHITE)
    assert near(image.getpixel((500, 1200)), WHITE)


def located(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Maker 13800138000"
    exif[0x8825] = {1: "N", 2: (23.0, 7.0, 30.0), 3: "E", 4: (113.0, 15.0, 0.0)}
    return exif


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_t31_place_and_camera_do_not_survive(kind: str) -> None:
    source = encoded(picture(), kind, exif=located(), xmp=b"<x:xmpmeta>13800138000</x:xmpmeta>")
    assert b"13800138000" in source
    made = prepare(source)
    for jpeg in (made.jpeg, thumbnail(made.jpeg)):
        image = opened(jpeg)
        assert not dict(image.getexif())
        assert not {"exif", "xmp", "icc_profile", "comment", "photoshop"} & set(image.info)
        assert b"13800138000" not in jpeg
        assert b"Exif" not in jpeg


def test_comments_do_not_survive() -> None:
    assert b"secret" not in prepare(encoded(picture(), "JPEG", comment=b"secret")).jpeg


def test_photos_are_turned_upright() -> None:
    source = picture(300, 200, WHITE)
    source.paste(RED, (0, 0, 150, 100))
    image = opened(prepare(encoded(source, "JPEG", exif=located(6), quality=95)).jpeg)
    assert image.size == (200, 300)
    assert near(image.getpixel((150, 50)), RED)
    assert near(image.getpixel((20, 50)), WHITE)


def test_heic_is_not_turned_again() -> None:
    """Its own rotation is applied on opening; what EXIF says besides is a repetition of it."""
    image = opened(prepare(encoded(picture(300, 200), "HEIF", exif=located(6))).jpeg)
    assert image.size == (300, 200)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_what_is_transparent_becomes_white(kind: str) -> None:
    source = Image.new("RGBA", (3000, 40), (0, 0, 0, 0))
    source.paste((255, 0, 0, 255), (0, 0, 1500, 40))
    image = opened(prepare(encoded(source, kind)).jpeg)
    assert near(image.getpixel((2000, 15)), WHITE)
    assert near(image.getpixel((100, 15)), RED)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_is_understood(mode: str) -> None:
    source = Image.new("I;16", (50, 50), 65535) if mode == "I;16" else picture(50, 50, WHITE, mode)
    assert near(opened(prepare(encoded(source, "PNG")).jpeg).getpixel((25, 25)), WHITE)


def test_sixteen_bits_of_grey_keep_their_shade() -> None:
    half = Image.new("I;16", (50, 50), 32768)
    assert near(opened(prepare(encoded(half, "PNG")).jpeg).getpixel((25, 25)), (128, 128, 128))


def test_print_colours_become_screen_colours() -> None:
    image = opened(prepare(encoded(picture(mode="CMYK"), "JPEG")).jpeg)
    assert image.mode == "RGB"
    assert near(image.getpixel((100, 100)), RED, slack=12)


def test_colours_are_taken_through_the_profile_of_the_camera() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    assert prepare(encoded(picture(), "JPEG", icc_profile=profile.tobytes())).width == 320
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = opened(prepare(encoded(picture(), "JPEG", icc_profile=srgb)).jpeg)
    assert near(image.getpixel((100, 100)), RED)
    assert "icc_profile" not in image.info


def test_a_broken_profile_costs_no_photo() -> None:
    assert prepare(encoded(picture(), "JPEG", icc_profile=b"x" * 300)).width == 320


def test_several_pictures_in_one_jpeg_give_the_first() -> None:
    source = encoded(picture(), "MPO", save_all=True, append_images=[picture(80, 60, WHITE)])
    made = prepare(source)
    assert (made.width, made.height) == (320, 200)
    assert near(opened(made.jpeg).getpixel((10, 10)), RED)


def test_a_video_appended_to_a_photo_is_cut_off() -> None:
    assert prepare(encoded(picture(), "JPEG") + b"\xff\xda" * 5000).width == 320


def test_thumbnails_are_small() -> None:
    thumb = opened(thumbnail(prepare(encoded(picture(3000, 1500), "JPEG")).jpeg))
    assert thumb.size == (320, 160)


def test_refusals_have_their_reason() -> None:
    png = encoded(picture(), "PNG")
    assert refused(b"") is Reason.EMPTY
    assert refused(b"\xff" * (LARGEST_FILE + 1)) is Reason.TOO_LARGE
    assert refused(png[:120]) is Reason.BROKEN
    assert refused(encoded(Image.effect_noise((200, 200), 90), "JPEG")[:4000]) is Reason.BROKEN


@pytest.mark.parametrize(
    "disguised",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
        b"MZ" + b"\0" * 400,
        b"\xff\xd8\xff",
        b"GIF89a/*",
        b"SIMPLE  =                    T" + b" " * 3000,
    ],
)
def test_t13_other_things_are_no_photos(disguised: bytes) -> None:
    assert refused(disguised) in (Reason.NOT_AN_IMAGE, Reason.BROKEN)


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "PPM", "TGA", "JPEG2000", "AVIF"])
def test_formats_that_nobody_photographs_in_are_not_opened(kind: str) -> None:
    assert refused(encoded(picture(64, 64), kind)) is Reason.NOT_AN_IMAGE


def test_t13_a_script_behind_or_inside_a_picture_is_gone() -> None:
    source = (
        encoded(picture(), "GIF", comment=b"/*<script>alert(1)</script>*/") + b"<script>alert(2)</script>"
    )
    assert b"script" not in prepare(source).jpeg


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_moving_pictures_are_refused(kind: str) -> None:
    frames = [picture(20, 20, (shade, 0, 0)) for shade in range(0, 250, 50)]
    assert refused(encoded(frames[0], kind, save_all=True, append_images=frames[1:])) is Reason.ANIMATED


@pytest.mark.parametrize("size", [(13_000, 13_000), (50_000, 50_000), (6_400, 6_400)])
def test_t30_pixel_floods_are_refused_by_their_header(size: tuple[int, int]) -> None:
    assert refused(png(*size)) is Reason.TOO_MANY_PIXELS


def test_t30_a_text_that_inflates_inside_a_png_is_refused() -> None:
    bomb = zlib.compress(b"\0" * 80_000_000, 9)
    body = b"note\0\0" + bomb
    text = len(body).to_bytes(4) + b"zTXt" + body + zlib.crc32(b"zTXt" + body).to_bytes(4)
    png = encoded(picture(), "PNG")
    assert refused(png[:33] + text + png[33:]) is Reason.BROKEN


def test_passes_over_a_jpeg_are_counted() -> None:
    noise = Image.merge("RGB", [Image.effect_noise((300, 200), 60)] * 3)
    assert scans(encoded(noise, "JPEG")) == scans(encoded(noise, "JPEG", exif=located()))
    baseline = scans(encoded(noise, "JPEG"))
    assert (baseline.count, baseline.whole) == (1, True)
    progressive = scans(encoded(noise, "JPEG", progressive=True))
    assert progressive.count > 5
    assert not progressive.whole
    assert scans(encoded(picture(mode="L"), "JPEG")).whole
    assert scans(b"\xff\xd8\xff\xda") == scans(b"\xff\xd8")


def test_a_progressive_photo_of_a_usual_size_is_taken() -> None:
    assert prepare(encoded(picture(4000, 3000), "JPEG", progressive=True)).width == 2048


def test_t30_thousands_of_passes_are_refused() -> None:
    jpeg = encoded(Image.effect_noise((64, 64), 60), "JPEG", progressive=True)
    start = jpeg.rindex(b"\xff\xda")
    once_more = jpeg[start:-2]
    assert refused(jpeg[:-2] + once_more * 200 + jpeg[-2:]) is Reason.BROKEN


@pytest.mark.parametrize("name", ["photo_of_200_megapixels", "coloured_png_of_39_megapixels"])
def test_t30_memory_stays_bounded(tmp_path: Path, name: str) -> None:
    """In a process of its own; tests/files weighs many more."""
    source = tmp_path / "bomb.bin"
    source.write_bytes(CORPUS[name].make())
    weighed = subprocess.run(
        [sys.executable, "-m", "tests.files.weighing", "1", str(source)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    assert json.loads(weighed.stdout)["grew"] < 150
