"""What several test files stand on."""

import signal
from collections.abc import Iterator

import pytest

from bench.origin import Origin

pytest_plugins = ["pytester"]  # for the test of our own plugin

# A shell starts what it runs in the background with Ctrl-C ignored, and every process
# that a test starts would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def origin() -> Iterator[Origin]:
    """One origin for all tests of a process: to start one takes a quarter second."""
    with Origin() as running:
        yield running
