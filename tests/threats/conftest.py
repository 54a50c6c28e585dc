"""What the stories of attacks share: the day, an estate with one of everything, and a browser where one is needed."""

import pytest

from tests.architecture.test_access import Estate, here
from tests.browser.conftest import browse, chromium, desk, staff

__all__ = ["Estate", "browse", "chromium", "desk", "here", "staff"]


@pytest.fixture(autouse=True)
def _day(that_monday: None) -> None:
    """A story that needs another hour travels from here."""
