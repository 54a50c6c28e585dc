"""The SMS gateway of the ordeal: it sends once what carries the same mark, and knows when it first came."""

import time
from dataclasses import dataclass, field
from typing import Any

from tests.standins.server import Asked
from tests.standins.sms_gateway import SmsGateway


@dataclass
class Carrier(SmsGateway):
    """*arrived*: by the monotonic clock, for each mark."""

    arrived: dict[str, float] = field(default_factory=dict)

    def answer(self, asked: Asked) -> tuple[int, Any]:
        status, said = super().answer(asked)
        if status == 200:
            self.arrived.setdefault(asked.json["mark"], time.monotonic())
        return status, said
