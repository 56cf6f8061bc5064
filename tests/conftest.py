"""What several test files stand on."""

from collections.abc import Iterator

import pytest

from bench.origin import Origin

pytest_plugins = ["pytester"]  # for the test of our own plugin


@pytest.fixture(scope="session")
def origin() -> Iterator[Origin]:
    """One origin for all tests of a process: to start one takes a quarter second."""
    with Origin() as running:
        yield running
