"""Becomes the process of an ingestion. Not for starting by hand: ``supervisor`` starts it.

``python -m app.ingest._child PARENT ARGUMENT...``: asks the kernel to end this process when PARENT does (Linux), then
runs ``python ARGUMENT...`` in its place, which keeps that.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main(arguments: list[str]) -> None:
    parent, *rest = arguments
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(
            _PR_SET_PDEATHSIG, signal.SIGKILL
        )  # without a last word: the run goes on
        if os.getppid() != int(parent):  # it ended before it could be watched
            sys.exit(1)
    os.execv(sys.executable, [sys.executable, *rest])  # noqa: S606 -- our own interpreter and arguments


if __name__ == "__main__":
    main(sys.argv[1:])
