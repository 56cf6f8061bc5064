"""The public functions: their options are checked, and they change nothing for good."""

import gc
import inspect
import logging
import random
import signal
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import pytest

from bench.correctness import Options, explore, explore_all, replay
from bench.correctness.instrument.sites import SITES
from bench.correctness.programs import loader
from bench.correctness.programs.code_files import FILES_KEPT, compiled
from bench.correctness.programs.loader import FILES_FREED
from bench.correctness.tracking.type_traits import PROGRAM
from bench.errors import CannotRunError


class Locked:
    def __init__(self):
        self.lock = threading.Lock()
        self.value = random.randrange(1, 2)

    def increment(self):
        with self.lock:
            self.value += 1

    workers = (increment, increment)

    def check(self):
        assert self.value == 3


class Bare:
    def __init__(self):
        self.value = 0

    def increment(self):
        self.value += 1

    workers = (increment, increment)

    def check(self):
        assert self.value == 2


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("search", "burte", "'dpor', 'brute', 'random' or 'pct', got 'burte'"),
        ("order", "lifo", "'any' or 'fifo', got 'lifo'"),
        ("carrier", "fibre", "'greenlet' or 'threads', got 'fibre'"),
        ("preemptions", -1, "at least 0, got -1"),
        ("limit_schedules", 0, "at least 1, got 0"),
        ("limit_seconds", 0, "more than 0, got 0"),
        ("limit_seconds", float("nan"), "more than 0, got nan"),
        ("jobs", 0, "at least 1, got 0"),
    ],
)
def test_a_value_with_no_meaning_is_refused_with_the_choices(option, value, words):
    """A misspelt search that runs another one would report what was never asked."""
    with pytest.raises(ValueError, match=f"{option} must be .*{words}"):
        explore(Locked, **{option: value})


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("preemptions", 1.5),
        ("preemptions", True),
        ("limit_schedules", "10"),
        ("limit_seconds", "10"),
        ("seed", None),
        ("seed", 1.0),
        ("keep_going", 1),
        ("tick", "yes"),
    ],
)
def test_a_value_of_another_type_is_refused(option, value):
    """Its comparison with a number would fail much later, or never."""
    with pytest.raises(TypeError, match=f"{option} must be .*got {value!r}"):
        explore(Locked, **{option: value})


def test_an_unknown_option_is_refused():
    """A misspelt limit would be none."""
    with pytest.raises(TypeError, match="limit_second"):
        explore(Locked, limit_second=1)


@pytest.mark.parametrize("function", [explore, explore_all])
def test_the_functions_take_the_options_that_the_record_has(function):
    """A new option must not be forgotten in one of the two, nor its default."""
    taken = {
        name: parameter.default
        for name, parameter in inspect.signature(function).parameters.items()
        if name != "target"
    }

    assert taken == vars(Options())


def test_a_saved_schedule_is_replayed_from_its_path(tmp_path):
    """The verdict that it came from may be gone."""
    verdict = explore(Bare)
    path = tmp_path / "schedule.json"
    verdict.schedule.save(path)

    assert replay(Bare, verdict.schedule) == verdict.replay()
    assert replay(Bare, path) == verdict.failure.symptom
    with pytest.raises(CannotRunError, match="no schedule failed"):
        explore(Locked).replay()


def process_state():
    return {
        "gc": (gc.get_threshold(), gc.get_freeze_count() if gc.isenabled() else 0),
        "warnings": list(warnings.filters),
        "SIGINT": signal.getsignal(signal.SIGINT),
        "streams": (sys.stdout, sys.stderr),
        "modules": dict(sys.modules),
        "random": random.getstate(),
        "loggers": {
            name: (logger.level, list(logger.handlers))
            for name, logger in logging.root.manager.loggerDict.items()
            if isinstance(logger, logging.Logger)
        },
        "threads": threading.enumerate(),
    }


@pytest.mark.parametrize("scenario", [Locked, Bare])
def test_exploring_leaves_the_process_as_it_was(scenario):
    """A test after it must not draw other numbers, or be deaf to Ctrl-C."""
    explore(scenario)  # what is imported on the way stays imported
    random.seed(5)
    before = process_state()
    explore(scenario)
    after = process_state()

    for name, value in before.items():
        assert after[name] == value, name


def test_an_exploration_that_is_refused_leaves_the_process_as_it_was():
    """An error must not leave half of it behind."""

    class Refused(Bare):
        def increment(self):
            import socket

            socket.socket()

        workers = (increment, increment)

    before = process_state()
    with pytest.raises(CannotRunError):
        explore(Refused)
    after = process_state()

    assert {k: v for k, v in before.items() if k != "modules"} == {
        k: v for k, v in after.items() if k != "modules"
    }


def test_the_package_needs_only_msgspec_and_greenlet():
    """A project that tests its classes should not install a web client for it."""
    blocked = (
        "aiohttp",
        "anyio",
        "click",
        "httptools",
        "jinja2",
        "psutil",
        "pygments",
        "rich",
        "rich_click",
        "urllib3",
        "vl_convert",
        "pytest",
    )
    code = f"""
import sys
for name in {blocked!r}:
    sys.modules[name] = None
from bench.correctness import explore
class Counter:
    def __init__(self): self.value = 0
    def increment(self): self.value += 1
    workers = (increment, increment)
    def check(self): assert self.value == 2
print("imported")
"""
    ended = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parents[2],
    )

    assert ended.stdout == "imported\n", ended.stderr


@pytest.mark.long
def test_exploring_many_files_keeps_the_sites_of_a_few(tmp_path, monkeypatch):
    """The tables of sites and modules once grew with every file of a test process."""
    monkeypatch.setattr(loader, "FILES_KEPT", FILES_KEPT)  # the tests' own is larger
    sizes = []
    FILES_FREED[:] = [
        1_000
    ]  # as in a process with many: the clearing begins at 0 again
    compiled.cache_clear()  # or what other tests leave would be freed while it counts
    gc.collect()
    for number in range(3 * FILES_KEPT):
        path = tmp_path / f"file_{number}.py"
        path.write_text(
            f"class Counter{number}:\n"
            "    def __init__(self): self.value = 0\n"
            "    def increment(self): self.value += 1\n"
            "    workers = (increment,)\n"
        )
        explore(path, jobs=1)
        sizes.append(len(SITES))

    own = sizes[1] - sizes[0]
    assert own > 0
    assert sizes[-1] - sizes[0] <= 2 * FILES_KEPT * own
    assert not [name for name in PROGRAM if name.startswith("file_")]
