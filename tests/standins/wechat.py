"""WeChat's own server, as far as an official account talks to it: tokens, template messages, who a code is for."""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

from tests.standins.server import Asked, StandIn

APPID, SECRET, TEMPLATE, TOKEN = "wx0123456789abcdef", "app-secret", "tpl-progress", "callback-token"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
FIELDS = {"thing1": 20, "character_string2": 32, "thing3": 20, "time4": 20}


@dataclass
class WeChat(StandIn):
    """*followers* have the account; *messages* have reached them; *codes* say whom a browser belongs to."""

    followers: set[str] = field(default_factory=lambda: {"oXiulan_0123456789"})
    codes: dict[str, str] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    marks: set[tuple[str, str]] = field(default_factory=set)
    token: str = "token-1"
    tokens_given: int = 0
    forced: int = 0
    refusing: int = 0  # the errcode of every message

    def url(self, **more: str) -> str:
        """For CHANNEL_URLS."""
        asked = {
            "template": TEMPLATE,
            "token": TOKEN,
            "plain": "1",
            "authorize": f"http://{self.address}",
            "news": "thing1",
            "reference": "character_string2",
            "estate": "thing3",
            "time": "time4",
            **more,
        }
        return f"wechat://{APPID}:{SECRET}@{self.address}?" + "&".join(f"{k}={v}" for k, v in asked.items())

    def expire(self) -> None:
        """The token that we hold is none any more."""
        self.token = f"token-{int(self.token.rpartition('-')[2]) + 1}"

    def answer(self, asked: Asked) -> tuple[int, Any]:
        match asked.method, asked.path:
            case "POST", "/cgi-bin/stable_token":
                return 200, self._token(asked.json)
            case "POST", "/cgi-bin/message/template/send":
                return 200, self._send(asked)
            case "GET", "/sns/oauth2/access_token":
                return 200, self._who(asked.query)
        return 404, {}

    def _token(self, said: dict[str, Any]) -> dict[str, Any]:
        if (said["grant_type"], said["appid"], said["secret"]) != ("client_credential", APPID, SECRET):
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        self.tokens_given += 1
        if said["force_refresh"]:
            self.forced += 1
            self.expire()
        return {"access_token": self.token, "expires_in": 7200}

    def _send(self, asked: Asked) -> dict[str, Any]:
        said = asked.json
        if asked.query.get("access_token") != self.token:
            return {"errcode": 42001, "errmsg": "access_token expired"}
        if self.refusing:
            return {"errcode": self.refusing, "errmsg": "refused"}
        if said["touser"] not in self.followers:
            return {"errcode": 43004, "errmsg": "require subscribe"}
        if said["template_id"] != TEMPLATE or not re.match(r"https?://", said["url"]):
            return {"errcode": 40037, "errmsg": "invalid template_id"}
        for name, longest in FIELDS.items():
            if not 0 < len(said["data"][name]["value"]) <= longest:
                return {"errcode": 47003, "errmsg": f"argument invalid {name}"}
        if (said["touser"], said["client_msg_id"]) not in self.marks:
            self.marks.add((said["touser"], said["client_msg_id"]))
            self.messages.append(said)
        return {"errcode": 0, "errmsg": "ok", "msgid": 3_000_000_000 + len(self.marks)}

    def _who(self, query: dict[str, str]) -> dict[str, Any]:
        if (query["appid"], query["secret"], query["grant_type"]) != (APPID, SECRET, "authorization_code"):
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        openid = self.codes.pop(query["code"], None)  # a code is good once
        return {"openid": openid, "scope": "snsapi_base"} if openid else {"errcode": 40029}


def signature(*parts: str) -> str:
    """As WeChat signs what it sends to us."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()
