"""One photo of a round that a telephone sends twice at the same moment is one photo (F24, F30)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier

from PIL import Image

from shared.attachments import queries as photos
from shared.database import db
from tests.cast import Cast
from tests.critic import CriticalClient
from tests.life import begin

KEY = "0123456789abcdef" * 2
AT_ONCE = 3


def test_the_same_key_at_the_same_moment_is_one_photo(
    cast: Cast, signed_in: Callable[[str], CriticalClient]
) -> None:
    story = begin(cast).in_handling()
    paper = BytesIO()
    Image.new("RGB", (60, 40), "gray").save(paper, "JPEG")
    clients = [signed_in("wangqiang") for _n in range(AT_ONCE)]
    tokens = [client.get("/staff/today").one("input[name=csrf_token]")["value"] for client in clients]
    gate = Barrier(AT_ONCE)

    def send(client: CriticalClient, token: str) -> int:
        file = (BytesIO(paper.getvalue()), "p.jpg")
        data = {"csrf_token": token, "when": "after", "key": KEY, "photo": file}
        gate.wait()
        page = client.post(f"/staff/today/{story.number}/photo", data=data, headers={"HX-Request": "true"})
        return page.status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert list(pool.map(send, clients, tokens)) == [200] * AT_ONCE
    db.session.rollback()  # this session's view is from before they came
    assert len(photos.of_case(story.case.id)) == 1
    assert story.acts.count("progress") == 1
