"""The robots of WeCom, DingTalk and Feishu groups, which answer 200 to what they refuse: the code in it counts."""

import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import urlencode

from shared.clock import now
from shared.notifications.channels.asking import ask_json
from shared.notifications.channels.settings import Robot
from shared.outbox.tasks import Undone

_CODES = ("errcode", "code", "StatusCode")


def say(robot: Robot, text: str) -> None:
    """Have *text* appear in the group. Raises Undone with the robot's code."""
    url, question = {"wecombot": _wecom, "dingtalk": _dingtalk, "feishu": _feishu, "lark": _feishu}[
        robot.kind
    ](robot, text)
    answer = ask_json(url, question, whom=f"the robot of {robot.kind}")
    said = answer.json()
    code = next((said[name] for name in _CODES if name in said), None)
    if answer.status != 200 or code != 0:
        raise Undone(f"the robot of {robot.kind} answered {answer.status}, code {_number(code)}")


def _wecom(robot: Robot, text: str) -> tuple[str, dict[str, Any]]:
    url = f"{robot.base}/cgi-bin/webhook/send?{urlencode({'key': robot.token})}"
    return url, {"msgtype": "text", "text": {"content": text}}


def _dingtalk(robot: Robot, text: str) -> tuple[str, dict[str, Any]]:
    asked = {"access_token": robot.token}
    if robot.secret:
        stamp = str(int(now().timestamp() * 1000))
        signed = _signed(robot.secret.encode(), f"{stamp}\n{robot.secret}".encode())
        asked |= {"timestamp": stamp, "sign": signed}
    return f"{robot.base}/robot/send?{urlencode(asked)}", {"msgtype": "text", "text": {"content": text}}


def _feishu(robot: Robot, text: str) -> tuple[str, dict[str, Any]]:
    """Here the text to be signed is the key, and nothing is the text."""
    question: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    if robot.secret:
        stamp = str(int(now().timestamp()))
        question |= {"timestamp": stamp, "sign": _signed(f"{stamp}\n{robot.secret}".encode(), b"")}
    return f"{robot.base}/open-apis/bot/v2/hook/{robot.token}", question


def _signed(key: bytes, text: bytes) -> str:
    return base64.b64encode(hmac.digest(key, text, hashlib.sha256)).decode()


def _number(code: Any) -> str:
    """A code and nothing else of a foreign answer."""
    return str(code) if isinstance(code, int) else "unknown"
