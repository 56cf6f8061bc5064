"""Each counter-example of the fetch fails by its own defect; the right one holds."""

import asyncio
from importlib import import_module

import pytest

from bench.pairs.catalogue import PAIRS
from bench.pairs.counter_examples import declared_symptom

MODELS = ["threaded", "asyncio_impl"]


@pytest.mark.parametrize("package", MODELS)
@pytest.mark.parametrize("name", PAIRS["url_fetch"].counter_examples)
def test_a_defect_shows_its_symptom_and_the_right_class_does_not(package, name):
    """The very same order of events, every time: three times here."""
    broken = import_module(f"{package}.broken.{name}")
    right = import_module(f"{package}.url_fetch")

    def provoke(fetch):
        running = broken.provoke(fetch)
        try:
            if asyncio.iscoroutine(running):
                asyncio.run(running)
        finally:
            fetch.close()

    for _ in range(3):
        with pytest.raises(Exception, match=r".") as caught:
            provoke(broken.Fetch())
        seen = f"{caught.type.__name__}: {caught.value}"
        assert seen == declared_symptom(broken.__name__)
        provoke(right.Fetch())
