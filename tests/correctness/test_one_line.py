"""The explorer sees what one line accesses by a name, a view, a buffer or a callback.

The programs are those of `test_unseen`; what the reader can find was found by hand.
"""

import sys

import pytest

from bench.correctness import explore
from bench.correctness.programs.discovery import find_scenarios
from tests.correctness.outcomes import SEARCHES, end_states
from tests.correctness.test_unseen import found

# By name: what `__init__` makes, the reader's line, the writer's, and each value that
# the reader may find, as it is shown.
NAMESPACES = {  # `self.o` is an object, which has no attribute `y` at first
    "get and a new name": ("vars(self.o).get('y')", "vars(self.o)['y'] = 2", "None 2"),
    "an attribute and a new name": (
        "getattr(self.o, 'y', 0)",
        "self.o.__dict__['y'] = 2",
        "0 2",
    ),
    "hasattr and update": (
        "hasattr(self.o, 'y')",
        "vars(self.o).update(y=2)",
        "False True",
    ),
    "get and update": ("vars(self.o).get('y')", "vars(self.o).update(y=2)", "None 2"),
    "get and setdefault": (
        "vars(self.o).get('y')",
        "vars(self.o).setdefault('y', 2)",
        "None 2",
    ),
    "an attribute and setdefault": (
        "getattr(self.o, 'y', 0)",
        "vars(self.o).setdefault('y', 2)",
        "0 2",
    ),
    "an attribute and |=": (
        "getattr(self.o, 'y', 0)",
        "self.o.__dict__ |= {'y': 2}",
        "0 2",
    ),
    "get and pop": ("vars(self.o).get('x')", "vars(self.o).pop('x')", "1 None"),
    "in and a new name": ("'y' in vars(self.o)", "vars(self.o)['y'] = 2", "False True"),
    "the number and a new name": ("len(vars(self.o))", "vars(self.o)['y'] = 2", "1 2"),
    "an attribute and another namespace": (
        "self.o.x",
        "self.o.__dict__ = {'x': 2}",
        "1 2",
    ),
    "a new attribute and another namespace": (
        "getattr(self.o, 'y', 0)",
        "setattr(self.o, '__dict__', {'y': 2})",
        "0 2",
    ),
}  # fmt: skip
OWNERS = {
    "an object": "self.o = Part(1)",
    "one with __del__": "self.o = Mortal()",
}
LINES = {
    "get of a read-only view": (
        "self.d = {'x': 1}; self.v = types.MappingProxyType(self.d)",
        "self.r = self.v.get('x')",
        "self.d['x'] = 2",
        ["1", "2"],
    ),
    "copy of a read-only view": (
        "self.d = {'x': 1}; self.v = types.MappingProxyType(self.d)",
        "self.r = self.v.copy()",
        "self.d['x'] = 2",
        ["{'x': 1}", "{'x': 2}"],
    ),
    "a method of a view": (
        "self.d = {'x': 1}; self.v = self.d.keys()",
        "self.r = self.v.isdisjoint(['y'])",
        "self.d['y'] = 2",
        ["True", "False"],
    ),
    "a new global by its name": (
        "pass",
        "self.r = getattr(sys.modules[__name__], 'fresh', 0)",
        "globals()['fresh'] = 2",
        ["0", "2"],
    ),
    "a new variable of a module": (
        "self.m = sys.modules[__name__]",
        "self.r = vars(self.m).get('fresh', 0)",
        "vars(self.m)['fresh'] = 2",
        ["0", "2"],
    ),
    "__next__ of an iterator": (
        "self.l = [1]",
        "self.r = iter(self.l).__next__()",
        "self.l[0] = 2",
        ["1", "2"],
    ),
    "readinto": (
        "self.b = bytearray(b'ab')",
        "self.r = bytes(self.b)",
        "io.BytesIO(b'zz').readinto(self.b)",
        ["b'ab'", "b'zz'"],
    ),
    "readinto a view": (
        "self.b = bytearray(b'ab')",
        "self.r = bytes(self.b)",
        "io.BufferedReader(io.BytesIO(b'z')).readinto(memoryview(self.b))",
        ["b'ab'", "b'zb'"],
    ),
    "pack_into of a Struct": (
        "self.b = bytearray(b'ab')",
        "self.r = bytes(self.b)",
        "struct.Struct('B').pack_into(self.b, 1, 65)",
        ["b'ab'", "b'aA'"],
    ),
    "getattr in reduce": (
        "self.o = Part(1)",
        "self.r = functools.reduce(getattr, ['o', 'x'], self)",
        "self.o.x = 2",
        ["1", "2"],
    ),
    "getattr in map": (
        "self.o = Part(1)",
        "self.r = list(map(getattr, [self.o], ['x']))",
        "self.o.x = 2",
        ["[1]", "[2]"],
    ),
    "getattr of one object in map": (
        "self.o = Part(1)",
        "self.r = list(map(functools.partial(getattr, self.o), ['x']))",
        "self.o.x = 2",
        ["[1]", "[2]"],
    ),
    "getattr in filter": (
        "self.o = Part(1)",
        "self.r = list(filter(functools.partial(getattr, self.o), ['x']))",
        "self.o.x = 0",
        ["['x']", "[]"],
    ),
    "setattr in map": (
        "self.o = Part(1)",
        "self.r = self.o.x",
        "list(map(setattr, [self.o], ['x'], [2]))",
        ["1", "2"],
    ),
    "setattr in starmap": (
        "self.o = Part(1)",
        "self.r = self.o.x",
        "list(itertools.starmap(setattr, [(self.o, 'x', 2)]))",
        ["1", "2"],
    ),
    "several items at once": (  # never one old and one new
        "self.l = [1, 1]",
        "self.r = operator.itemgetter(0, 1)(self.l)",
        "self.l[:] = [2, 2]",
        ["(1, 1)", "(2, 2)"],
    ),
    "several items, written one by one": (
        "self.d = {'a': 1, 'b': 1}",
        "self.r = operator.itemgetter('a', 'b')(self.d)",
        "self.d['a'] = 2; self.d['b'] = 2",
        ["(1, 1)", "(2, 1)", "(2, 2)"],
    ),
    "max by an item while the dict grows": (
        "self.d = {'a': 1, 'b': 2}",
        "self.r = max(self.d.items(), key=operator.itemgetter(1))",
        "self.d['c'] = 3",
        ["('b', 2)", "('c', 3)"],
    ),
    "min by an item of a list in a list": (
        "self.l = [[1, 'a'], [2, 'b']]",
        "self.r = min(self.l, key=operator.itemgetter(0))[1]",
        "self.l[0][0] = 3",
        ["'a'", "'b'"],
    ),
    "max by an attribute of values": (
        "self.d = {'a': Part(1), 'b': Part(2)}",
        "self.r = max(self.d.values(), key=operator.attrgetter('x')) is self.d['a']",
        "self.d['a'].x = 3",
        ["False", "True"],
    ),
    "the length of a list that is sorted by an attribute": (  # never 0
        "self.l = [Part(2), Part(1)]",
        "self.r = len(self.l)",
        "self.l[0].x = 3; self.l.sort(key=operator.attrgetter('x'))",
        ["2"],
    ),
    "several attributes at once": (  # never one old and one new
        "self.o = Part(1); self.o.y = 1",
        "self.r = operator.attrgetter('x', 'y')(self.o)",
        "vars(self.o).update(x=2, y=2)",
        ["(1, 1)", "(2, 2)"],
    ),
    "several attributes, written one by one": (
        "self.o = Part(1); self.o.y = 1",
        "self.r = operator.attrgetter('x', 'y')(self.o)",
        "self.o.x = 2; self.o.y = 2",
        ["(1, 1)", "(2, 1)", "(2, 2)"],
    ),
}

