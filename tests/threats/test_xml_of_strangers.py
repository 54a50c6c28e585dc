"""What comes as XML may define nothing: neither names that unfold without end, nor files that are read (T17, T32)."""

import pytest

from shared.notifications.channels import wechat_callback

LAUGHS = """<?xml version="1.0"{encoding}?>
<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><xml><Event>&b;</Event></xml>"""
READS = (
    '<?xml version="1.0"?><!doctype x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Event>&a;</Event></xml>'
)
PLAIN = "<xml><Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event></xml>"


@pytest.mark.parametrize(
    "body",
    [
        LAUGHS.format(encoding="").encode(),
        LAUGHS.format(encoding=' encoding="utf-16"').encode("utf-16"),
        LAUGHS.format(encoding="").encode("utf-16-be"),
        LAUGHS.format(encoding="").encode("utf-16-le"),
        READS.encode(),
    ],
)
def test_a_message_that_defines_something_is_none(body: bytes) -> None:
    assert wechat_callback.read(body) == {}


def test_a_message_that_defines_nothing_is_read() -> None:
    assert wechat_callback.read(PLAIN.encode()) == {"Event": "TEMPLATESENDJOBFINISH"}
