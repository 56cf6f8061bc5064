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

class Same:
    {colour}def play(self):
        self.returned = repr({call})

    {colour}def be_there(self):
        self.is_there = True  # or the explorer might know that nothing is shared

    def check(self):
        assert self.returned == EXPECTED, self.returned

    workers = (play, be_there)


EXPECTED = {expected!r}
"""


@pytest.mark.parametrize("name", FEATURES)
def test_a_feature_of_the_language_means_the_same(name, tmp_path):
    """Whoever explores a program must not find bugs that the rewriting put in."""
    function = FEATURES[name]
    is_async = inspect.iscoroutinefunction(function)
    expected = repr(asyncio.run(function()) if is_async else function())
    copy = tmp_path / "language.py"
    copy.write_text(
        Path(inspect.getfile(function)).read_text(encoding="utf-8")
        + SCENARIO.format(
            colour="async " if is_async else "",
            call=f"await {name}()" if is_async else f"{name}()",
            expected=expected,
        ),
        encoding="utf-8",
    )

    verdict = explore(f"{copy}:Same")

    assert (verdict.outcome, verdict.failure) == ("holds", None)


def test_there_are_features_to_compare():
    """An empty table would pass."""
    assert len(FEATURES) >= 40
