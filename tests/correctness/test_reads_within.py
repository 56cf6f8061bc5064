"""One call in C reads what is within its arguments, as it is at that moment.

Another worker may have put other things there while the call waited for its turn.  What
can be read is computed from the states of the data, one after the other.
"""

from textwrap import dedent

import pytest

from bench.correctness.programs.discovery import find_scenarios
from tests.correctness.outcomes import SEARCHES, end_states

IMPORTS = """
import ast, collections, copy, dataclasses, functools, inspect, itertools, json
import operator, pprint, types
"""
PROGRAM = """
{imports}

class Reading:
    def __init__(self):
        self.data = {first}
        self.seen = None

    def change(self):
        {change}

    def read(self):
        data = self.data
        self.seen = {read}

    def check(self):
        raise AssertionError(f"{{self.seen!r}}")

    workers = (change, read)
"""
STATES = ["{'a': [0]}", "{'a': [1]}", "{'a': [1, 2]}"]
CHANGES = {  # from each of STATES to the next
    "by its key": "self.data['a'] = [1]; self.data['a'].append(2)",
    "by a name": "self.data['a'] = row = [1]; row += [2]",
    "update": "self.data.update(a=[1]); self.data['a'].insert(1, 2)",
}
READS = """
list(map(len, data.values()))
", ".join(map(str, data.values()))
sum(map(len, data.values()))
[*map(tuple, data.values())]
set(map(len, data.values()))
max(map(sum, data.values()))
tuple(map(list.copy, data.values()))
sorted(map(repr, data.items()))
dict(zip(data, map(bytes, data.values())))
list(enumerate(map(any, data.values())))
list(itertools.islice(map(sorted, data.values()), 1))
collections.deque(map(frozenset, data.values()))
next(map(str, reversed(data.values())))
list(itertools.chain.from_iterable(data.values()))
[*itertools.chain(data, map(len, data.values()))]
functools.reduce(operator.add, data.values(), [])
functools.reduce(operator.concat, map(tuple, data.values()))
sum(data.values(), [])
[1] in tuple(data.values())
tuple(data.values()).count([1])
tuple(data.items()).__repr__()
(data, 0) == ({"a": [1]}, 0)
str(data)
f"{data}"
"%s" % data
"{}".format(data)
json.dumps(data)
copy.deepcopy(data)
ascii([data])
repr(collections.ChainMap(data))
repr(types.SimpleNamespace(data=data))
str(ValueError(data))
data in [{"a": [1]}]
operator.eq(data, {"a": [1]})
min([2], *data.values()) == [2]
repr(sorted(data.items(), key=str))
operator.ne({"a": [1]}, data)
operator.contains([{"a": [1]}], data)
operator.countOf(data.values(), [1])
[data, {"a": [1]}].index({"a": [1]})
[{"a": [1]}, 0].count(data)
[data, 0].count({"a": [1]})
collections.deque([data]).count({"a": [1]})
[*data.values()] == [[1]]
bool([] not in data.values()) and repr(data.values())
""".strip().splitlines()


def outcomes(place, search, **parts):
    """The end states of a program under a search."""
    path = place / "program.py"
    path.write_text(dedent(PROGRAM).format(imports=IMPORTS, **parts), encoding="utf-8")
    (program,) = find_scenarios(f"{path}:Reading")
    return end_states(program, search)


def values(read, states):
    """What an expression gives in each of some states of the data."""
    names: dict[str, object] = {}
    exec(IMPORTS, names)
    return {
        f"AssertionError: {eval(read, {**names, 'data': eval(state, names)})!r}"
        for state in states
    }


@pytest.mark.sampled(3)
@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("read", READS)
def test_what_is_within_is_read_when_the_call_is_made(tmp_path, search, change, read):
    """What it would read was listed before the others ran, and not listed again."""
    found = outcomes(
        tmp_path, search, first=STATES[0], change=CHANGES[change], read=read
    )

    assert found == values(read, STATES)


OBJECTS = ["types.SimpleNamespace(x=0)", "types.SimpleNamespace(x=0, y=1)"]
NEW_ATTRIBUTES = {
    "set": "self.data.y = 1",
    "setattr": "setattr(self.data, 'y', 1)",
    "update": "vars(self.data).update(y=1)",
    "item": "self.data.__dict__['y'] = 1",
    "setdefault": "self.data.__dict__.setdefault('y', 1)",
    "object": "object.__setattr__(self.data, 'y', 1)",
}
READS_OF_ALL = """
repr(data)
f"{data}"
data == types.SimpleNamespace(x=0)
[data].count(types.SimpleNamespace(x=0))
copy.copy(data)
vars(data).copy()
len(vars(data))
[*map(repr, [data])]
hasattr(data, "y")
getattr(data, "y", None)
inspect.getattr_static(data, "y", None)
"y" in dir(data)
{**vars(data)}
pprint.pformat(vars(data))
""".strip().splitlines()


@pytest.mark.sampled(3)
@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("change", NEW_ATTRIBUTES)
@pytest.mark.parametrize("read", READS_OF_ALL)
def test_a_new_attribute_is_read_with_all_others(tmp_path, search, change, read):
    """Such a read names no attribute, and the write may name none either."""
    found = outcomes(
        tmp_path, search, first=OBJECTS[0], change=NEW_ATTRIBUTES[change], read=read
    )

    assert found == values(read, OBJECTS)
