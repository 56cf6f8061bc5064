"""A private name and the long one that it means are one place, as for the compiler.

Each program has a reader and a writer of one line; the values that the reader may find
were found by hand.
"""

import ast
import sys
import types

import pytest

from bench.correctness.instrument.private_names import PrivateNames
from bench.correctness.programs.discovery import find_scenarios
from tests.correctness.outcomes import SEARCHES, end_states

# By name: code of the module, what `__init__` makes, the reader's line, the writer's,
# and what the reader may find.
PRIVATE = {
    "an attribute": (
        "class Bank:\n    def __init__(self): self.__n = 0\n"
        "    def put(self): self.__n = 7",
        "self.bank = Bank()",
        "self.r = self.bank._Bank__n",
        "self.bank.put()",
        ["0", "7"],
    ),
    "setattr from outside": (
        "class Bank:\n    def __init__(self): self.__n = 0\n"
        "    def get(self): return self.__n",
        "self.bank = Bank()",
        "self.r = self.bank.get()",
        "setattr(self.bank, '_Bank__n', 7)",
        ["0", "7"],
    ),
    "getattr, changed in place": (
        "class Bank:\n    def __init__(self): self.__n = 0\n"
        "    def put(self): self.__n += 7",
        "self.bank = Bank()",
        "self.r = getattr(self.bank, '_Bank__n')",
        "self.bank.put()",
        ["0", "7"],
    ),
    "hasattr, deleted": (
        "class Bank:\n    def __init__(self): self.__n = 0\n"
        "    def drop(self): del self.__n",
        "self.bank = Bank()",
        "self.r = hasattr(self.bank, '_Bank__n')",
        "self.bank.drop()",
        ["True", "False"],
    ),
    "an item of vars": (
        "class Bank:\n    def __init__(self): self.__n = 0\n"
        "    def get(self): return self.__n",
        "self.bank = Bank()",
        "self.r = self.bank.get()",
        "vars(self.bank)['_Bank__n'] = 7",
        ["0", "7"],
    ),
    "deleted from outside": (
        "class Bank:\n    __n = 7\n    def __init__(self): self.__n = 0\n"
        "    def get(self): return self.__n",
        "self.bank = Bank()",
        "self.r = self.bank.get()",
        "del self.bank._Bank__n",
        ["0", "7"],
    ),
    "an attribute of a class": (
        "class Bank:\n    __n = 0\n    @classmethod\n    def put(cls): cls.__n = 7",
        "pass",
        "self.r = Bank._Bank__n",
        "Bank.put()",
        ["0", "7"],
    ),
    "a slot": (
        "class Bank:\n    __slots__ = ('__n',)\n    def __init__(self): self.__n = 0\n"
        "    def put(self): self.__n = 7",
        "self.bank = Bank()",
        "self.r = self.bank._Bank__n",
        "self.bank.put()",
        ["0", "7"],
    ),
    "a copy": (
        "class Bank:\n    def __init__(self): self.__n = 0\n"
        "    def put(self): self.__n = 7",
        "self.bank = Bank()",
        "self.r = copy.copy(self.bank)._Bank__n",
        "self.bank.put()",
        ["0", "7"],
    ),
    "a variable of the module": (
        "_Bank__limit = 0\nclass Bank:\n    def get(self): return __limit",
        "self.bank = Bank()",
        "self.r = self.bank.get()",
        "set_limit()\ndef set_limit():\n    global _Bank__limit\n    _Bank__limit = 7",
        ["0", "7"],
    ),
    "a variable of the module that a method binds": (
        "_Bank__limit = 0\n"
        "class Bank:\n    def put(self):\n        global __limit\n        __limit = 7\n"
        "def limit(): return _Bank__limit",
        "self.bank = Bank()",
        "self.r = limit()",
        "self.bank.put()",
        ["0", "7"],
    ),
    "globals": (
        "_Bank__limit = 0\nclass Bank:\n    def get(self): return __limit",
        "self.bank = Bank()",
        "self.r = self.bank.get()",
        "globals()['_Bank__limit'] = 7",
        ["0", "7"],
    ),
    "a captured variable of a method": (
        "class Bank:\n    def __init__(self):\n        __n = 0\n"
        "        def put():\n            nonlocal __n\n            __n = 7\n"
        "        self.get, self.put = lambda: __n, put",
        "self.bank = Bank()",
        "self.r = self.bank.get()",
        "self.bank.put()",
        ["0", "7"],
    ),
    "a function in a method": (
        "class Bank:\n    def __init__(self): self.__n = 0\n"
        "    def put(self): (lambda: setattr(self, '_Bank__n', 7))()\n"
        "    def get(self): return [self.__n for _ in 'a'][0]",
        "self.bank = Bank()",
        "self.r = self.bank.get()",
        "self.bank.put()",
        ["0", "7"],
    ),
    "a class in a class": (
        "class Bank:\n    class Till:\n        def __init__(self): self.__n = 0\n"
        "        def put(self): self.__n = 7",
        "self.till = Bank.Till()",
        "self.r = self.till._Till__n",
        "self.till.put()",
        ["0", "7"],
    ),
    "a class with underscores": (
        "class __Bank:\n    def __init__(self): self.__n = 0\n"
        "    def put(self): self.__n = 7\nMADE = __Bank()",
        "pass",
        "self.r = MADE._Bank__n",
        "MADE.put()",
        ["0", "7"],
    ),
    "a class of underscores alone": (
        "class __:\n    def __init__(self): self.__n = 0\n"
        "    def put(self): self.__n = 7\nMADE = __()",
        "pass",
        "self.r = getattr(MADE, '__n')",
        "MADE.put()",
        ["0", "7"],
    ),
    "a name with underscores at its end": (
        "class Bank:\n    def __init__(self): self.__n__ = 0\n"
        "    def put(self): self.__n__ = 7",
        "self.bank = Bank()",
        "self.r = self.bank.__n__",
        "self.bank.put()",
        ["0", "7"],
    ),
    "a method": (
        "class Bank:\n    def __get(self): return 0\n"
        "    def get(self): return self.__get()",
        "self.bank = Bank()",
        "self.r = self.bank.get()",
        "self.bank._Bank__get = lambda: 7",
        ["0", "7"],
    ),
    "of a base class and of its own": (
        "class Base:\n    def __init__(self): self.__n = 0\n"
        "    def get(self): return self.__n\n"
        "class Bank(Base):\n    def put(self): self.__n = 7",
        "self.bank = Bank()",
        "self.r = self.bank.get()",
        "self.bank.put()",
        ["0"],
    ),
}
SOURCE = """
import copy

{module}


class Program:
    def __init__(self):
        self.r = None
        {make}

    def read(self):
        {read}

    def write(self):
        {write}

    def check(self):
        raise AssertionError(f"{{self.r!r}}")

    workers = (read, write)

{functions}
"""


