"""The robots of three messengers, which refuse with 200 and a code, as the real ones do."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Any

from shared.clock import now
from tests.standins.server import Asked, StandIn

KEY = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
SECRET = "SEC0a1b2c3d"


@dataclass
class Robots(StandIn):
    """*said*: what has appeared in which group. *code*: what every robot answers instead of 0."""

    said: list[tuple[str, str]] = field(default_factory=list)
    code: int = 0

    def url(self, kind: str, **options: str) -> str:
        """For CHANNEL_URLS."""
        secret = "" if kind == "wecombot" else f"{SECRET}@"
        asked = "".join(f"&{name}={value}" for name, value in options.items())
        return f"{kind}://{secret}{KEY}?at=http://{self.address}{asked}"

    def answer(self, asked: Asked) -> tuple[int, Any]:
        said = asked.json
        if asked.path == "/cgi-bin/webhook/send":
            known = asked.query == {"key": KEY} and said["msgtype"] == "text"
            return self._appear("wecombot", known, said, "errcode")
        if asked.path == "/robot/send":
            text = f"{asked.query['timestamp']}\n{SECRET}"
            fresh = abs(int(asked.query["timestamp"]) / 1000 - now().timestamp()) < 3600
            signed = fresh and _signed(SECRET, text) == asked.query["sign"]
            known = asked.query["access_token"] == KEY and signed and said["msgtype"] == "text"
            return self._appear("dingtalk", known, said, "errcode")
        text = f"{said['timestamp']}\n{SECRET}"
        fresh = abs(int(said["timestamp"]) - now().timestamp()) < 3600
        known = asked.path == f"/open-apis/bot/v2/hook/{KEY}" and said["msg_type"] == "text"
        return self._appear("feishu", known and fresh and _signed(text, "") == said["sign"], said, "code")

    def _appear(self, kind: str, known: bool, said: dict[str, Any], name: str) -> tuple[int, Any]:
        code = self.code if known else 310000
        if code == 0:
            content = said["content"]["text"] if kind == "feishu" else said["text"]["content"]
            self.said.append((kind, content))
        return 200, {name: code, "msg": "whatever"}


def _signed(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()
