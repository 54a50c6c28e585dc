"""Sheets of paper as PDF, and the QR codes on them."""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

import segno
from flask_babel import get_locale

PRESS = Path(__file__).with_name("press.py")
# Within the 30 seconds of a request; sixty posters take about one.
LONGEST = 20.0
# In the process of the web, what typst remembers of sixty posters grew to 420 MB and stayed. A process of its own
# takes 100 MB while it lasts, and there is one at a time.
_one_at_a_time = Lock()


def typeset(template: str, facts: Mapping[str, Any], at: datetime) -> bytes:
    """The PDF of a template of ours, filled with *facts*. The press is given neither our settings nor our keys."""
    order = {
        "template": template,
        "facts": {"lang": _language(), **facts},
        "timestamp": int(at.timestamp()),
    }
    with _one_at_a_time:
        done = subprocess.run(
            [sys.executable, "-I", str(PRESS)],
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=LONGEST,
            env={},
            check=False,
        )
    if done.returncode:
        raise RuntimeError(f"the press failed on {template}: {done.stderr.decode(errors='replace')[-500:]}")
    return done.stdout


def code_of(address: str, *, error: str) -> str:
    """A QR code of that address as SVG, with the quiet zone that scanners need: four modules on each side.

    *error* is how much may be torn or dirty: `m` an eighth, `q` a quarter.
    """
    held = BytesIO()
    segno.make(address, error=error, micro=False, boost_error=False).save(
        held, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, svgclass=None, lineclass=None
    )
    return held.getvalue().decode()


def _language() -> str:
    locale = get_locale()
    return locale.language if locale else "zh"
