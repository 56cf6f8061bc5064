"""Counters of threads and of tasks, to compare explorers of schedules."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

WORKERS = 3


class LostUpdate:
    """Three threads increment a counter without a lock."""

    def __init__(self) -> None:
        self.value = 0

    def work(self) -> None:
        self.value += 1

    workers: tuple[Callable[..., Any], ...] = (work,) * WORKERS

    def right(self) -> bool:
        return self.value == WORKERS

    def check(self) -> None:
        assert self.right()


class LockedCounter(LostUpdate):
    """Three threads increment a counter under a lock."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()

    def work(self) -> None:
        with self.lock:
            self.value += 1

    workers = (work,) * WORKERS


class TornTasks(LostUpdate):
    """Three tasks read a counter, yield, and write it."""

    async def work(self) -> None:  # type: ignore[override]
        seen = self.value
        await asyncio.sleep(0)
        self.value = seen + 1

    workers = (work,) * WORKERS
