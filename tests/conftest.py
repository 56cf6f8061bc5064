"""What several test files stand on."""

import gc
import signal
import sys
from collections.abc import Generator, Iterator

import pytest
from hypothesis import HealthCheck, settings

from bench.origin import Origin

pytest_plugins = [
    "pytester",  # for the test of our own plugin
    "tests.sampling",
]

# A busy machine is no failure.
settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")

# A shell starts what it runs in the background with Ctrl-C ignored, and `nohup` with
# SIGHUP.  Every process that a test starts would inherit that.
for name, usual in (
    ("SIGINT", signal.default_int_handler),
    ("SIGHUP", signal.SIG_DFL),  # Windows has none
):
    number = getattr(signal, name, None)
    if number is not None and signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)

# After so many files the explorer has all garbage collected.  That passes over what
# pytest holds, too, hundreds of thousands of objects, so that here it comes seldom.
FILES_EXPLORED = 200
LOADER = "bench.correctness.programs.loader"


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect the tests without the garbage collector, which finds none in them."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """Change what has been imported by now; a process may explore nothing."""
    if LOADER in sys.modules:
        sys.modules[LOADER].FILES_KEPT = FILES_EXPLORED


@pytest.fixture(scope="session")
def origin() -> Iterator[Origin]:
    """One origin for all tests of a process: to start one takes a quarter second."""
    with Origin() as running:
        yield running
