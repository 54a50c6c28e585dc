"""Reading back what was acknowledged as people do: by the reference, by the private link, on the page of the staff."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

from tests.chaos.affairs import Affair
from tests.chaos.browser import Browser, Lost, NotReached
from tests.chaos.staff import Staff
from tests.chaos.truth import Truth

READERS = 4
EVERY = 5  # of so many cases one is read on the staff's page, which is the dearest


def unread(port: int, staff: Staff, affairs: list[Affair], truth: Truth) -> list[str]:
    """What should be there, and by which face it was not to be had."""

    def read(numbered: tuple[int, Affair]) -> list[str]:
        n, affair = numbered
        browser = Browser(port, f"10.200.{n // 250 % 250}.{n % 250}")
        try:
            found = list(_missing(browser, affair, truth))
            if n % EVERY == 0:
                found += _missing_to_staff(staff, affair, truth)
        except (NotReached, Lost) as why:
            return [f"{affair.reference}: {why}"]
        return found

    with ThreadPoolExecutor(READERS) as readers:
        return [said for found in readers.map(read, enumerate(affairs)) for said in found]


def _missing(browser: Browser, affair: Affair, truth: Truth) -> Iterator[str]:
    for path in (f"/track/{affair.reference}", affair.link):
        page = browser.get(path)
        if page.status != 200 or affair.reference not in page.text:
            yield f"{affair.reference} at {path.split('/')[1]} ({page.status})"
    standing = truth.cases.get(affair.reference)
    for photo, digest in standing.photos.items() if standing else ():
        if sha256(browser.fetch(f"{affair.link}/files/{photo}")).hexdigest() != digest:
            yield f"{affair.reference}: photo {photo}"


def _missing_to_staff(staff: Staff, affair: Affair, truth: Truth) -> Iterator[str]:
    if not staff.sees(affair):
        yield f"{affair.reference} on the staff's page"
        return
    standing = truth.cases.get(affair.reference)
    for photo, digest in standing.photos.items() if standing else ():
        if sha256(staff.photo(affair, photo)).hexdigest() != digest:
            yield f"{affair.reference}: photo {photo} on the staff's page"
