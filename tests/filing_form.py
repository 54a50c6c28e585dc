"""What an owner sends who answers everything at once, for stories of a POST that goes another way than usual."""

from shared.cases import drafts
from tests.critic import Page


def answered(page: Page) -> dict[str, str]:
    """The form on *page* of filing, filled in without a name; to be sent to `/file/check`."""
    return {
        "csrf_token": str(page.one("[name=csrf_token]")["value"]),
        "estate": "jinxiu",
        "submission_key": drafts.new_key(),
        "category": "facilities:lift",
        "description": "电梯一直有异响",
        "anonymous": "1",
    }
