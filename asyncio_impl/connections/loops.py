"""The event loops to run on: asyncio's loop, or uvloop where it is installed."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

LOOPS = ("asyncio", "uvloop")


def run_on(loop: str | None, main: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine to its end, as asyncio.run does."""
    factory: Callable[[], asyncio.AbstractEventLoop] | None = None
    if loop == "uvloop":
        from uvloop import new_event_loop as factory
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(main)
