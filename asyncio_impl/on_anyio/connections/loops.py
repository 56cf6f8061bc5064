"""The event loops to run on: asyncio's loop, or another one that is installed."""

from collections.abc import Callable
from typing import Any

import anyio

LOOPS = ("asyncio", "uvloop", "trio")


def run_on(loop: str | None, main: Callable[[], Any]) -> Any:
    """Call a coroutine function and run it to its end, as anyio.run does."""
    if loop == "trio":
        return anyio.run(main, backend="trio")
    return anyio.run(main, backend_options={"use_uvloop": loop == "uvloop"})
