"""An SMS gateway that takes JSON with a key of its own and sends what carries the same mark once."""

from dataclasses import dataclass, field
from typing import Any

from tests.standins.server import Asked, StandIn

KEY = "gateway-key"


@dataclass
class SmsGateway(StandIn):
    """*delivered*: the texts that telephones have received, by number."""

    delivered: list[tuple[str, str]] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        """For CHANNEL_URLS."""
        return (
            f"json://{self.address}/sms?+Authorization={KEY}"
            "&:mobile={to}&:mark={mark}&:message=content&:title=&:version=&:attachments=&:type="
        )

    def answer(self, asked: Asked) -> tuple[int, Any]:
        if asked.headers.get("authorization") != KEY:
            return 401, {"code": "no key"}
        said = asked.json
        if set(said) != {"mobile", "mark", "content"} or not said["mobile"].isdecimal():
            return 400, {"code": "fields"}
        if said["mark"] not in self.marks:
            self.marks.add(said["mark"])
            self.delivered.append((said["mobile"], said["content"]))
        return 200, {"code": "OK"}
