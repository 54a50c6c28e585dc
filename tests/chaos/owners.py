"""What owners do at the portal: file, with photos or without, look up, rate, appeal.

Whoever gets no answer sends the same form again, as a person does who taps once more.
"""

import random
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from threading import Event
from typing import TypeVar

from PIL import Image

from shared.attachments import images
from tests.chaos.affairs import Affair
from tests.chaos.browser import Browser, Lost, NotReached, Page, Photo
from tests.chaos.ledger import LOOK, Doing, Ledger

T = TypeVar("T")

MATTERS = (
    ("facilities:lift", "电梯停在两层之间"),
    ("facilities", "楼道灯不亮"),
    ("facilities", "地下车库积水"),
    ("security", "单元门禁失灵"),
    ("security", "陌生人尾随进楼"),
    ("environment", "垃圾三天没有清运"),
    ("environment", "绿化带堆了建筑废料"),
)
TRIES = 8
WAITS = (0.2, 0.4, 0.8, 1.5, 3.0, 3.0, 3.0)  # seconds before each further try
NOT_STORED = "照片未上传，可稍后补传"


@dataclass
class Owner:
    """One person with a browser of their own, until *stop* is set."""

    browser: Browser
    ledger: Ledger
    dice: random.Random
    stop: Event

    def file(self, *, urgent: bool) -> Affair | None:
        """File a case in a few taps, or all at once; now and then tap twice. Gives it once the receipt is read."""
        category, matter = self.dice.choice(MATTERS)
        photos = [_photo(self.dice) for _n in range(self.dice.choice((0, 0, 0, 1, 2)))]
        answers = {
            "category": category,
            "description": f"{matter}，编号 {uuid.UUID(int=self.dice.getrandbits(128)).hex}",
            "phone": f"139{self.dice.randrange(10**8):08d}",
            "building": "3号楼",
            "urgency": "urgent" if urgent else "normal",
        }
        with self.ledger.doing("file", description=answers["description"], prints=_prints(photos)) as act:
            act.facts["sent"] = act.facts["prints"]
            form = self._again(act, lambda: self.browser.get("/file").hidden("/file"), is_change=False)
            act.facts |= {"key": form["submission_key"], "phone": answers["phone"]}
            return self._send(act, form | answers, photos)

    def _send(self, act: Doing, fields: dict[str, str], photos: list[bytes]) -> Affair | None:
        files = [Photo("photos", content) for content in photos]
        sent = self._again(act, lambda: self.browser.post("/file/check", fields, *files))
        if not sent.is_done or not sent.leads_to.endswith("/receipt"):
            _refused(act, sent)
            return None
        receipt = self._again(act, lambda: self.browser.get(sent.leads_to))
        affair = _read(receipt, fields["phone"])
        stored = [] if NOT_STORED in receipt.text else photos
        if self.dice.random() < 0.1:
            twice = self._again(act, lambda: self.browser.post("/file/check", fields, *files))
            act.facts |= {"twice": twice.leads_to == sent.leads_to, "answer": twice.status}
        act.succeeded(reference=affair.reference, token=affair.token, prints=_prints(stored))
        return affair

    def look_up(self, affair: Affair) -> None:
        """By the reference, as anybody may, or by the private link."""
        by_link = self.dice.random() < 0.4
        path = affair.link if by_link else f"/track/{affair.reference}"
        with self.ledger.doing(LOOK, reference=affair.reference) as act:
            try:
                page = self.browser.get(path)
            except (NotReached, Lost) as why:
                act.failed(str(why))
                self.stop.wait(WAITS[1])
                return
            is_it = affair.reference in page.text
            act.succeeded() if page.status == 200 and is_it else act.failed(f"missing: {page.status}")

    def rate(self, affair: Affair, level: str) -> bool:
        """Whether the word was taken."""
        more = {"note": "灯还是不亮"} if level == "dissatisfied" else {}
        return self._answer("rating", affair, {"rating": level, **more})

    def appeal(self, affair: Affair) -> bool:
        return self._answer("appeal", affair, {"reasons": "unsolved", "note": "又坏了，请换人处理"})

    def _answer(self, what: str, affair: Affair, answers: dict[str, str]) -> bool:
        """By the private link, for the round that the owner has before them."""
        with self.ledger.doing(what, reference=affair.reference, round=affair.round, **answers) as act:
            path, shown = f"{affair.link}/{what}", f"{affair.link}{'/appeal' if what == 'appeal' else ''}"
            form = self._again(act, lambda: self.browser.get(shown).hidden(path), is_change=False)
            fields = form | answers | {"round": str(affair.round)}
            page = self._again(act, lambda: self.browser.post(path, fields))
            act.succeeded() if page.is_done else _refused(act, page)
            return page.is_done

    def _again(self, act: Doing, do: Callable[[], T], *, is_change: bool = True) -> T:
        """Do it until there is an answer. Raises what stood in the way in the end."""
        for wait in self._waits():
            try:
                return do()
            except NotReached:
                pass
            except Lost:
                act.facts["doubt"] = act.facts.get("doubt", 0) + is_change
            self.stop.wait(wait)
        try:
            return do()
        except NotReached as why:
            if not act.facts.get("doubt"):
                act.failed(str(why))
            raise

    def _waits(self) -> Iterator[float]:
        return iter(WAITS)


def _refused(act: Doing, page: Page) -> None:
    """What was in doubt before may have been done then, whatever is said now."""
    if act.facts.get("doubt"):
        act.facts["why"] = f"{page.status} after a lost answer"
    else:
        act.failed(f"{page.status} {page.where}")


def _read(receipt: Page, phone: str) -> Affair:
    number = re.search(r"\bJX-\d\d-\d{4,}\b", receipt.text)
    token = receipt.where.split("/")[2] if receipt.where.startswith("/c/") else ""
    reference = receipt.attribute("data-reference")
    if not (number and token and reference):
        raise Lost(f"no receipt ({receipt.status})")
    return Affair(reference, number[0], token, phone)


def _prints(photos: list[bytes]) -> list[str]:
    """What each is known by once it was encoded anew, which gives the same bytes of the same picture."""
    return sorted(sha256(images.prepare(photo).jpeg).hexdigest() for photo in photos)


def _photo(dice: random.Random) -> bytes:
    """A picture like no other."""
    out = BytesIO()
    picture = Image.frombytes("RGB", (24, 16), dice.randbytes(24 * 16 * 3)).resize((240, 160))
    picture.save(out, "JPEG")
    return out.getvalue()
