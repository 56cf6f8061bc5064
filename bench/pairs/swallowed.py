"""Errors of the user's code that reach no caller: in threads, tasks, coroutines.

Python prints these errors and continues.  So a pair that has lost work because of an
error would look correct.  Standard library only.
"""

import threading
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

LONGEST = 120  # the most characters of an error
NEVER = "was never awaited"


class Swallowed:
    """Records the first error of each kind; passes all errors to earlier hooks."""

    def __init__(self, target: str) -> None:
        self.target = target
        self._found: dict[str, str] = {}
        self._of_thread = threading.excepthook
        self._of_warning = warnings.showwarning
        threading.excepthook = self._thread
        warnings.showwarning = self._warning

    def watch(self, loop: "asyncio.AbstractEventLoop") -> None:
        """Record the exceptions of this loop's tasks that no code reads."""
        loop.set_exception_handler(self._task)

    def told(self) -> str | None:
        """Name the recorded errors in one line; None: there are none."""
        if not self._found:
            return None
        return f"{self.target} continues after {'; '.join(self._found.values())}"

    def _thread(self, args: Any) -> None:
        if args.exc_type is not SystemExit:
            self._note("an error in a thread", args.exc_value)
        self._of_thread(args)

    def _task(self, loop: "asyncio.AbstractEventLoop", context: dict[str, Any]) -> None:
        if (error := context.get("exception")) is not None:
            self._note("an error in a task that is not awaited", error)
        loop.default_exception_handler(context)

    def _warning(self, message: Any, *args: Any, **named: Any) -> None:
        if NEVER in str(message):
            self._found.setdefault(NEVER, f"a {str(message)[:LONGEST]}")
        self._of_warning(message, *args, **named)

    def _note(self, what: str, error: BaseException | None) -> None:
        try:
            text = " ".join(f"{type(error).__name__}: {error}".split())[:LONGEST]
        except Exception:  # `str(error)` runs the user's code, which may raise
            text = type(error).__name__
        self._found.setdefault(what, f"{what} ({text})")
