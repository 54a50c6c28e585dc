"""The smallest policy there is, for tests to spoil: its head, and one clock from line 10 to 17."""

from shared.policies.schema import Policy, parse

HEAD = """
title = "规则"
number = "X-1"
interpreter = "客服中心"
[revisit]
attempts = 3
[reopen]
days = 30
"""
CLOCK = """
[[clock]]
rule = "relay"
clause = "GZ-8"
name = "转达"
start = "received"
stop = ["dispatch", { act = "contact", reached = true }]
working_minutes = 5
owner_sees = false
"""


def understood(text: str) -> Policy:
    """The policy of that head and *text*."""
    return parse(HEAD + text, "sample")