CHANGED = "RuntimeError: dictionary changed size during iteration"
# Since 3.13 the encoder in C indents.
INDENTED_IN_STEPS = [CHANGED] if sys.version_info < (3, 13) else []
IN_STEPS = {  # functions of the library, in Python, between whose steps others run
    "json with an indent": (
        "self.d = {'a': 1}",
        "self.r = json.loads(json.dumps(self.d, indent=1))",
        "self.d['b'] = 2",
        ["{'a': 1}", "{'a': 1, 'b': 2}", *INDENTED_IN_STEPS],
    ),
    "json into a file": (
        "self.d = {'a': 1}; self.f = io.StringIO()",
        "json.dump(self.d, self.f); self.r = self.f.getvalue()",
        "self.d['b'] = 2",
        ["'{\"a\": 1}'", '\'{"a": 1, "b": 2}\'', CHANGED],
    ),
    "json in one call of C": (
        "self.d = {'a': 1, 'b': 1}",
        "self.r = json.loads(json.dumps([self.d]))[0]",
        "self.d.update(a=2, b=2)",
        ["{'a': 1, 'b': 1}", "{'a': 2, 'b': 2}"],
    ),
    "a template": (
        "self.d = {'a': 1, 'b': 1}",
        "self.r = string.Template('$a$b').substitute(self.d)",
        "self.d.update(a=2, b=2)",
        ["'11'", "'12'", "'22'"],
    ),
    "a row of a DictWriter": (
        "self.d = {'a': 1, 'b': 1}; self.f = io.StringIO()",
        "csv.DictWriter(self.f, 'ab').writerow(self.d); self.r = self.f.getvalue()",
        "self.d.update(a=2, b=2)",
        ["'1,1\\r\\n'", "'1,2\\r\\n'", "'2,2\\r\\n'"],
    ),
    "the mean of a list": (
        "self.l = [1, 1]",
        "self.r = statistics.mean(self.l)",
        "self.l[:] = [3, 3]",
        ["1", "2", "3"],
    ),
    "a merge of lists": (
        "self.l = [1, 1]",
        "self.r = list(heapq.merge(self.l, [5]))",
        "self.l[:] = [3, 3]",
        ["[1, 1, 5]", "[1, 3, 5]", "[3, 3, 5]"],
    ),
    "a choice": (  # the draw is of the last item, where there are two
        "self.l = [1, 2]",
        "self.r = random.Random(0).choice(self.l)",
        "self.l.pop()",
        ["1", "2", "IndexError: list index out of range"],
    ),
}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("owner", OWNERS)
@pytest.mark.parametrize("name", NAMESPACES)
def test_the_namespace_of_an_object_has_its_attributes(tmp_path, search, owner, name):
    """A name that it has not yet is a place as well, for a reader who looks for it."""
    read, write, values = NAMESPACES[name]
    seen = found(tmp_path, search, OWNERS[owner], f"self.r = {read}", write)
    assert seen == set(values.split())


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", LINES)
def test_what_a_call_in_c_reads_or_writes_is_seen(tmp_path, search, name):
    """It is one step, as in CPython: what it reads together is of one moment."""
    make, read, write, values = LINES[name]
    assert found(tmp_path, search, make, read, write) == set(values)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", IN_STEPS)
