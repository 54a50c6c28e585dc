"""What the stories of the staff face share."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from tests.cast import MONDAY


@pytest.fixture
def that_monday() -> Iterator[None]:
    """The people at their screens live on the day of the story: left for a month, a case is a grave one (VK-4h)."""
    with time_machine.travel(MONDAY + timedelta(hours=6)):
        yield
