"""More lines in shapes that programs have, with a prelude of functions and classes.

By name: what `__init__` makes, the reader's lines, the writer's, and each value that
the reader may find, as it is shown.  All were found by hand.
"""

SETTINGS = """
LIMIT = 3
TABLE = {"a": 1}

def limit():
    return LIMIT

def table():
    return TABLE["a"]

class Config:
    debug = False

    def is_debug(self):
        return self.debug

config = Config()
"""
PRELUDE = """
import abc, collections, concurrent.futures, contextlib, copy, dataclasses, enum
import functools
import inspect, itertools, operator, queue, string, sys, threading, types
import typing, weakref
import settings
from collections import abc as cabc

LOG = []
LIMIT = 3
STATE = types.SimpleNamespace(n=0)
HANDLERS = {}
IDS = itertools.count(1)
PAIRS = zip(itertools.count(), "abcdef")
SQUARES = (n * n for n in itertools.count())

class Box:
    def __init__(self, *a): self.a = a; self.x = 0

def worker_reads(n=LIMIT): return n

def handler(name):
    def register(f):
        HANDLERS[name] = f
        return f
    return register

class Base:
    registry = {}
    def __init_subclass__(cls, /, key=None, **kw):
        super().__init_subclass__(**kw)
        cls.registry[key] = cls.__name__

class Meta(type):
    def __call__(cls, *a):
        if cls._one is None: cls._one = super().__call__(*a)
        return cls._one

class Single(metaclass=Meta):
    _one = None
    def __init__(self): self.n = len(LOG)

class Lazy:
    def __get__(self, obj, owner=None):
        if obj is None: return self
        obj.__dict__["val"] = v = object()
        return v

class HasLazy:
    val = Lazy()

class Validated:
    def __set_name__(self, owner, name): self.n = name
    def __get__(self, o, t=None): return o.__dict__[self.n]
    def __set__(self, o, v): o.__dict__[self.n] = v * 2

class Val:
    v = Validated()

class Perm(enum.Flag):
    R = 1
    W = 2

@functools.total_ordering
class Ver:
    def __init__(self, n): self.n = n
    def __eq__(self, o): return self.n == o.n
    def __lt__(self, o): return self.n < o.n
    def __hash__(self): return hash(self.n)

@dataclasses.dataclass(order=True, slots=True)
class Slotted:
    n: int = 0
    l: list = dataclasses.field(default_factory=list, compare=False)

@functools.singledispatch
def show(x): return "obj"
@show.register
def _(x: int): return "int"

def gen(items):
    try:
        for i in items: yield i
    finally:
        LOG.append("closed")

def this(): return sys.modules[__name__]
"""
MORE = {
    "generator in dict": (
        "LOG.clear(); self.d={'g': gen([1,2])}; next(self.d['g'])",
        "self.r = len(LOG)",
        "self.d.clear()",
        ["0", "1"],
    ),
    "generator close beside": (
        "LOG.clear(); self.g=gen([1,2]); next(self.g)",
        "self.r = len(LOG)",
        "self.g.close()",
        ["0", "1"],
    ),
    "generator gi_running false": (
        "self.g=gen([1])",
        "self.r = self.g.gi_running",
        "list(self.g)",
        ["False", "True"],
    ),
    "generator in local": (
        "LOG.clear()",
        "self.r = len(LOG)",
        "g = gen([1,2]); next(g); g = None",
        ["0", "1"],
    ),
    "ids": (
        "",
        "self.r = next(IDS)",
        "next(IDS)",
        ["1", "2"],
    ),
    "pairs": (
        "",
        "self.r = next(PAIRS)",
        "next(PAIRS)",
        ["(0, 'a')", "(1, 'b')"],
    ),
    "squares": (
        "",
        ("try: self.r = next(SQUARES)\nexcept ValueError: self.r = 'busy'"),
        ("try: next(SQUARES)\nexcept ValueError: pass"),
        ["'busy'", "0", "1"],
    ),
    "handler decorator": (
        "",
        "self.r = sorted(HANDLERS)",
        ("@handler('a')\ndef f(): pass"),
        ["['a']", "[]"],
    ),
    "init_subclass key": (
        "Base.registry.clear()",
        "self.r = dict(Base.registry)",
        "class A(Base, key='k'): pass",
        ["{'k': 'A'}", "{}"],
    ),
    "singleton meta": (
        "Single._one=None; LOG.clear()",
        "self.r = Single().n",
        "LOG.append(1)",
        ["0", "1"],
    ),
    "singleton race": (
        "Single._one=None",
        "self.r = Single() is Single._one",
        "Single()",
        ["False", "True"],
    ),
    "lazy descriptor": (
        "self.o=HasLazy()",
        "a = self.o.val; self.r = a is self.o.val",
        "self.o.val",
        ["False", "True"],
    ),
    "validated": (
        "self.o=Val(); self.o.v=1",
        "self.r = self.o.v",
        "self.o.v = 5",
        ["10", "2"],
    ),
    "flag": (
        "self.p=Perm.R",
        "self.r = Perm.W in self.p",
        "self.p |= Perm.W",
        ["False", "True"],
    ),
    "ordering": (
        "self.a=Ver(1)",
        "self.r = self.a >= Ver(2)",
        "self.a.n = 2",
        ["False", "True"],
    ),
    "max of ordering": (
        "self.l=[Ver(1),Ver(2)]",
        "self.r = max(self.l).n",
        "self.l[0].n = 5",
        ["2", "5"],
    ),
    "slots dataclass compare": (
        "self.o=Slotted(1)",
        "self.r = self.o < Slotted(2)",
        "self.o.n = 3",
        ["False", "True"],
    ),
    "singledispatch new": (
        "",
        "self.r = show('x')",
        "show.register(str)(lambda x: 'str')",
        ["'obj'", "'str'"],
    ),
    "settings dict": (
        "",
        "self.r = settings.table()",
        "settings.TABLE = {'a': 5}",
        ["1", "5"],
    ),
    "settings dict item": (
        "settings.TABLE['a']=1",
        "self.r = settings.table()",
        "settings.TABLE['a'] = 5",
        ["1", "5"],
    ),
    "settings object": (
        "",
        "self.r = settings.config.is_debug()",
        "settings.Config.debug = True",
        ["False", "True"],
    ),
    "settings config replaced": (
        "",
        "self.r = settings.config.debug",
        "settings.config = settings.Config(); settings.config.debug = True",
        ["False", "True"],
    ),
    "settings monkeypatch": (
        "",
        "self.r = settings.limit()",
        "settings.limit = lambda: 9",
        ["3", "9"],
    ),
    "default bound early": (
        "",
        "self.r = worker_reads()",
        "this().LIMIT = 9",
        ["3"],
    ),
    "globals write loop": (
        "",
        "self.r = LIMIT",
        "for k in ['LIMIT']: globals()[k] = 8",
        ["3", "8"],
    ),
    "namespace object": (
        "STATE.n=0",
        "self.r = STATE.n",
        "STATE.n += 1",
        ["0", "1"],
    ),
    "state replaced": (
        "",
        "self.r = STATE.n",
        "this().STATE = types.SimpleNamespace(n=4)",
        ["0", "4"],
    ),
    "type()": (
        "",
        "self.r = len(Box.__subclasses__())",
        "type('D', (Box,), {})",
        ["0", "1"],
    ),
    "types.new_class": (
        "",
        "self.r = sorted(Base.registry)",
        "types.new_class('D', (Base,), {'key': 'k'})",
        ["['k']", "[]"],
    ),
    "namedtuple": (
        "",
        ("P = collections.namedtuple('P', 'a b')\nself.r = P(LIMIT, 2).a"),
        "this().LIMIT = 5",
        ["3", "5"],
    ),
    "partialmethod": (
        "Box.m = functools.partialmethod(lambda s, n: s.x + n, 2); self.o=Box()",
        "self.r = self.o.m()",
        "self.o.x = 5",
        ["2", "7"],
    ),
    "reduce": (
        "self.l=[1,2]",
        "self.r = functools.reduce(lambda a,b: a+b, self.l)",
        "self.l.append(3)",
        ["3", "6"],
    ),
    "reduce initial": (
        "self.l=[1,2]; self.i=0",
        "self.r = functools.reduce(operator.add, self.l, self.i)",
        "self.i = 10",
        ["13", "3"],
    ),
    "cmp_to_key": (
        "self.sign=1",
        (
            "key = functools.cmp_to_key(lambda a,b: (a-b)*self.sign)\n"
            "self.r = sorted([1,2], key=key)"
        ),
        "self.sign = -1",
        ["[1, 2]", "[2, 1]"],
    ),
    "filter method": (
        "self.s={1}",
        "self.r = list(filter(self.s.__contains__, [1,2]))",
        "self.s.add(2)",
        ["[1, 2]", "[1]"],
    ),
    "map two": (
        "self.l=[1]; self.m=[2]",
        "self.r = list(map(operator.mul, self.l, self.m))",
        "self.m[0] = 5",
        ["[2]", "[5]"],
    ),
    "any map": (
        "self.l=[Box()]",
        "self.r = any(map(operator.attrgetter('x'), self.l))",
        "self.l[0].x = 1",
        ["False", "True"],
    ),
    "sum genexp": (
        "self.l=[Box(),Box()]",
        "self.r = sum(b.x for b in self.l)",
        "self.l[1].x = 4",
        ["0", "4"],
    ),
    "dict from zip": (
        "self.k=['a']",
        "self.r = dict(zip(self.k, [1]))",
        "self.k[0] = 'b'",
        ["{'a': 1}", "{'b': 1}"],
    ),
    "str.format_map": (
        "self.d={'a':1}",
        "self.r = '{a}'.format_map(self.d)",
        "self.d['a'] = 2",
        ["'1'", "'2'"],
    ),
    "Template": (
        "self.d={'a':1}",
        "self.r = string.Template('$a').substitute(self.d)",
        "self.d['a'] = 2",
        ["'1'", "'2'"],
    ),
    "translate": (
        "self.d={97:'x'}",
        "self.r = 'a'.translate(self.d)",
        "self.d[97] = 'y'",
        ["'x'", "'y'"],
    ),
    "bytes from list": (
        "self.l=[65]",
        "self.r = bytes(self.l)",
        "self.l[0] = 66",
        ["b'A'", "b'B'"],
    ),
    "struct": (
        "self.b=bytearray(4)",
        ("import struct\nself.r = struct.unpack('i', self.b)[0]"),
        ("import struct\nstruct.pack_into('i', self.b, 0, 7)"),
        ["0", "7"],
    ),
    "memoryview": (
        "self.b=bytearray(b'ab')",
        "self.r = memoryview(self.b)[0]",
        "self.b[0] = 99",
        ["97", "99"],
    ),
    "slice object": (
        "self.l=[1,2,3]; self.s=slice(0,1)",
        "self.r = self.l[self.s]",
        "self.s = slice(1,3)",
        ["[1]", "[2, 3]"],
    ),
    "nested subscript": (
        "self.d={'a':{'b':1}}",
        "self.r = self.d['a']['b']",
        "self.d['a'] = {'b': 2}",
        ["1", "2"],
    ),
    "key from attribute": (
        "self.d={0:'x',1:'y'}; self.k=0",
        "self.r = self.d[self.k]",
        "self.k = 1",
        ["'x'", "'y'"],
    ),
    "setdefault race": (
        "self.d={}",
        "self.r = self.d.setdefault('k', [1]) is self.d['k']",
        "self.d.setdefault('k', [2])",
        ["True"],
    ),
    "setdefault who": (
        "self.d={}",
        "self.r = self.d.setdefault('k', 1)",
        "self.d.setdefault('k', 2)",
        ["1", "2"],
    ),
    "pop default": (
        "self.d={'k':1}",
        "self.r = self.d.pop('k', None)",
        "self.d.pop('k', None)",
        ["1", "None"],
    ),
    "dict or": (
        "self.d={'a':1}",
        "self.r = (self.d | {'b':2}).get('a')",
        "self.d['a'] = 5",
        ["1", "5"],
    ),
    "dict ior": (
        "self.d={'a':1}",
        "self.r = self.d['a']",
        "self.d |= {'a': 5}",
        ["1", "5"],
    ),
    "set ops": (
        "self.s={1,2}",
        "self.r = len(self.s & {1,2,3})",
        "self.s.discard(1)",
        ["1", "2"],
    ),
    "frozenset": (
        "self.s={1}",
        "self.r = len(frozenset(self.s))",
        "self.s.add(2)",
        ["1", "2"],
    ),
    "list mult": (
        "self.l=[1]",
        "self.r = len(self.l * 2)",
        "self.l.append(2)",
        ["2", "4"],
    ),
    "list eq": (
        "self.l=[1]",
        "self.r = self.l == [1]",
        "self.l[0] = 2",
        ["False", "True"],
    ),
    "nested eq": (
        "self.l=[[1]]",
        "self.r = self.l == [[1]]",
        "self.l[0][0] = 2",
        ["False", "True"],
    ),
    "in nested": (
        "self.l=[[1]]",
        "self.r = [1] in self.l",
        "self.l[0][0] = 2",
        ["False", "True"],
    ),
    "index method": (
        "self.l=[1,2]",
        "self.r = self.l.index(2)",
        "self.l.insert(0, 2)",
        ["0", "1"],
    ),
    "copy deep": (
        "self.o=Box([1])",
        "self.r = copy.deepcopy(self.o).a",
        "self.o.a[0].append(2)",
        ["([1, 2],)", "([1],)"],
    ),
    "swap": (
        "self.a,self.b=1,2",
        "self.r = (self.a, self.b)",
        "self.a, self.b = self.b, self.a",
        ["(1, 1)", "(1, 2)", "(2, 1)", "(2, 2)"],
    ),
    "chained assign": (
        "self.a=self.b=0",
        "self.r = (self.a, self.b)",
        "self.a = self.b = 1",
        ["(0, 0)", "(0, 1)", "(1, 0)", "(1, 1)"],
    ),
    "conditional import": (
        "",
        ("import settings\nself.r = getattr(settings, 'NEW', None)"),
        "settings.NEW = 1",
        ["1", "None"],
    ),
    "del attr then hasattr": (
        "self.x=1",
        "self.r = hasattr(self, 'x')",
        "del self.x",
        ["False", "True"],
    ),
    "getattr default": (
        "",
        "self.r = getattr(self, 'zz', 0)",
        "self.zz = 1",
        ["0", "1"],
    ),
    "try attr": (
        "",
        ("try: self.r = self.zz\nexcept AttributeError: self.r = 'no'"),
        "self.zz = 1",
        ["'no'", "1"],
    ),
    "dict attr": (
        "",
        "self.r = self.__dict__.get('zz')",
        "self.zz = 1",
        ["1", "None"],
    ),
    "vars len": (
        "",
        "n = len(vars(self)); self.r = n",
        "self.zz = 1",
        ["1", "2"],
    ),
    "closure counter": (
        ("n = [0]\ndef inc(): n[0] += 1; return n[0]\nself.inc = inc"),
        "self.r = self.inc()",
        "self.inc()",
        ["1", "2"],
    ),
    "nonlocal counter": (
        ("n = 0\ndef inc():\n    nonlocal n\n    n += 1\n    return n\nself.inc = inc"),
        "self.r = self.inc()",
        "self.inc()",
        ["1", "2"],
    ),
    "generator counter": (
        (
            "def g():\n"
            "    n = 0\n"
            "    while True:\n"
            "        n += 1\n"
            "        yield n\n"
            "self.g = g()"
        ),
        ("try: self.r = next(self.g)\nexcept ValueError: self.r = 'busy'"),
        ("try: next(self.g)\nexcept ValueError: pass"),
        ["'busy'", "1", "2"],
    ),
    "thread local": (
        "self.l = threading.local(); self.l.x = 1",
        "self.r = getattr(self.l, 'x', None)",
        "self.l.x = 2",
        ["None"],
    ),
    "event": (
        "self.e = threading.Event()",
        "self.r = self.e.is_set()",
        "self.e.set()",
        ["False", "True"],
    ),
    "lock locked": (
        "self.l = threading.Lock()",
        "self.r = self.l.locked()",
        "with self.l: pass",
        ["False", "True"],
    ),
    "exception args": (
        "self.e = ValueError(1)",
        "self.r = self.e.args",
        "self.e.args = (2,)",
        ["(1,)", "(2,)"],
    ),
    "exception group": (
        "self.e = ExceptionGroup('g', [ValueError(1)])",
        "self.r = str(self.e.exceptions[0])",
        "self.e.exceptions[0].args = (2,)",
        ["'1'", "'2'"],
    ),
    "enum attr": (
        "Perm.R.note = 1",
        "self.r = Perm.R.note",
        "Perm.R.note = 2",
        ["1", "2"],
    ),
    "dataclass fields": (
        "self.o=Slotted(1)",
        "self.r = dataclasses.astuple(self.o)",
        "self.o.l.append(2)",
        ["(1, [2])", "(1, [])"],
    ),
    "repr dataclass": (
        "self.o=Slotted(1)",
        "self.r = repr(self.o)",
        "self.o.n = 2",
        ["'Slotted(n=1, l=[])'", "'Slotted(n=2, l=[])'"],
    ),
    "match": (
        "self.d={'k':1}",
        ("match self.d:\n    case {'k': v}: self.r = v\n    case _: self.r = 'no'"),
        "del self.d['k']",
        ["'no'", "1"],
    ),
    "match class": (
        "self.o=Box(); self.o.x=1",
        (
            "match self.o:\n"
            "    case Box(x=1): self.r = 'one'\n"
            "    case Box(x=2): self.r = 'two'\n"
            "    case _: self.r = 'no'"
        ),
        "self.o.x = 2",
        ["'one'", "'two'"],
    ),
    "assert": (
        "self.a=1",
        (
            "try:\n"
            "    assert self.a, self.a\n"
            "    self.r = 1\n"
            "except AssertionError as e: self.r = str(e)"
        ),
        "self.a = 0",
        ["'0'", "1"],
    ),
    "raise": (
        "self.a=KeyError",
        ("try: raise self.a\nexcept Exception as e: self.r = type(e).__name__"),
        "self.a = ValueError",
        ["'KeyError'", "'ValueError'"],
    ),
    "except expr": (
        "self.a=KeyError",
        (
            "try:\n"
            "    try: raise KeyError\n"
            "    except self.a: self.r = 1\n"
            "except KeyError: self.r = 2"
        ),
        "self.a = ValueError",
        ["1", "2"],
    ),
    "delete list item": (
        "self.l=[1,2]",
        "self.r = self.l[0]",
        "del self.l[0]",
        ["1", "2"],
    ),
    "slice step": (
        "self.l=[1,2,3]",
        "self.r = self.l[::2]",
        "self.l[2] = 9",
        ["[1, 3]", "[1, 9]"],
    ),
    "reverse": (
        "self.l=[1,2]",
        "self.r = self.l[0]",
        "self.l.reverse()",
        ["1", "2"],
    ),
    "sort key method": (
        "self.l=[2,1]",
        "self.r = list(self.l)",
        "self.l.sort()",
        ["[1, 2]", "[2, 1]"],
    ),
    "deque rotate": (
        "self.d=collections.deque([1,2])",
        "self.r = self.d[0]",
        "self.d.rotate(1)",
        ["1", "2"],
    ),
    "chainmap child": (
        "self.d=collections.ChainMap({}, {'a':1})",
        "self.r = self.d['a']",
        "self.d['a'] = 2",
        ["1", "2"],
    ),
    "userdict": (
        "self.d=collections.UserDict(a=1)",
        "self.r = self.d['a']",
        "self.d.data['a'] = 2",
        ["1", "2"],
    ),
    "mappingproxy": (
        "self.d={'a':1}; self.p=types.MappingProxyType(self.d)",
        "self.r = self.p['a']",
        "self.d['a'] = 2",
        ["1", "2"],
    ),
}
