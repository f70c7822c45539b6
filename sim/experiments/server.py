"""The server from which worker processes are forked, and its end."""

from __future__ import annotations

import contextlib
import os
import signal


def end_server() -> None:
    """End the server that forks workers while it still loads what they need.

    Left alone it would go on for seconds after everybody else, and complain.
    """
    from multiprocessing import forkserver

    # the module has no public way to do so; the next sweep starts another
    server = getattr(forkserver, "_forkserver", None)
    if pid := getattr(server, "_forkserver_pid", None):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
