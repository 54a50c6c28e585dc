"""Finds a font with Chinese letters, or gets one: in boxes for letters no story sees what people see.

Lines of another font are wider and higher, and whether a page fits its screen is then about nobody's screen.
"""

import shutil
import subprocess
import sys

from tools import debian

PACKAGE = "fonts-noto-cjk"


def has_chinese() -> bool:
    """Whether fontconfig knows one. Who has no fontconfig has no Linux, and draws with the fonts of its system."""
    asked = shutil.which("fc-list")
    if asked is None:
        return not sys.platform.startswith("linux")
    answer = subprocess.run([asked, ":lang=zh-cn"], capture_output=True, stdin=subprocess.DEVNULL)
    return bool(answer.stdout.strip())


def require() -> None:
    """Have one; otherwise end with the command that installs it."""
    if not has_chinese() and debian.may_install():
        debian.install("a Chinese font for the browser tests", "fontconfig", PACKAGE)
    if not has_chinese():
        raise SystemExit(
            f"The tests need a Chinese font: apt-get update && apt-get install -y fontconfig {PACKAGE}"
        )


if __name__ == "__main__":
    require()
