"""Every picture that nobody should send: what comes of it, in how much memory and time, and what is left of it."""

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageOps

from shared.attachments import images
from shared.attachments.images import Reason, Unfit, prepare
from tests.files.specimens import CORPUS, PHONE, PHP, SCRIPT, encoded, png, scene
from tests.nursery import ROOT

MOST_MEMORY = 150  # megabytes, for one picture, in the process that serves pages
MOST_SECONDS = 3.0  # of a processor, what is decoded apart among them
LEFTOVERS = (SCRIPT, PHP, PHONE, b"alert", b"PK\x03\x04", b"%PDF", b"Exif", b"http", b"ICC_PROFILE")


def weigh(folder: Path, *names: str, at_once: int = 1) -> dict[str, dict[str, Any]]:
    """Those of the corpus through one process; what it says of each."""
    files = [folder / f"{name}.bin" for name in names]
    for file in files:
        file.write_bytes(CORPUS[file.stem].make())
    told = subprocess.run(
        [sys.executable, "-m", "tests.files.weighing", str(at_once), *map(str, files)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    return {line["name"]: line | {"folder": folder} for line in lines}


@pytest.fixture(scope="module")
def weighed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    return weigh(tmp_path_factory.mktemp("corpus"), *CORPUS)


def test_t30_sixteen_threads_with_a_picture_each_take_no_more_than_one(tmp_path: Path) -> None:
    assert weigh(tmp_path, "webp_of_2_megapixels", at_once=16)["webp_of_2_megapixels"]["grew"] < MOST_MEMORY


@pytest.mark.parametrize("name", list(CORPUS))
def test_t30_t13_a_picture_that_nobody_should_send(name: str, weighed: dict[str, dict[str, Any]]) -> None:
    """F31: it is refused for its reason, or comes out as nothing but a photo; within bounds either way."""
    came = weighed[name]
    assert came["came"] in CORPUS[name].comes_to
    assert came["grew"] <= MOST_MEMORY
    assert came["seconds"] <= MOST_SECONDS
    if came["came"] == "taken":
        _is_but_a_photo(came["folder"] / f"{name}.jpg", came["size"])
        _is_but_a_photo(came["folder"] / f"{name}.thumb.jpg")


def _is_but_a_photo(path: Path, size: list[int] | None = None) -> None:
    data = path.read_bytes()
    assert data[:3] == b"\xff\xd8\xff"
    assert data[-2:] == b"\xff\xd9"
    assert [left for left in LEFTOVERS if left in data] == []
    with Image.open(path, formats=["JPEG"]) as image:
        image.load()
        assert max(image.size) <= 2048
        assert size is None or list(image.size) == size
        assert (image.mode, dict(image.getexif())) == ("RGB", {})
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(image.info)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_t31_a_photo_is_turned_as_the_camera_was_held(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    held = Image.new("RGB", (64, 48), "white")
    held.paste("red", (0, 0, 32, 24))
    held.paste("blue", (32, 0, 64, 24))
    sent = encoded(held, "JPEG", exif=exif.tobytes(), quality=95)
    with Image.open(BytesIO(sent)) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
    with Image.open(BytesIO(prepare(sent).jpeg)) as shown:
        assert shown.size == upright.size
        corners = [(5, 5), (upright.width - 6, 5), (5, upright.height - 6)]
        for corner in corners:
            seen, meant = shown.getpixel(corner), upright.getpixel(corner)
            assert all(abs(a - b) < 40 for a, b in zip(seen, meant, strict=True))  # type: ignore[arg-type]


def test_t30_what_is_decoded_apart_looks_as_if_it_were_not() -> None:
    large = scene(1_600, 1_200).resize((3_200, 2_900))
    here, apart = encoded(large, "JPEG", quality=95), encoded(large, "PNG", compress_level=1)
    with Image.open(BytesIO(prepare(here).jpeg)) as one, Image.open(BytesIO(prepare(apart).jpeg)) as other:
        assert one.size == other.size == (2048, 1856)
        for place in ((100, 100), (1_000, 900), (1_900, 1_700)):
            box = (place[0], place[1], place[0] + 40, place[1] + 40)
            seen = [image.crop(box).resize((1, 1)).getpixel((0, 0)) for image in (one, other)]
            assert all(abs(a - b) < 12 for a, b in zip(*seen, strict=True))


@pytest.mark.parametrize("program", ["import os; os.abort()", "print('P6 9000 9000 255')", "print('GIF89a')"])
def test_t30_a_decoder_that_falls_or_is_taken_over_costs_the_photo_and_no_more(
    program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In place of ours a program that does what hostile bytes might make of it."""
    monkeypatch.setattr(images, "DECODER", ["-c", program])
    with pytest.raises(Unfit) as told:
        prepare(png(6_240, 6_240, lines=6_240))
    assert told.value.reason in (Reason.BROKEN, Reason.NOT_AN_IMAGE)
