"""What an act of a story has before it: the case, the line, who does it and when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.cases.models import Case
from shared.cases.vocabulary import Method
from shared.demo.matters import Line
from shared.identity.models import User


@dataclass(frozen=True, slots=True)
class Scene:
    """A case, the act to do, and who does it (None: the owner)."""

    case: Case
    line: Line
    by: User | None
    at: datetime

    @property
    def staff(self) -> User:
        assert self.by is not None
        return self.by

    @property
    def method(self) -> Method:
        return next((Method(word) for word in self.line.words if word in set(Method)), Method.TELEPHONE)


Acts = dict[str, Callable[[Scene], object]]
