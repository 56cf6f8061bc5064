"""A dict is saved and restored even if its keys have other hashes than at insertion."""

from collections import defaultdict

import pytest

from bench.correctness.programs.restorer import Restorer


class Key:
    """An object with a hash that may be changed."""

    def __init__(self, number):
        self.number = number

    def __hash__(self):
        return self.number


@pytest.mark.parametrize("kind", [dict, defaultdict])
def test_a_key_whose_hash_has_changed_is_saved_without_a_look_up(kind):
    first, second = Key(1), Key(2)
    saved = kind()
    saved.update({first: "a", second: "b"})
    first.number = 1_000
    restorer = Restorer(lambda value: type(value) is kind)

    restorer.save(saved)
    saved.clear()
    restorer.restore()

    assert [*saved.items()] == [(first, "a"), (second, "b")]
    assert saved[first] == "a"
