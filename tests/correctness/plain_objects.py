"""Programs that read objects of their own classes, in about 400 ways; and the changes.

The oracle of `plain_programs` computes the results.  The classes have special methods,
properties, descriptors and slots; they derive from containers and abstract classes.
One worker uses these objects in an expression or a statement, while another worker
changes the attributes and items that the classes read.
"""

# `items` are three objects of Item: `i`, `j` and `k`.  `points` are two dataclasses:
# `p` and `q`.  `s` is the instance of the program.
EXPRESSIONS = """
sorted(items)
min(items)
max(items)
max(items, key=int)
max(items, key=lambda x: x.n)
sorted(items, key=operator.attrgetter("n"))
sorted(items, key=Item.method)
sum(items, Item(0))
sum(items)
sum(map(int, items))
sum(x.n for x in items)
[x.double for x in items]
[bool(x) for x in items]
list(map(bool, items))
list(filter(None, items))
any(items)
all(items)
any(x for x in items)
any(x.n > 5 for x in items)
heapq.nsmallest(2, items)
heapq.nlargest(1, items)
heapq.merge(items, [Item(5)]).__next__()
list(heapq.merge(items, [Item(5)]))
(heapq.heapify(items), items)[1]
(heapq.heapify(items), heapq.heappop(items))[1]
heapq.heappushpop(items, Item(2))
bisect.bisect(items, Item(2))
bisect.bisect([1, 2, 3], 2, key=lambda v: v + i.n)
i in [Item(7)]
Item(7) in items
items.index(Item(7)) if Item(7) in items else -1
items.count(Item(7))
items == [Item(1), Item(3), Item(2)]
items != [Item(7), Item(3), Item(2)]
tuple(items) == (Item(1), Item(3), Item(2))
(i, j) < (j, i)
items < [Item(2)]
{i: 1}[Item(1)]
{Item(1): 5}.get(i)
Item(7) in {i}
{i} == {Item(1)}
{i} | {Item(7)}
len({i, Item(7)})
{i} & {Item(7)}
{i} - {Item(7)}
set(items) == {Item(1), Item(2), Item(3)}
frozenset(items) == frozenset([Item(1), Item(2), Item(3)])
dict.fromkeys(items).keys() == {Item(1): 0, Item(2): 0, Item(3): 0}.keys()
s.keyed.get(Item(7))
s.keyed.get(Item(1))
Item(7) in s.keyed
s.keyed == {Item(1): "a", Item(3): "b"}
collections.Counter(items)[Item(7)]
len(collections.Counter([i, Item(7)]))
str(i)
repr(i)
repr(items)
str(items)
f"{i}"
f"{i!r:>5}"
f"{i:03d}"
format(i, "x")
"{}".format(i)
"{0.n}".format(i)
"{0[0]}".format(j)
"%s" % i
"%r" % (items,)
"%d" % i
"%s %s" % (i, j)
", ".join(map(str, items))
", ".join(f"{x}" for x in items)
int(i)
float(i)
complex(i)
bytes(i)
[10, 20, 30, 40, 50, 60, 70, 80][i]
range(10)[i]
"abcdefghij"[i]
[1, 2, 3, 4][:i]
[1, 2] * i
hex(i)
bin(i)
chr(i)
operator.index(i)
len(i)
list(i)
tuple(j)
[*j]
list(reversed(i))
list(iter(j))
next(iter(i))
positional(*j)
list(zip(i, j))
list(enumerate(j))
list(map(lambda a, b: a + b, i, j))
7 in i
1 in i
not i
i and 1
1 if i else 2
i or 5
i + j
5 + i
-i
abs(i)
round(i)
divmod(i, 2)
pow(i, 2)
i ** 2
i @ j
i(1)
list(map(i, [1, 2]))
list(itertools.starmap(i, [(1,), (2,)]))
functools.reduce(operator.add, items)
list(itertools.accumulate(items))
[(key, len(list(g))) for key, g in itertools.groupby(items)]
[(key, len(list(g))) for key, g in itertools.groupby(items, key=int)]
list(itertools.takewhile(bool, items))
list(itertools.dropwhile(lambda x: x.n < 5, items))
list(itertools.filterfalse(None, items))
list(itertools.compress("abc", items))
list(itertools.islice(items, i))
copy.copy(i)
copy.deepcopy(i)
copy.deepcopy(items)
copy.copy(p)
copy.deepcopy(p)
pickle.loads(pickle.dumps(i)).n
pickle.loads(pickle.dumps(items))
pickle.loads(pickle.dumps(p))
json.dumps(items, default=plain_json)
json.dumps([x.n for x in items])
json.dumps(p.__dict__)
json.dumps(dataclasses.asdict(p))
dataclasses.asdict(p)
dataclasses.astuple(p)
dataclasses.replace(p)
dataclasses.replace(p, x=4)
[getattr(p, f.name) for f in dataclasses.fields(p)]
repr(p)
p == Point(2, [4])
p < q
sorted(points)
min(points)
max(p, q)
points == [Point(1, [1]), Point(1, [0])]
points.index(Point(1, [0]))
vars(p)
dict(vars(p))
vars(i)
i.__dict__
list(vars(i).items())
getattr(i, "n")
getattr(i, "double")
i.double
i.cached
hasattr(s.wd, "zz")
s.wd.d
s.wd.nothing
getattr(s.wd, "d", 0)
operator.attrgetter("attr.a.b")(s)
operator.attrgetter("n", "double")(i)
operator.methodcaller("method")(i)
list(map(operator.attrgetter("n"), items))
list(map(operator.methodcaller("method"), items))
s.attr
repr(s.attr)
s.attr == types.SimpleNamespace(a=types.SimpleNamespace(b=2))
s.slotted
repr(s.slotted)
dataclasses.asdict(s.slotted)
s.slotted == Slotted(5, [1])
s.sb.x
operator.attrgetter("x")(s.sb)
dict(s.bag)
list(s.bag.items())
sorted(s.bag.values())
s.bag == {"a": 9, "b": 2}
s.bag.get("a")
{**s.bag}
s.bag.pop("a")
s.bag and 1
by_name(**s.bag)
"a" in s.bag and s.bag["a"]
json.dumps(dict(s.bag))
collections.ChainMap(s.bag, {"z": 1})["a"]
list(s.seq)
s.seq.index(9)
s.seq.count(9)
9 in s.seq
list(reversed(s.seq))
[x for x in s.seq]
s.seq.pop(0)
sum(s.seq)
sorted(s.seq)
max(s.seq)
[*s.seq]
s.seq[:1]
list(s.group)
5 in s.group
s.group == {1, 2}
s.group <= {1, 2, 5}
s.group.isdisjoint({5})
sorted(s.group | {9})
sorted(s.group & {5, 1})
sorted(s.group - {1})
len(s.group)
s.default["q"]
s.default["z"]
list(map(s.default.__getitem__, ["q"]))
operator.itemgetter("q")(s.default)
"%(q)s" % s.default
"{q}".format_map(s.default)
s.mylist.first()
sorted(s.mylist)
repr(s.mylist)
s.mylist == [4, 2]
s.ul == [4, 2]
repr(s.ul)
s.ul + [1]
sorted(s.ul)
s.ul.index(4)
dict(s.ud)
s.ud == {"a": 3}
repr(s.ud)
s.ud | {"b": 1}
str(s.us)
s.us.upper()
s.us == "zz"
s.us + "q"
s.us.join(["1", "2"])
list(s.each)
sum(s.each)
8 in s.each
[x for x in s.each]
positional(*s.each)
set(s.each)
dict(zip("ab", s.each))
"".join(map(str, s.each))
list(s.step)
8 in s.step
sum(s.step)
max(s.step)
tuple(s.pair)
repr(s.pair)
s.pair._replace(a=1)
s.pair._asdict()
s.pair == (Item(7), [3])
sorted([s.pair, (Item(2), [0])])
s.totals[0] >= s.totals[1]
s.totals[0] > s.totals[1]
max(s.totals).n
[t.n for t in sorted(s.totals)]
s.shape.area(3)
s.shape.area([1, 2])
s.shape.area("x")
describe(p)
describe(i)
describe(items)
describe({"k": p.y})
list(gen(items))
list(deleg(items))
(lambda g: (next(g), g.send(9), next(g)))(gen(items))
next(x.n for x in items if x.n > 2)
[y for x in items for y in range(x.n)]
{x.n: str(x) for x in items}
[z for x in items if (z := x.n) > 2]
len(s.reg)
list(s.reg)
2 in s.reg
s.factory["k"]
list(map(s.factory.__getitem__, "k"))
operator.itemgetter("k")(s.factory)
s.ws["a"].n
list(s.ws.values())
s.ref().n
s.part()
functools.partial(operator.add, i)(j)
statistics.mean(map(int, items))
decimal.Decimal(int(i)) + 1
fractions.Fraction(int(i), 2)
isinstance(3, type(i)) or i.n
dir(i)
i.__sizeof__()
math.trunc(i)
math.ceil(i)
math.floor(i)
math.sqrt(i)
math.gcd(i, 14)
math.hypot(i, j)
math.fsum(items)
math.prod(items)
os.fspath(i)
os.path.join("a", i)
operator.length_hint(i)
print(i, file=(f := io.StringIO())) or f.getvalue()
print(*items, sep="-", file=(f := io.StringIO())) or f.getvalue()
io.StringIO().writelines(map(str, items))
"abc".replace("a", str(i))
"x".center(i)
"a,b,c,d,e,f,g,h,i,j".split(",", i)
bytes(items)
bytearray(items)
int.from_bytes(bytes(i), "big")
array.array("i", map(int, items)).tolist()
struct.pack("B", i)
slice(i, j).indices(9)
tuple(itertools.product(items, repeat=1))
list(itertools.combinations(items, 2))
min(items, default=0)
min(i, j)
sorted(items, reverse=True)
list(dict(zip(items, "abc")).values())
type(i)(i.n).n
s.frozen
hash(s.frozen)
s.frozen == Frozen([3])
dataclasses.replace(s.frozen)
{s.frozen: 1}.get(Frozen([3]))
s.plain == s.plain and s.plain.x
[m.size for m in Colour]
Colour.RED.size
Colour("red").size
Colour["RED"].size
Colour.RED.doubled()
{m.name: m.size for m in Colour}
s.weak_keys[i]
list(s.weak_keys.values())
[x.n for x in s.weak_set]
sorted(x.n for x in s.weak_keys)
sum(len(each) for each in s.weak_keys.values())
s.day.note
repr(s.day)
sorted([s.day, Day(2020, 1, 2)])
f"{s.day:%Y}" + s.day.note
s.decimal.note
copy.copy(s.frozen)
pickle.loads(pickle.dumps(s.frozen))
s.chain["k"]
dict(s.chain)
list(s.counter.elements())
s.counter.most_common(1)
s.counter + collections.Counter("z")
s.counter.total()
list(s.ordered.items())
s.ordered == {"a": 5}
s.big.maps[0]["x"]
s.queue[0]
list(s.queue)
s.queue.index(9) if 9 in s.queue else -1
sum(s.view)
bytes(s.view[:1])
s.view.tolist()
s.text.getvalue()
s.cell()
s.bound()
s.static.count
s.static.get()
type(s.static).count
"""
# Statements; each binds `value`.  A blank line ends a statement.
STATEMENTS = """
for value in items:
    value = value.n
    break

with i as value:
    pass

with managed(i) as value:
    pass

value = 0
for x in i:
    value += x

value = i
value += 3

a, *value = j

value, *_ = [x.n for x in items]

value = 1
if i:
    value = 2

value = 0
while not i:
    value += 1
    if value > 2: break

value = [1, 2, 3, 4, 5, 6, 7, 8, 9]
del value[i]

value = {}
value[i] = 1
value = value.get(Item(7))

value = [0] * 9
value[i] = 1

assert i, i
value = 1

value = []
value.extend(j)

value = []
value += j

value = [1]
value *= i

value = set()
value.update(j)

value = items[:]
value.sort()

value = items[:]
value.remove(Item(7))

value = sorted(items)
value.reverse()

value = 0
try:
    raise ValueError(i)
except ValueError as e:
    value = str(e)

def inner():
    return i.n
value = inner()

value = lambda: i.n
value = value()

match items:
    case [Item(n=7), *_]: value = 1
    case [Item(n=n), *_]: value = n

match s.bag:
    case {'a': v, **rest}: value = (v, rest)

value = None
for n, x in enumerate(items):
    if x: value = n

value = None
with contextlib.suppress(ValueError):
    value = items.index(Item(7))

with contextlib.ExitStack() as stack:
    value = stack.enter_context(i)

value = dict(s.bag.items() if i else ())

global gg
gg = i.n
value = gg

value = i[0:1] if False else i[0]

value = of_generator(items)

value = 0
def add():
    nonlocal_ = i.n
    def inner():
        nonlocal nonlocal_
        nonlocal_ += j.n
    inner()
    return nonlocal_
value = add()

try:
    value = 1 // (i.n - 1)
except ZeroDivisionError:
    value = -1
finally:
    value += j.n

def stops():
    try:
        yield 1
    except KeyError:
        yield i.n
them = stops()
next(them)
value = them.throw(KeyError)

try:
    value = 0
    raise KeyError
except KeyError:
    value = p.x
else:
    value = q.x

for value in range(i.n):
    if value == j.n:
        break
else:
    value = "all"

value = [(x.n, y.n) for x in items if x for y in items if y > x]

value = {**vars(i), **vars(p)}

first, (second, *rest), *others = (i.n, (*p.y, 1), *s.inner)
value = (first, second, rest, others)

value = s.wd
value.d += 1
value = value.d

value = (yield_for(x) for x in items) if False else [x.n for x in reversed(items)]

assert s.seq[0] != 9, s.bag["a"]
value = 1

value = i.n if p.x == 2 else j.n

value = print(i, p, sep=s.us.data, file=(f := io.StringIO())) or f.getvalue()

import string
value = string.Template("$a $b").substitute(a=i, b=s.us)
"""
CHANGES = """
a.n = 7
p.x = 2
self.slotted.x = 5
self.sb.x = 6
self.wd.d = 8
self.bag['a'] = 9
self.seq[0] = 9
self.group.add(5)
self.default['z'] = 1
self.mylist[0] = 4
self.ul[0] = 4
self.ud['a'] = 3
self.us.data = 'zz'
self.inner[0] = 8
self.pair.b[0] = 3
self.totals[0].n = 3
self.shape.k = 2
self.reg.size = 3
self.reg.all.append(2)
self.attr.a.b = 2
b.n = 0
p.y[0] = 4
self.slotted.y.append(2)
q.y.append(3)
self.frozen.y[0] = 3
self.plain.x = 4
Colour.RED.size = 6
self.weak_keys[b].append(1)
self.weak_keys[a].append(2)
self.day.note = "m"
self.decimal.note = "d"
self.base["k"] = 4
self.counter["a"] += 2
self.ordered["a"] = 5
self.queue.appendleft(9)
self.buffer[0] = 9
self.text.write("more")
self.cell_of(8)
self.static.count = 3
type(self.static).count = 4
"""
PROGRAM = """\
import array, bisect, collections, contextlib, copy, dataclasses, datetime, decimal
import enum, fractions, functools, heapq, io, itertools, json, math, operator, os
import pickle, statistics, struct, types, typing, weakref, zlib
from collections.abc import MutableMapping, MutableSequence, MutableSet

class Item:
    def __init__(self, n): self.n = n
    def __lt__(self, o): return self.n < o.n
    def __eq__(self, o): return isinstance(o, Item) and self.n == o.n
    def __hash__(self): return 1
    def __bool__(self): return self.n > 2
    def __int__(self): return self.n
    def __index__(self): return self.n
    def __float__(self): return float(self.n)
    def __len__(self): return self.n
    def __str__(self): return f"I{self.n}"
    def __repr__(self): return "R%d" % self.n
    def __format__(self, s): return format(self.n, s)
    def __add__(self, o): return Item(self.n + (o.n if isinstance(o, Item) else o))
    __radd__ = __add__
    def __getitem__(self, i):
        if i >= self.n: raise IndexError
        return i * self.n
    def __contains__(self, v): return v == self.n
    def __call__(self, *a): return (self.n, *a)
    def __neg__(self): return -self.n
    def __abs__(self): return abs(self.n)
    def __round__(self, d=0): return self.n
    def __enter__(self): return self.n
    def __exit__(self, *a): return self.n > 2
    def __reversed__(self): return iter((self.n, 0))
    def __copy__(self): return Item(self.n * 2)
    def __deepcopy__(self, memo): return Item(self.n * 3)
    def __reduce__(self): return (Item, (self.n,))
    def __bytes__(self): return bytes([self.n])
    def __divmod__(self, o): return divmod(self.n, o)
    def __pow__(self, o): return self.n ** o
    def __matmul__(self, o): return self.n * o.n
    def __iadd__(self, o): return Item(self.n + o)
    def __complex__(self): return complex(self.n, 1)
    def __length_hint__(self): return self.n
    def __fspath__(self): return "p%d" % self.n
    @property
    def double(self): return self.n * 2
    @functools.cached_property
    def cached(self): return self.n * 5
    def method(self): return self.n
    def __dir__(self): return ["a%d" % self.n]
    def __sizeof__(self): return self.n
    def __instancecheck__(self, o): return self.n > 2
    def __trunc__(self): return self.n
    def __ceil__(self): return self.n
    def __floor__(self): return self.n

@dataclasses.dataclass(order=True)
class Point:
    x: int
    y: list
@dataclasses.dataclass(slots=True)
class Slotted:
    x: int
    y: list
class SlotsBy:
    __slots__ = ("x",)
    def __init__(self, x): self.x = x
class Desc:
    def __get__(self, o, t=None): return o.__dict__["hidden"] if o is not None else self
    def __set__(self, o, v): o.__dict__["hidden"] = v
class WithDesc:
    d = Desc()
    total = 0
    def __getattr__(self, name): return ("missing", name, self.__dict__.get("hidden"))
class Bag(MutableMapping):
    def __init__(self, d): self.d = dict(d)
    def __getitem__(self, k): return self.d[k]
    def __setitem__(self, k, v): self.d[k] = v
    def __delitem__(self, k): del self.d[k]
    def __iter__(self): return iter(self.d)
    def __len__(self): return len(self.d)
class Seq(MutableSequence):
    def __init__(self, l): self.l = list(l)
    def __getitem__(self, i): return self.l[i]
    def __setitem__(self, i, v): self.l[i] = v
    def __delitem__(self, i): del self.l[i]
    def __len__(self): return len(self.l)
    def insert(self, i, v): self.l.insert(i, v)
class Group(MutableSet):
    def __init__(self, l=()): self.l = list(l)
    def __contains__(self, v): return v in self.l
    def __iter__(self): return iter(self.l)
    def __len__(self): return len(self.l)
    def add(self, v): self.l.append(v)
    def discard(self, v):
        if v in self.l: self.l.remove(v)
class Default(dict):
    def __missing__(self, k): return (k, len(self))
class MyList(list):
    def first(self): return self[0]
class MyUL(collections.UserList): pass
class MyUD(collections.UserDict): pass
class MyUS(collections.UserString): pass
class Each:
    def __init__(self, l): self.l = l
    def __iter__(self):
        for x in self.l: yield x
class Step:
    def __init__(self, l): self.l = l; self.i = 0
    def __iter__(self): self.i = 0; return self
    def __next__(self):
        if self.i >= len(self.l): raise StopIteration
        self.i += 1
        return self.l[self.i - 1]
class Pair(typing.NamedTuple):
    a: object
    b: object
@dataclasses.dataclass(frozen=True)
class Frozen:
    y: list
    def __hash__(self): return self.y[0]
@dataclasses.dataclass(eq=False)
class Plain:
    x: int
class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"
    def __init__(self, text): self.size = len(text)
    def doubled(self): return self.size * 2
class Day(datetime.date):
    note = "n"
    def __repr__(self): return f"Day {self.note}"
class Amount(decimal.Decimal):
    note = "a"
class Static:
    count = 1
    @staticmethod
    def get(): return Static.count
class Meta(type):
    def __len__(cls): return cls.size
    def __iter__(cls): return iter(cls.all)
    def __contains__(cls, v): return v in cls.all
class Registry(metaclass=Meta):
    size = 1
    all = []
@functools.total_ordering
class Total:
    def __init__(self, n): self.n = n
    def __eq__(self, o): return self.n == o.n
    def __lt__(self, o): return self.n < o.n
    __hash__ = object.__hash__
class Shape:
    @functools.singledispatchmethod
    def area(self, v): return ("?", self.k)
    @area.register
    def _(self, v: int): return (v, self.k)
    @area.register
    def _(self, v: list): return (sum(v), self.k)
def describe(x):
    match x:
        case Point(x=7): return "seven"
        case Point(x=x, y=[a, *_]): return ("p", x, a)
        case Item(n=3): return "i3"
        case Item(n=n) if n > 5: return ("big", n)
        case {"k": [v, *_]}: return ("k", v)
        case [Item(n=a), *rest]: return ("l", a, len(rest))
    return "other"
def gen(items):
    for i in items:
        got = yield i.n
        if got: yield got
def deleg(items):
    r = yield from gen(items)
    return r
@contextlib.contextmanager
def managed(item):
    yield item.n
    item.n + 1
def plain_json(o): return o.n if isinstance(o, Item) else list(o)

def positional(*a): return a
def by_name(**k): return k
def of_generator(items): return next(x.n for x in items)
class Changing:
    workers = ("read", "change")
    def __init__(self):
        self.items = [Item(1), Item(3), Item(2)]
        self.points = [Point(1, [1]), Point(1, [0])]
        self.slotted = Slotted(1, [1])
        self.sb = SlotsBy(1)
        self.wd = WithDesc(); self.wd.d = 1
        self.bag = Bag({"a": 1, "b": 2})
        self.seq = Seq([1, 2]); self.group = Group([1, 2])
        self.default = Default(a=1); self.mylist = MyList([1, 2])
        self.ul = MyUL([1, 2]); self.ud = MyUD({"a": 1}); self.us = MyUS("ab")
        self.inner = [1, 2]
        self.each = Each(self.inner); self.step = Step(self.inner)
        self.pair = Pair(Item(1), [1])
        self.totals = [Total(1), Total(2)]
        self.shape = Shape(); self.shape.k = 1
        self.keyed = {Item(1): "a", Item(3): "b"}
        self.reg = type("Reg", (Registry,), {"size": 1, "all": [1]})
        self.attr = types.SimpleNamespace(a=types.SimpleNamespace(b=1))
        self.factory = collections.defaultdict(lambda: self.inner[0])
        self.ws = weakref.WeakValueDictionary(); self.ws["a"] = self.items[0]
        self.ref = weakref.ref(self.items[0])
        self.part = functools.partial(plain_json, self.items[0])
        self.frozen = Frozen([1]); self.plain = Plain(1)
        self.weak_keys = weakref.WeakKeyDictionary({x: [1] for x in self.items})
        self.weak_set = weakref.WeakSet(self.items)
        self.day = Day(2020, 1, 1); self.decimal = Amount(1)
        self.base = {"k": 1}; self.chain = collections.ChainMap({}, self.base)
        self.big = collections.ChainMap({"x": 1})
        self.counter = collections.Counter("aab")
        self.ordered = collections.OrderedDict(a=1)
        self.queue = collections.deque([1, 2])
        self.buffer = bytearray(b"ab"); self.view = memoryview(self.buffer)
        self.text = io.StringIO("x"); self.text.seek(1)
        value = 1
        def cell(): return value
        def cell_of(new):
            nonlocal value
            value = new
        self.cell, self.cell_of = cell, cell_of
        self.bound = self.items[0].method
        self.static = Static()
        self.seen = None
    def read(self):
        items, points = list(self.items), list(self.points)
        i, j, k = items
        p, q = points
        s = self
        try:
            STATEMENT
        except Exception as error:
            value = type(error).__name__ + str(error)
        self.seen = zlib.crc32(repr(value).encode())

    def change(self):
        a, b, c = self.items
        p, q = self.points
        CHANGES
"""


def programs() -> dict[str, str]:
    """Return the program of each expression and statement, by its text."""
    values = {text: f"value = {text}" for text in EXPRESSIONS.strip().splitlines()}
    values.update((text, text) for text in STATEMENTS.strip().split("\n\n"))
    changes = CHANGES.strip().replace("\n", "\n        ")
    return {
        text: PROGRAM.replace("CHANGES", changes).replace(
            "STATEMENT", statement.replace("\n", "\n            ")
        )
        for text, statement in values.items()
    }
