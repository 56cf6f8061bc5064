"""An augmented assignment to a slice reads, changes and writes, as one to an item."""

import pytest

from bench.correctness.api import explore

SOURCE = """
class Own:
    def __init__(self):
        self.keys = []

    def __getitem__(self, key):
        self.keys.append(key)
        return 1

    def __setitem__(self, key, value):
        self.keys.append((key, value))


class Changes:
    def __init__(self):
        self.items = ITEMS
        self.told = []
        self.end = None

    def tell(self, value):
        self.told.append(value)
        return value

    def change(self):
        CHANGE

    workers = (change,) * COUNT

    def check(self):
        self.end = repr(END)
"""
SEARCHES = ["dpor", "brute"]

# Items, the change, and the ends that two workers can come to.
CHANGES = {
    "a list whole": ("[0]", "self.items[:] += [1]", [[0, 1, 1], [0, 1]]),
    "its end": ("[0, 7]", "self.items[-1:] += [1]", [[0, 7, 1, 1], [0, 7, 7, 1]]),
    "its items doubled": ("[0]", "self.items[0:] *= 2", [[0, 0, 0, 0], [0, 0]]),
    "bytes": (
        "bytearray(b'a')", "self.items[:] += b'b'",
        [bytearray(b"abb"), bytearray(b"ab")],
    ),
}  # fmt: skip
# What one worker that looks at the order of all this is to see, as CPython has it.
ORDERS = {
    "the key, the value, the store": (
        "[0, 1]", "self.items[self.tell(0):self.tell(1)] += [self.tell(2)]",
        "(self.told, self.items)", ([0, 1, 2], [0, 2, 1]),
    ),
    "a key of several slices": (
        "Own()", "self.items[1:2, ::3] += 4", "self.items.keys",
        [
            (slice(1, 2), slice(None, None, 3)),
            ((slice(1, 2), slice(None, None, 3)), 5),
        ],
    ),
    "the owner once": (
        "[[0]]", "self.tell(self.items)[0][:] += [1]", "(len(self.told), self.items)",
        (1, [[0, 1]]),
    ),
}  # fmt: skip


def ends(path, items, change, end, count, search):
    """The ends of so many workers that make a change."""
    source = SOURCE.replace("ITEMS", items).replace("CHANGE", change)
    path.write_text(source.replace("COUNT", str(count)).replace("END", end))
    verdict = explore(
        path, search=search, jobs=1, keep_going=True, limit_seconds=60, independent=True
    )
    assert verdict.exhausted
    return {one.state.partition("end=")[2] for one in verdict.outcomes}


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize(("items", "change", "wanted"), CHANGES.values(), ids=CHANGES)
def test_a_change_of_a_slice_can_be_lost(items, change, wanted, search, tmp_path):
    """Between its read and its write the other worker changes the same."""
    found = ends(tmp_path / "changes.py", items, change, "self.items", 2, search)

    assert found == {repr(repr(end)) for end in wanted}


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize(
    ("items", "change", "end", "wanted"), ORDERS.values(), ids=ORDERS
)
def test_a_change_of_a_slice_does_what_python_does(
    items, change, end, wanted, search, tmp_path
):
    """Each part is evaluated once, in Python's order, and the key is a slice."""
    found = ends(tmp_path / "changes.py", items, change, end, 1, search)

    assert found == {repr(repr(wanted))}
