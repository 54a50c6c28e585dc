"""The product as `make run` starts it, with the demo estate, in a folder that is thrown away."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.machine import PATIENCE, ROOT, Visitor, until

POSTER = "jx-3-2-lift"
LOADING = 300.0  # seconds that migrations and eight weeks of cases may take on a busy machine
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")  # settings of the operator's shell must not steer the audit


@contextmanager
def open_desk() -> Iterator[str]:
    """Give the address of a desk that answers; nothing of it stays."""
    with tempfile.TemporaryDirectory(prefix="shouwen-audit-") as folder:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        env = {name: os.environ[name] for name in KEPT if name in os.environ}
        env |= {"DATA_DIR": folder, "PORT": str(port), "LOG_LEVEL": "WARNING"}
        with Path(folder, "said").open("w") as said:
            served = subprocess.Popen(
                [sys.executable, "-m", "shared.operations.serve"],
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
            try:
                until(Visitor(port).is_answered, LOADING)
                yield f"http://127.0.0.1:{port}"
            finally:
                served.send_signal(signal.SIGTERM)
                served.wait(PATIENCE)
