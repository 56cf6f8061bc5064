"""A coroutine that is awaited is no shared place, unless its state is asked for."""

import pytest

from bench.correctness.api import explore
from bench.correctness.engine.kernel import Kernel
from bench.correctness.tracking.special_objects import COROUTINES

SOURCE = """
import asyncio, inspect

class Gathers:
    def __init__(self):
        self.ended = 0
        self.seen = None

    async def step(self):
        await asyncio.sleep(0)
        self.ended += 1

    async def main(self):
        steps = [self.step(), self.step()]
        for one in steps:
            LOOK
        await asyncio.gather(*steps)

    workers = (main,)

    def check(self):
        assert self.ended == 2
"""
LOOKS = {
    "gather": ("pass", False),
    "inspect": ("self.seen = inspect.getcoroutinestate(one)", True),
    "an attribute": ("self.seen = one.cr_running", True),
}


@pytest.mark.parametrize(("look", "is_noted"), LOOKS.values(), ids=LOOKS)
def test_how_far_a_coroutine_has_come_is_noted_where_it_is_asked_for(
    look, is_noted, tmp_path, monkeypatch
):
    """Else the steps of tasks that await one race: 429 schedules became 10,939."""
    noted, discover = set(), Kernel.discover
    monkeypatch.setattr(
        Kernel, "discover", lambda self, key: noted.add(key) or discover(self, key)
    )
    path = tmp_path / "program.py"
    path.write_text(SOURCE.replace("LOOK", look), encoding="utf-8")

    verdict = explore(path, jobs=1, limit_seconds=60)

    assert verdict.outcome == "holds"
    assert (COROUTINES in noted) is is_noted