def test_a_function_of_the_library_takes_the_steps_that_it_takes(
    tmp_path, search, name
):
    """Another thread may change the container while the function goes through it."""
    make, read, write, values = IN_STEPS[name]
    assert found(tmp_path, search, make, read, write) == set(values)


SCHEDULED = """
import sched, time

class Program:
    def __init__(self):
        self.jobs = sched.scheduler(time.monotonic, time.sleep)
        self.done = []
        self.jobs.enter(1, 1, self.done.append, ("a",))
        self.jobs.enter(1, 2, self.done.append, ("b",))
    def run(self):
        self.jobs.run()
    def check(self):
        raise AssertionError("".join(self.done))
    workers = (run, run)
"""


def test_a_scheduler_of_the_library_calls_outside_of_its_lock(tmp_path):
    """Two threads take one job each, and the second may be quicker."""
    path = tmp_path / "program.py"
    path.write_text(SCHEDULED)
    (program,) = find_scenarios(str(path))

    states = end_states(program, "dpor", seconds=60)

    assert states == {"AssertionError: ab", "AssertionError: ba"}


ENCODING = """
import urllib.parse

class Program:
    def __init__(self):
        self.shared, self.own = {{"a": 1}}, {{"a": 1}}
    def encode(self):
        urllib.parse.urlencode(self.{which})
    def add(self):
        self.shared["b"] = 2
    workers = (encode, add)
"""


@pytest.mark.parametrize(
    ("which", "named"), [("shared", ("urllib.parse.urlencode",)), ("own", ())]
)
def test_a_function_of_the_library_that_is_one_step_is_named(tmp_path, which, named):
    """In CPython another thread can run between its steps, where there is one."""
    path = tmp_path / "program.py"
    path.write_text(ENCODING.format(which=which))

    assert explore(f"{path}:Program", jobs=1).one_step == named
