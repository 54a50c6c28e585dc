"""What the staff do on the pages of a case. Whoever gets no answer looks again before they repeat an act."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from threading import Lock

from tests.cast import PASSWORD, PEOPLE
from tests.chaos.affairs import Affair
from tests.chaos.browser import Browser, Lost, NotReached, Page
from tests.chaos.ledger import Ledger

SIGN_IN = "/staff/sign-in"
NAMED = {name: username for username, (name, _role, _team) in PEOPLE.items()}
DISPATCHERS = ("limin", "zhouqi")
REVISITOR, SPECIALIST = "liujie", "chenjing"


class Person:
    """One of the staff, signed in when needed; their browser is shared by whoever acts for them."""

    def __init__(self, username: str, browser: Browser, ledger: Ledger) -> None:
        self.username, self._browser, self._ledger = username, browser, ledger
        self._signing_in = Lock()

    def act(self, slug: str, affair: Affair, **answers: str) -> str:
        """Open the form of the act, fill it in, send it once. Gives what came of it; `moot` where it is not offered."""
        path = f"/staff/cases/{affair.number}/{slug}"
        try:
            form = self._form(path)
            if isinstance(form, str):
                return form
            fields = form.hidden(path)
        except (NotReached, Lost):
            return "unanswered"
        said = {"reference": affair.reference, "round": affair.round, "by": self.username}
        with self._ledger.doing(slug, **said) as act:
            try:
                page = self._browser.post(path, fields | answers)
            except NotReached as why:
                act.failed(str(why))
                return act.outcome
            except Lost as why:
                act.facts["why"] = str(why)
                return act.outcome
            is_done = page.is_done and not page.leads_to.startswith(SIGN_IN)
            act.succeeded() if is_done else act.failed(f"{page.status}")
            return act.outcome

    def offered(self, path: str) -> Page | None:
        """The page at *path*, if it can be had now."""
        try:
            page = self._form(path)
        except (NotReached, Lost):
            return None
        return None if isinstance(page, str) else page

    def fetched(self, path: str) -> bytes:
        """The bytes of a file. Raises NotReached or Lost."""
        return self._browser.fetch(path)

    def _form(self, path: str) -> Page | str:
        page = self._browser.get(path)
        if page.where.startswith(SIGN_IN):
            self._sign_in()
            page = self._browser.get(path)
        if page.status == 200 and not page.where.startswith(SIGN_IN):
            return page
        return "moot" if page.status in (404, 409) else "unanswered"

    def _sign_in(self) -> None:
        with self._signing_in:
            page = self._browser.get(SIGN_IN)
            if not page.where.startswith(SIGN_IN):
                return  # another who acts for them was quicker
            fields = page.hidden(SIGN_IN)
            self._browser.post(SIGN_IN, fields | {"username": self.username, "password": PASSWORD})


class Staff:
    """The people of the desk, and what each does with a case."""

    def __init__(self, port: int, ledger: Ledger) -> None:
        self._people = {
            username: Person(username, Browser(port, f"10.9.0.{n}"), ledger)
            for n, username in enumerate(PEOPLE, 1)
        }

    def contest(self, affair: Affair) -> str:
        """Both dispatchers claim it at the same moment; one gets it (GZ-15, F25)."""
        with ThreadPoolExecutor(len(DISPATCHERS)) as both:
            outcomes = list(both.map(lambda who: self._people[who].act("claim", affair), DISPATCHERS))
        for username, outcome in zip(DISPATCHERS, outcomes, strict=True):
            if outcome == "ok":
                affair.first_responder = username
        # Refused to both, say for a form that was stale, it is still nobody's: as claimed it would hold up everything.
        return "ok" if "ok" in outcomes else "moot" if "moot" in outcomes else "unknown"

    def sees(self, affair: Affair) -> bool:
        page = self._people[DISPATCHERS[0]].offered(f"/staff/cases/{affair.number}")
        return page is not None and affair.reference in page.text

    def photo(self, affair: Affair, photo: str) -> bytes:
        return self._people[DISPATCHERS[0]].fetched(f"/staff/cases/{affair.number}/files/{photo}")

    def dispatch(self, affair: Affair) -> str:
        """To somebody who has not had it in a round before (TR-14)."""
        person = self._people[affair.first_responder or DISPATCHERS[0]]
        page = person.offered(f"/staff/cases/{affair.number}/dispatch")
        if page is None:
            return person.act("dispatch", affair)
        for value, label in _options(page):
            handler = next((username for name, username in NAMED.items() if name in label), "")
            if handler and handler not in affair.former:
                outcome = person.act("dispatch", affair, handler=value, requirements="今天内先到现场")
                if outcome in ("ok", "unknown"):
                    affair.handler = handler
                return outcome
        return "moot"

    def accept(self, affair: Affair) -> str:
        return self._people[affair.handler].act("acceptance", affair)

    def complete(self, affair: Affair) -> str:
        said = {"outcome": "resolved", "result": "已到现场修好，试用了半小时，没有再坏"}
        return self._people[affair.handler].act("completion", affair, **said)

    def inform(self, affair: Affair) -> str:
        person = self._people[affair.first_responder or DISPATCHERS[0]]
        return person.act("informing", affair, method="telephone", note="已经修好，请放心使用")

    def revisit(self, affair: Affair) -> str:
        answers = dict.fromkeys(("reached", "satisfied", "timely", "courteous"), "yes")
        return self._people[REVISITOR].act("revisit", affair, method="telephone", **answers)

    def close(self, affair: Affair) -> str:
        return self._people[SPECIALIST].act("closure", affair)


def _options(page: Page) -> list[tuple[str, str]]:
    """What the menu of handlers offers: values and labels."""
    menu = re.search(r'<select[^>]*name="handler"[^>]*>(.*?)</select>', page.text, re.S)
    found = re.findall(r'<option[^>]*value="([^"]*)"[^>]*>(.*?)</option>', menu[1] if menu else "", re.S)
    return [(value, unescape(label)) for value, label in found if value]
