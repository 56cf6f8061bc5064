"""Errors that reach no caller: the pair goes on, and a note says so."""

import asyncio
import gc
import threading
import warnings

import pytest

from bench.pairs.swallowed import Swallowed
from bench.pairs.user_calls import Side
from bench.records.user_pairs import UserPair


@pytest.fixture(autouse=True)
def _hooks_as_before(monkeypatch):
    """What is noted is not printed here, and the hooks of pytest come back."""
    monkeypatch.setattr(threading, "excepthook", lambda args: None)
    monkeypatch.setattr(warnings, "showwarning", lambda *args, **named: None)


def fails():
    raise ValueError("no such page")


def in_a_thread():
    thread = threading.Thread(target=fails)
    thread.start()
    thread.join()
    return 1


async def in_a_task():
    async def job():
        fails()

    task = asyncio.ensure_future(job())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    gc.collect()
    return 1


async def quiet():
    return 1


def side(name, model):
    target = f"{__name__}:{name}"
    return Side(UserPair(name="mine", threads=target, asyncio=target), model)


def test_an_error_in_a_thread_is_noted():
    """`join` says nothing of it."""
    found = side("in_a_thread", "threads").run_plain(3, print)

    assert found.wrong is None
    assert found.noticed.endswith(
        "in_a_thread continues after an error in a thread (ValueError: no such page)"
    )


def test_an_error_in_a_task_is_noted():
    """It was never asked for its outcome."""
    found = asyncio.run(side("in_a_task", "asyncio").run_awaited(1, print))

    assert (
        "an error in a task that is not awaited (ValueError: no such" in found.noticed
    )


def test_a_coroutine_that_is_never_awaited_is_noted():
    """Nothing of it has run."""
    looked = Swallowed("a:f")
    warnings.showwarning("coroutine 'job' was never awaited", RuntimeWarning, "a.py", 3)
    warnings.showwarning("another", RuntimeWarning, "a.py", 3)

    assert looked.told() == "a:f continues after a coroutine 'job' was never awaited"


def test_what_goes_well_has_no_note():
    """Or every pair would have one."""
    found = asyncio.run(side("quiet", "asyncio").run_awaited(2, print))

    assert found.noticed is None


def test_an_error_without_a_text_is_named_by_its_kind():
    """Its text is made by the user's code, which may fail as well."""

    class EvilError(Exception):
        def __str__(self):
            raise RuntimeError

    looked = Swallowed("a:f")
    looked._note("an error in a thread", EvilError())

    assert looked.told() == "a:f continues after an error in a thread (EvilError)"
