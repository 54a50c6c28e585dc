"""The desk as an operator runs it: the servers of deploy/, started from those very files."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image

from tests.deploy.stand import Stand, standing
from tests.deploy.visitors import Visitor

WORDS = "3号楼2单元电梯又坏了，早上困了我半个小时"


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with standing(tmp_path_factory.mktemp("stand")) as found:
        yield found


def photo() -> bytes:
    held = BytesIO()
    Image.new("RGB", (640, 480), "olive").save(held, "JPEG")
    return held.getvalue()


def file_a_case(owner: Visitor, **more: str | tuple[str, bytes, str]) -> str:
    """Three steps; gives the private link."""
    owner.get("/file").submit("/file", category="facilities:lift")
    owner.submit("/file/details", description=WORDS, phone="138 0013 8000", **more)
    owner.submit("/file/check")
    links = [str(link["href"]) for link in owner.page.select("a[href*='/c/']")]
    assert links, f"no receipt: {owner.status} {owner.words[:300]}"
    return links[0].removeprefix(owner.origin.url).removesuffix("/receipt")


def test_an_owner_files_with_a_photo_through_the_proxy_and_reads_it_again(stand: Stand) -> None:
    owner = stand.public.visitor()
    link = file_a_case(owner, photos=("IMG_1.jpg", photo(), "image/jpeg"))
    assert WORDS in stand.public.visitor().get(link).words
    (shown,) = {
        str(image["src"]) for image in owner.get(link).page.select("img[src*='/files/'], img[src*='/c/']")
    }
    answer = stand.public.ask(shown, headers={"Cookie": f"session={owner.cookies['session']}"})
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/jpeg")
