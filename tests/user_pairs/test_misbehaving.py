"""Pairs of the user's that go wrong: a row with the reason, nothing left running."""

import os
import uuid
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from bench.commands import user_pairs
from bench.decide import paired
from bench.pairs import function_pairs
from bench.pairs.catalogue import PAIRS
from bench.records.subjects import Runtime
from bench.records.user_pairs import UserPair
from tests.user_pairs import misbehaving

MARK = "STARTED_BY_THIS_TEST"
FOLDER = str(Path(misbehaving.__file__).parent)
RUNTIMES = (Runtime(python="this"), Runtime(python="this", loop="asyncio"))
FILES = {
    "broken_import": "import nothing_like_it\n",
    "broken_syntax": "def f(:\n",
    "slow_import": "import threading\nthreading.Event().wait()\n",
}


@pytest.fixture(autouse=True)
def _a_catalogue_of_its_own():
    """What a test registers is forgotten after it."""
    before = dict(PAIRS)
    yield
    PAIRS.clear()
    PAIRS.update(before)


def rows(mine, budget=6.0):
    """What measuring a pair gives: a line if it failed."""
    function_pairs.register((mine,))
    samples = paired.Samples()
    with closing(paired.measure([mine.name], RUNTIMES, budget, samples)) as events:
        for _ in events:
            pass
    return user_pairs.failures((mine.name,), samples.kept)


@pytest.fixture
def left(monkeypatch):
    """Returns the processes that workers of this test have started and left."""
    mark = uuid.uuid4().hex
    monkeypatch.setenv(MARK, mark)
    return lambda: marked_with(mark)


def marked_with(mark):
    found = []
    for process in psutil.process_iter():
        try:
            marked = process.environ().get(MARK) == mark
        except (psutil.Error, OSError):
            continue
        if marked and process.pid != os.getpid():
            found.append(process)
    return found


def of(name, threads, asyncio, limit=60.0):
    return UserPair(
        name=name, threads=threads, asyncio=asyncio, args='{"count": 3}',
        folders=(FOLDER,), limit_seconds=limit, memory_bytes=700_000_000,
    )  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("kind", misbehaving.KINDS)
def test_each_kind_of_failure_is_one_row_with_its_reason(kind, left):
    """Whatever the user's code does to its process, the run goes on and says it."""
    threads, asyncio, told = misbehaving.KINDS[kind]
    module = misbehaving.HERE
    # Only what never ends is to reach its limit: the others are slow on a busy machine.
    limit = 2.0 if "hung" in told else 60.0
    mine = of(kind, f"{module}:{threads}", f"{module}:{asyncio}", limit)
    found = rows(mine, budget=60.0)

    assert len(found) == 1
    assert told in found[0]
    assert found[0].startswith(f"{kind}: ")
    assert not any(ord(letter) < 32 for letter in found[0])
    assert left() == []


def test_a_call_that_hangs_takes_no_more_than_the_rest_of_the_budget(tmp_path, left):
    """A run of 8 s took 21 s, because a call may take 20 s."""
    (tmp_path / "hanging.py").write_text(
        "import threading\n"
        "def hangs():\n"
        "    threading.Event().wait()\n"
        "async def tasks():\n"
        "    pass\n"
    )
    mine = UserPair(
        name="hanging", threads="hanging:hangs", asyncio="hanging:tasks",
        folders=(str(tmp_path),), limit_seconds=60.0,
    )  # fmt: skip
    [found] = rows(mine, budget=2.0)

    assert found.startswith("hanging: threads hung: no result after ")
    assert found.endswith(
        "all that was left of the budget; a larger --budget allows 60 s"
    )
    assert left() == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("broken_import", "No module named 'nothing_like_it'"),
        ("broken_syntax", "SyntaxError"),
        ("slow_import", "threads hung: no result after 2 s"),
        ("absent", "No module named 'absent'"),
    ],
)
def test_a_module_that_cannot_be_imported_is_a_row_too(name, told, tmp_path):
    """Its import runs in the worker, never in the controller."""
    for module, text in FILES.items():
        (tmp_path / f"{module}.py").write_text(text, encoding="utf-8")
    mine = UserPair(
        name=name, threads=f"{name}:f", asyncio=f"{name}:g",
        folders=(str(tmp_path),), limit_seconds=2.0,
    )  # fmt: skip
    [found] = rows(mine)

    assert told in found


@pytest.mark.long
@pytest.mark.parametrize("function", misbehaving.HARMLESS)
def test_what_a_pair_does_to_its_streams_is_no_failure(function, left):
    """Its worker has a channel of its own, and its messages are known as such."""
    assert rows(of("fine", f"misbehaving:{function}", "misbehaving:a_good")) == []
    assert left() == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("stays", "told"), [(False, "forked when it was imported"), (True, None)]
)
def test_a_module_may_fork_at_its_import_if_one_process_comes_back(
    stays, told, tmp_path, left
):
    """The answers of two processes were a traceback; one that sleeps is no second."""
    ends = "import os, time\nif os.fork() == 0:\n    time.sleep(600)\n"
    (tmp_path / "forking.py").write_text(
        (ends if stays else "import os\nos.fork()\n")
        + "def f(): return 1\nasync def g(): return 1\n"
    )
    found = rows(
        UserPair(name="forking", threads="forking:f", asyncio="forking:g",
                 folders=(str(tmp_path),), limit_seconds=20.0)
    )  # fmt: skip

    assert [told in line for line in found] == ([True] if told else [])
    assert left() == []


@pytest.mark.long
def test_a_pair_that_is_right_has_no_row():
    """Or the others would show nothing."""
    assert rows(of("fine", "misbehaving:good", "misbehaving:a_good")) == []
