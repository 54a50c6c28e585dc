"""A page opened by somebody who was never here, and what came over the line for it."""

from playwright.sync_api import CDPSession, Page, Response


def visit(page: Page, line: CDPSession, address: str) -> tuple[int, int]:
    """Open *address* with nothing kept, until the line is quiet: bytes of all answers, and how many there were."""
    line.send("Network.clearBrowserCache")
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(address, wait_until="networkidle")
    return sum(answer.request.sizes()["responseBodySize"] for answer in answers), len(answers)
