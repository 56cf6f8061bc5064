"""Every container, walked in every way, while another worker adds an item.

The truth is CPython's own: one thread begins the walk, adds an item before or after the
first one, and goes on.  What raises RuntimeError then must be found to be broken, and
what does not must hold.
"""

import importlib.util

import pytest

from bench.correctness import explore_all

CONTAINERS = {  # how it is made, and how one item is added
    "Dict": ("{'a': 1, 'b': 2}", "box['c'] = 3"),
    "Ordered": ("OrderedDict(a=1, b=2)", "box['c'] = 3"),
    "Moved": ("OrderedDict(a=1, b=2)", "box.move_to_end('a')"),
    "Default": ("defaultdict(list, a=1, b=2)", "box['c']"),
    "Counted": ("Counter('ab')", "box['c'] += 1"),
    "OwnDict": ("OwnDict(a=1, b=2)", "box.update(c=3)"),
    "OwnOrdered": ("OwnOrdered(a=1, b=2)", "box.setdefault('c', 3)"),
    "User": ("UserDict(a=1, b=2)", "box['c'] = 3"),
    "OwnUser": ("OwnUser(a=1, b=2)", "box['c'] = 3"),
    "Chained": ("ChainMap({'a': 1}, {'b': 2})", "box['c'] = 3"),
    "Proxy": ("MappingProxyType(UNDER)", "UNDER['c'] = 3"),
    "WeakValue": ("WeakValueDictionary(a=T[0], b=T[1])", "box['c'] = T[2]"),
    "WeakKey": ("WeakKeyDictionary({T[0]: 1, T[1]: 2})", "box[T[2]] = 3"),
    "Set": ("{1, 2}", "box.add(3)"),
    "OwnSet": ("OwnSet([1, 2])", "box |= {3}"),
    "WeakSet": ("WeakSet(T[:2])", "box.add(T[2])"),
    "Deque": ("deque([1, 2])", "box.append(3)"),
    "OwnDeque": ("OwnDeque([1, 2])", "box.appendleft(3)"),
    "Mapping": ("OwnMapping()", "box['c'] = 3"),
    "Delegating": ("Delegating()", "box.kept['c'] = 3"),
    "Namespace": ("vars(SimpleNamespace(a=1, b=2))", "box['c'] = 3"),
}
TURNS = (0, 1)  # before the item is added
WAYS = {  # what is walked; each item of it is a turn
    "Plain": "box",
    "Items": "box.items()",
    "Keys": "box.keys()",
    "Values": "box.values()",
    "Iter": "iter(box)",
    "Numbered": "enumerate(box)",
    "NumberedItems": "enumerate(box.items())",
    "Reversed": "reversed(box)",
    "ReversedValues": "reversed(box.values())",
    "Chain": "itertools.chain(box, ())",
    "ChainValues": "itertools.chain(box.values(), ())",
    "Chains": "itertools.chain.from_iterable((box, []))",
    "Slice": "itertools.islice(box, 9)",
    "Pairs": "itertools.pairwise(box)",
    "Sums": "itertools.accumulate(box, same)",
    "Zip": "zip(box.items(), range(9))",
    "ZipLongest": "itertools.zip_longest(box, ())",
    "Map": "map(same, box)",
    "Filter": "filter(None, box.values())",
    "While": "itertools.takewhile(bool, box)",
    "Generator": "(one for one in box)",
    "GeneratorItems": "(one for one in box.items())",
    "Delegated": "delegate(box)",
    "DelegatedValues": "delegate(box.values())",
    "Next": "steps(iter(box))",
    "NextItems": "steps(iter(box.items()))",
    "Copy": "list(box)",
    "Sorted": "sorted(box, key=id)",
}
# `list` asks for the length after it has made the iterator.  If that is Python code, or
# what makes the iterator is, or gives its items, another thread can run in between.
COPIES = {"Copy", "Sorted"}
IN_PYTHON = {
    "User", "OwnUser", "Mapping", "Delegating", "WeakSet", "WeakKey", "WeakValue"
}  # fmt: skip
HEAD = """
import itertools
from collections import ChainMap, Counter, OrderedDict, UserDict, defaultdict, deque
from collections.abc import MutableMapping
from types import MappingProxyType, SimpleNamespace
from weakref import WeakKeyDictionary, WeakSet, WeakValueDictionary

END = object()
UNDER = {}

class Thing: pass
class OwnDict(dict): pass
class OwnOrdered(OrderedDict): pass
class OwnUser(UserDict): pass
class OwnSet(set): pass
class OwnDeque(deque): pass

T = [Thing() for _ in range(3)]

def same(one, *others): return one

def delegate(items): yield from items

def steps(items):
    while (item := next(items, END)) is not END: yield item

class OwnMapping(MutableMapping):
    def __init__(self): self.kept = {"a": 1, "b": 2}
    def __getitem__(self, key): return self.kept[key]
    def __setitem__(self, key, value): self.kept[key] = value
    def __delitem__(self, key): del self.kept[key]
    def __iter__(self): return iter(self.kept)
    def __len__(self): return len(self.kept)

class Delegating:
    def __init__(self): self.kept = {"a": 1, "b": 2}
    def __iter__(self): return self.kept.__iter__()
    def __getattr__(self, name): return getattr(self.kept, name)
    def __reversed__(self): yield from reversed(self.kept)

class Base:
    def __init__(self):
        UNDER.clear()
        UNDER.update(a=1, b=2)
        self.box = self.make()
        self.seen = []
"""
SCENARIO = """
class {way}(Base):
    def make(self): return {make}
    def add(self):
        box = self.box
        {add}
    def walk(self):
        box = self.box
        for item in {over}:
            self.seen.append(item)
    workers = (add, walk)
"""


def truth_of(container, way, plain):
    """What CPython does; None where a container cannot be walked so."""
    if way in COPIES and container in IN_PYTHON:
        return "broken"
    return max(
        (
            truth_after(turns, getattr(plain, way)(), WAYS[way], plain)
            for turns in TURNS
        ),
        key=[None, "holds", "broken"].index,
    )


def truth_after(turns, program, over, plain):
    """What CPython does if the item is added after so many turns."""
    try:
        items = iter(eval(over, {**vars(plain), "box": program.box}))
        for _ in range(turns):
            next(items)
    except (TypeError, AttributeError):
        return None
    program.add()
    try:
        list(items)
    except RuntimeError:
        return "broken"
    return "holds"


@pytest.mark.long
@pytest.mark.parametrize("container", CONTAINERS)
def test_a_walk_that_another_worker_can_spoil_is_found(container, tmp_path):
    """79 of 251 pairs once lost the container that their loop reads."""
    make, add = CONTAINERS[container]
    path = tmp_path / f"walks_of_{container.lower()}.py"
    path.write_text(
        HEAD
        + "".join(
            SCENARIO.format(way=way, make=make, add=add, over=over)
            for way, over in WAYS.items()
        )
    )
    spec = importlib.util.spec_from_file_location(f"plain_{container}", path)
    plain = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(plain)
    truth = {way: truth_of(container, way, plain) for way in WAYS}
    found = {
        way: explore_all(f"{path}:{way}", limit_seconds=60, jobs=1)[0].outcome
        for way in WAYS
        if truth[way] is not None
    }
    assert found == {way: known for way, known in truth.items() if known is not None}
    assert len(found) >= 10
