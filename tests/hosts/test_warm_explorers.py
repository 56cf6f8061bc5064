"""Explorers that are started before there is a program for them."""

import pytest

from bench.hosts import searching


@pytest.fixture(autouse=True)
def ended():
    yield
    searching.cool()


@pytest.mark.long
def test_a_warm_explorer_ends_when_no_program_comes():
    """A worker may live for days after a search: nothing of it may stay there."""
    searching.warm(1)
    [explorer] = searching.WARM
    lives = explorer.process.poll() is None

    searching.cool()

    assert lives
    assert explorer.process.poll() is not None
    assert searching.WARM == []


@pytest.mark.long
def test_a_program_is_loaded_in_a_warm_explorer(tmp_path):
    """That is what it was started for: no other process starts."""
    searching.warm(1)
    [explorer] = searching.WARM
    nowhere = str(tmp_path / "missing")
    spec = searching.Packed("1", nowhere, (), b"", {}, searching.project_digest())

    refused = searching.prepare(spec)

    assert "missing cannot be entered there" in refused
    assert searching.WARM == []
    assert explorer.process.poll() is not None  # it cannot be used again


@pytest.mark.long
def test_a_warm_explorer_that_has_ended_is_replaced(tmp_path):
    """The system may end it; the program says the same as without one."""
    searching.warm(1)
    [explorer] = searching.WARM
    explorer.process.kill()
    explorer.process.wait()
    nowhere = str(tmp_path / "missing")
    spec = searching.Packed("1", nowhere, (), b"", {}, searching.project_digest())

    assert "missing cannot be entered there" in searching.prepare(spec)
