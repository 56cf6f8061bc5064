"""A program rewritten for exploration means what it meant."""

import asyncio
import inspect
from pathlib import Path

import language
import language_of_bindings
import language_of_captures
import pytest

from bench.correctness import explore

FEATURES = {
    name: function
    for module in (language, language_of_bindings, language_of_captures)
    for name, function in vars(module).items()
    if inspect.isfunction(function) and function.__module__ == module.__name__
}
SCENARIO = """

class Same_{name}:
    {colour}def play(self):
        self.returned = repr({call})

    {colour}def be_there(self):
        self.is_there = True  # or the explorer might know that nothing is shared

    def check(self):
        assert self.returned == {expected!r}, self.returned

    workers = (play, be_there)
"""


def scenario_of(name):
    """A class in which a worker compares what a feature returns with what it should."""
    function = FEATURES[name]
    is_async = inspect.iscoroutinefunction(function)
    return SCENARIO.format(
        name=name,
        colour="async " if is_async else "",
        call=f"await {name}()" if is_async else f"{name}()",
        expected=repr(asyncio.run(function()) if is_async else function()),
    )


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    """By file, its features and a scenario of each: one file is rewritten once."""
    place, copies = tmp_path_factory.mktemp("features"), {}
    for module in (language, language_of_bindings, language_of_captures):
        source = Path(module.__file__)
        features = [
            name for name, one in FEATURES.items() if one.__module__ == module.__name__
        ]
        copies[module.__name__] = place / source.name
        copies[module.__name__].write_text(
            source.read_text(encoding="utf-8") + "".join(map(scenario_of, features)),
            encoding="utf-8",
        )
    return copies


@pytest.mark.parametrize("name", FEATURES)
def test_a_feature_of_the_language_means_the_same(name, copies):
    """Whoever explores a program must not find bugs that the rewriting put in."""
    verdict = explore(f"{copies[FEATURES[name].__module__]}:Same_{name}")

    assert (verdict.outcome, verdict.failure) == ("holds", None)


def test_there_are_features_to_compare():
    """An empty table would pass."""
    assert len(FEATURES) >= 40
