"""An installed package and a program that both import asyncio get the same model."""

import pytest

from bench.correctness import explore
from bench.correctness.programs import package_store

PACKAGE = """
import asyncio


def queue(size=0):
    return asyncio.Queue(size)


def semaphore():
    return asyncio.Semaphore(0)


def is_full(queue):
    try:
        queue.put_nowait(1)
    except asyncio.QueueFull:
        return True
    return False
"""
IN_FUNCTIONS = PACKAGE.replace("import asyncio\n", "").replace(
    "):\n", "):\n    import asyncio\n\n"
)
BY_NAME = PACKAGE.replace(
    "import asyncio", "import importlib\nasyncio = importlib.import_module('asyncio')"
)
IMPORTS = {"at_its_import": PACKAGE, "in_functions": IN_FUNCTIONS, "by_name": BY_NAME}
TWO = """
import asyncio
import threading

import pkg


def in_two_threads(work):
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def scenario():
"""
LOCKED = """
    def release():
        with guard:
            permits.release()

    permits, guard = pkg.semaphore(), threading.Lock()
    in_two_threads(release)
    assert permits._value == 2
"""
QUEUED = """
    async def main():
        queue, loop = pkg.queue(), asyncio.get_running_loop()
        thread = threading.Thread(target=loop.call_soon_threadsafe,
                                  args=(queue.put_nowait, 1))
        thread.start()
        await queue.get()
        thread.join()

    asyncio.run(main())
"""
KINDS = """
    async def main():
        assert isinstance(pkg.queue(), asyncio.Queue)
        queue = asyncio.Queue(1)
        assert not pkg.is_full(queue) and pkg.is_full(queue)
        try:
            pkg.queue().get_nowait()
        except asyncio.QueueEmpty:
            pass

    in_two_threads(lambda: None)
    asyncio.run(main())
"""
PROGRAMS = {
    "guarded_release": (LOCKED, "holds"),
    "release": (LOCKED.replace("with guard", "if guard"), "broken"),
    "handed_to_the_loop": (QUEUED, "holds"),
    "put_by_a_thread": (
        QUEUED.replace("loop.call_soon_threadsafe", "queue.put_nowait").replace(
            "(queue.put_nowait, 1)", "(1,)"
        ),
        "broken",
    ),
    "same_kinds": (KINDS, "holds"),
    "other_kinds": (KINDS.replace("Queue(1)", "Queue()"), "broken"),
}


@pytest.fixture
def explored(tmp_path, monkeypatch):
    """A function that explores a scenario beside a package with this source."""
    place = tmp_path / "site-packages"
    place.mkdir()
    monkeypatch.syspath_prepend(place)
    monkeypatch.setattr(package_store, "STORES", {})  # no package is loaded yet

    def run(package, program):
        (place / "pkg.py").write_text(package, encoding="utf-8")
        path = tmp_path / "program.py"
        path.write_text(program, encoding="utf-8")
        return explore(f"{path}:scenario", jobs=1, limit_seconds=30)

    return run


@pytest.mark.sampled(3)
@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("imported", IMPORTS)
def test_both_have_the_model_for_loops_beside_threads(imported, program, explored):
    """The package had the other model: two threads could not race in a semaphore."""
    work, outcome = PROGRAMS[program]

    verdict = explored(IMPORTS[imported], TWO + work)

    assert verdict.outcome == outcome, verdict.failure


@pytest.mark.parametrize("imported", IMPORTS)
def test_an_earlier_program_changes_nothing(imported, explored):
    """After a program without a package, and one with it, the third had both models."""
    alone = "import asyncio\n\n\ndef scenario():\n    asyncio.run(asyncio.sleep(0))\n"
    assert explored(PACKAGE, alone).outcome == "holds"
    for program in ("same_kinds", "release", "same_kinds"):
        test_both_have_the_model_for_loops_beside_threads(imported, program, explored)
