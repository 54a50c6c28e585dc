"""The day of all stories of the staff face."""

import pytest


@pytest.fixture(autouse=True)
def _day(that_monday: None) -> None:
    """A story that needs another hour travels from here."""
