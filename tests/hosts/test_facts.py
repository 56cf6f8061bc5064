"""Whether a host has what is to be measured: asked before anything is written."""

import sys

import pytest

from bench.hosts.facts import Asked, why_not
from bench.records.models import MODELS
from bench.throughput import measurable

LIBRARY = "asyncio_impl.connections.library"


@pytest.fixture
def without_aiohttp(monkeypatch):
    """The package cannot be imported, as where it is not installed."""
    monkeypatch.delitem(sys.modules, LIBRARY, raising=False)
    monkeypatch.setitem(sys.modules, "aiohttp", None)


def asked(pair):
    return Asked(folder=".", pairs=(pair,), own=())


@pytest.mark.usefixtures("without_aiohttp")
def test_a_package_that_a_pair_imports_when_it_runs_is_asked_for():
    """The host would measure nothing, and its reader would see `undecided`."""
    said = why_not(asked("url_fetch"))

    assert said.startswith(f"{LIBRARY} of url_fetch cannot be imported (")
    assert "aiohttp" in said


@pytest.mark.usefixtures("without_aiohttp")
def test_a_pair_that_works_without_a_package_is_not_refused_for_it():
    """It shares modules with one that needs it."""
    assert why_not(asked("lean_fetch")) is None


@pytest.mark.parametrize("name", measurable.PAIRS)
def test_with_all_packages_each_pair_can_be_measured(name):
    """A module that is named wrongly would refuse every host."""
    for model in MODELS:
        assert measurable.find(name).modules(model)
    assert why_not(asked(name)) is None
