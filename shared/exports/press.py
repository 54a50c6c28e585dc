"""The press: a process for one PDF, that knows no setting and no database, and gives its memory back when it ends.

Run as a script: the name of a template as its argument, the facts as JSON on its input, the PDF on its output.
"""

import json
import sys
from pathlib import Path

import typst
from pylopdf_fonts_zh_cn import sans_path

PAPER = Path(__file__).parent / "paper"


def press(template: str, facts: str, timestamp: int) -> bytes:
    """The PDF of that template. *facts* go in as data, so that no text of theirs is ever read as markup (T17).

    The templates name no address and no file of the machine, and fonts come from the package that brings them.
    """
    pdf: bytes = typst.compile(
        PAPER / f"{template}.typ",
        root=PAPER,
        font_paths=[sans_path().parent],
        ignore_system_fonts=True,
        sys_inputs={"facts": facts},
        timestamp=timestamp,
    )
    return pdf


if __name__ == "__main__":
    order = json.load(sys.stdin)
    sys.stdout.buffer.write(press(order["template"], json.dumps(order["facts"]), order["timestamp"]))