def found(tmp_path, search, row):
    """What the reader has found in the end, in each of the end states."""
    module, make, read, write, _ = row
    write, _, functions = write.partition("\n")
    path = tmp_path / "private.py"
    path.write_text(
        SOURCE.format(
            module=module, make=make, read=read, write=write, functions=functions
        )
    )
    (program,) = find_scenarios(f"{path}:Program")
    states = end_states(program, search, seconds=60)
    return {state.removeprefix("AssertionError: ") for state in states}


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", PRIVATE)
def test_a_private_name_is_the_place_that_its_long_name_is(tmp_path, search, name):
    """The compiler makes one of the two, and code outside the class uses it."""
    row = PRIVATE[name]
    assert found(tmp_path, search, row) == set(row[-1])


EACH_BINDING = """
class C(base(__outside)):
    __slots__ = ("__n",)
    __annotated: __kind = 1
    def __method(self, __a, *__b, __c: __d = __e, **__f) -> __g:
        global __h
        __h = self.__i.__j
        from m import __k, l as __l
        import m as __m
        call(__keyword=1)
        match self:
            case C(__keyword=__o): pass
            case {"a": 1, **__p}: pass
            case [*__q, __r]: pass
        try: pass
        except E as __s: pass
        def __t(): return __a
        async def __u(): nonlocal __a
        class __V: __w = __x
        class __: __y = 1
        del self.__z
        return lambda __l: [__l for __aa in __l if (__bb := 1)], self.__init__, __
"""


def names_of(code):
    """The names of variables and attributes in a code object, and in those within."""
    found = {*code.co_names, *code.co_varnames, *code.co_freevars, *code.co_cellvars}
    for one in code.co_consts:
        if isinstance(one, types.CodeType):
            found |= names_of(one)
    return found


def names_in(tree):
    """The names of variables and attributes that a tree writes out."""
    fields = ("id", "attr", "arg", "rest", "bound_name", "asname")
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword):
            continue
        found |= {getattr(node, field, None) for field in fields}
        if isinstance(node, ast.Global | ast.Nonlocal):
            found.update(node.names)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.alias):
            found.add(getattr(node, "name", None))
    return {one for one in found if isinstance(one, str)}


@pytest.mark.parametrize("future", ["", "from __future__ import annotations\n"])
def test_each_way_to_name_a_variable_is_spelled_as_the_compiler_does(future):
    """The compiler is the oracle: the code stays the same, and has no other names."""
    source = future + EACH_BINDING
    tree = ast.parse(source)
    PrivateNames(annotates_texts=bool(future)).visit(tree)
    before = compile(source, "a.py", "exec", dont_inherit=True)
    after = compile(tree, "a.py", "exec", dont_inherit=True)

    long = {
        name
        for name in names_of(before)
        if "__" in name.lstrip("_") and not name.endswith("__")
    }
    assert long >= {"_C__a", "_C__i", "_C__s", "_C__t", "_V__w", "_C__aa"}
    assert after == before
    assert names_in(tree) >= long | {"__y"}


@pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of Python 3.12")
def test_the_bases_of_a_class_with_type_parameters_are_spelled_as_in_this_python():
    """Python 3.12 changes the name of the base, and Python 3.13 does not."""
    source = "class A[T](__B, key=__k): x = __y"
    tree = ast.parse(source)
    PrivateNames(annotates_texts=False).visit(tree)
    before = compile(source, "a.py", "exec", dont_inherit=True)

    assert compile(tree, "a.py", "exec", dont_inherit=True) == before
    private = {one for one in names_of(before) if one.lstrip("_") in {"A__B", "B"}}
    assert private == names_in(tree) & {"__B", "_A__B"}
