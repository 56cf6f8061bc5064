"""The begin of a loop over a set, dict or deque reads the size of the container."""

import pytest

from bench.correctness.api import explore

SOURCE = """
from collections import Counter, OrderedDict, defaultdict, deque

WHOLE = None


class Loop:
    def __init__(self):
        self.items = ITEMS
        self.kept = KEPT
        self.seen = []

    def read(self):
        try:
            READ
        except RuntimeError:
            self.seen = "changed"

    def write(self):
        WRITE

    workers = (read, write)

    def check(self):
        pass
"""
EACH = "for item in self.items: self.seen.append(item)"
CHANGED, BEFORE, AFTER = "changed", [1], [1, 2]

# Items, what is kept of them, how they are read and written; and the ends of `seen`.
LOOPS = {
    "set": ("{1}", "None", EACH, "self.items.add(2)"),
    "dict": ("{1: 1}", "None", EACH, "self.items[2] = 2"),
    "defaultdict": ("defaultdict(int, {1: 1})", "None", EACH, "self.items[2] += 2"),
    "Counter": ("Counter([1])", "None", EACH, "self.items[2] = 2"),
    "OrderedDict": ("OrderedDict({1: 1})", "None", EACH, "self.items[2] = 2"),
    "deque": ("deque([1])", "None", EACH, "self.items.append(2)"),
    "keys that are kept": (
        "{1: 1}", "self.items.keys()",
        "for item in self.kept: self.seen.append(item)", "self.items[2] = 2",
    ),
    "items": (
        "{1: 1}", "None",
        "for item, _ in self.items.items(): self.seen.append(item)",
        "self.items[2] = 2",
    ),
    "a comprehension": (
        "{1}", "None", "self.seen = [item for item in self.items]",
        "self.items.add(2)",
    ),
    "a generator expression": (
        "{1}", "None", "self.seen = list(item for item in self.items)",
        "self.items.add(2)",
    ),
}  # fmt: skip


def ends(path, search):
    verdict = explore(path, search=search, jobs=1, keep_going=True, limit_seconds=60)
    assert verdict.exhausted
    return {one.state.partition("seen=")[2] for one in verdict.outcomes}


def written(tmp_path, items, kept, read, write):
    path = tmp_path / "loops.py"
    source = SOURCE.replace("ITEMS", items).replace("KEPT", kept)
    path.write_text(source.replace("READ", read).replace("WRITE", write))
    return path


@pytest.mark.sampled(3)
@pytest.mark.parametrize("search", ["dpor", "brute"])
@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_a_write_before_during_and_after_a_loop_is_explored(tmp_path, loop, search):
    """Before it all items are seen, within it Python raises, after it the old ones."""
    assert ends(written(tmp_path, *loop), search) == {
        repr(end) for end in (CHANGED, BEFORE, AFTER)
    }


@pytest.mark.parametrize("search", ["dpor", "brute"])
@pytest.mark.parametrize("items", ["[1]", "bytearray([1])"])
def test_a_loop_over_a_list_sees_what_was_appended_before_its_end(
    tmp_path, items, search
):
    """Its iterator counts, and asks for the size at each item."""
    loop = (items, "None", EACH, "self.items.append(2)")

    assert ends(written(tmp_path, *loop), search) == {repr(BEFORE), repr(AFTER)}
