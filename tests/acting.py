"""Acting on the pages of a case as people do: the form is opened, filled in and sent."""

from typing import Any

from tests.critic import CriticalClient, Page
from tests.life import Life


def page_of(client: CriticalClient, story: Life, act: str = "") -> Page:
    """The page of the case, or of the form of *act*."""
    page = client.get(f"/staff/cases/{story.number}{'/' if act else ''}{act}")
    assert page.status_code == 200, page.words[:300]
    return page


def do(client: CriticalClient, story: Life, act: str, **answers: Any) -> Page:
    """Open the form of *act*, fill in *answers*, send it, and arrive."""
    page = page_of(client, story, act).submit(f"/{act}", **answers)
    assert page.status_code == 200, page.words[:600]
    return page
