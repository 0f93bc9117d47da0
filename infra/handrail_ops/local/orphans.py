"""No process of the stack may outlive it, however it ends.

Ctrl-C and SIGTERM are handled by the stack; a parent killed with SIGKILL cannot say goodbye. So
each child holds the reading end of a pipe whose writing end only the parent has: when the parent
dies, the kernel closes it and the child leaves at once. That works on Linux and macOS alike, and
unlike PR_SET_PDEATHSIG it does not depend on the *thread* that started the child staying alive.
"""

from __future__ import annotations

import os
import threading


def leave_with_parent(descriptor: int) -> None:
    """End this process as soon as the other end of the pipe is closed."""

    def wait() -> None:
        try:
            while os.read(descriptor, 1):
                pass
        finally:
            os._exit(0)

    threading.Thread(target=wait, name="leave-with-parent", daemon=True).start()
