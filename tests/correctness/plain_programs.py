"""Programs with one expression that reads what other objects contain; and its results.

A worker evaluates the expression, while another one changes these objects.  The oracle
is Python itself: it runs the whole first worker between two statements of the second
one, without the explorer.  Each result must be among the explored ones.
"""

import ast
import pickle
import re
import sys
import types
import zlib

# `rows` is a list, or another iterable, of three lists; `bufs` are two bytearrays, and
# `named` is a dict of two lists.
EXPRESSIONS = [
    "bisect.bisect(rows, [2, 1])",
    "bisect.bisect_left(rows, [7])",
    "(bisect.insort(rows, [7]), rows)[1] == [[1], [2, 0], [3, 3], [7]]",
    "(heapq.heapify(rows), list(map(tuple, rows)))[1]",
    "heapq.nlargest(1, rows)[0][:]",
    "[tuple(x) for x in heapq.merge(rows, [[0]])]",
    "(heapq.heapify(rows), tuple(heapq.heappop(rows)))[1]",
    "tuple(heapq.heappushpop(rows, [0]))",
    "tuple(heapq.heapreplace(rows, [0]))",
    "written_rows(rows)",
    "written_row(rows)",
    "struct.pack('%dB' % len(rows[0]), *rows[0])",
    "json.dumps(rows)",
    "json.dumps(named)",
    "tuple(copy.copy(rows)[0])",
    "copy.deepcopy(rows)",
    "pickle.loads(pickle.dumps(rows))",
    "operator.eq(rows, [[1], [2, 0], [3, 3]])",
    "rows == [[1], [2, 0], [3, 3]]",
    "rows < [[2]]",
    "[1] in rows",
    "rows.index([2, 0])",
    "rows.count([1])",
    "list(itertools.chain(*rows))",
    "list(itertools.chain.from_iterable(rows))",
    "list(itertools.starmap(lambda *a: a, rows))",
    "list(itertools.product(*rows))",
    "list(zip(*rows))",
    "list(itertools.zip_longest(*rows))",
    "sum(rows, [])",
    "tuple(max(rows))",
    "tuple(min(rows))",
    "sorted(rows) == [[1], [2, 0], [3, 3]]",
    "all(rows)",
    "len(list(filter(None, rows)))",
    "list(map(tuple, rows))",
    "list(map(len, rows))",
    "list(map(sum, rows))",
    "list(map(str, rows))",
    "str(rows)",
    "f'{rows}'",
    "'{}'.format(rows)",
    "'%s' % (rows,)",
    "'%(a)s' % named",
    "repr(named)",
    "b''.join(bufs)",
    "bytes(bufs[0])",
    "bufs[0] + b'x'",
    "sorted(named.items())[0]",
    "max(named.values())[:]",
    "[x for r in rows for x in r]",
    "functools.reduce(operator.add, rows)",
    "functools.reduce(lambda a, b: a + b, rows)",
    "list(itertools.accumulate(rows, operator.add))",
    "[(k, len(list(g))) for k, g in itertools.groupby(rows, len)]",
    "len(list(itertools.compress('abc', rows)))",
    "collections.Counter(x for r in rows for x in r)",
    "tuple(collections.deque(rows)[0])",
    "tuple(map(tuple, rows))",
    "set(map(tuple, rows))",
    "[tuple(x) for x in itertools.islice(rows, 2)]",
    "[tuple(x) for x in reversed(rows)]",
    "[(i, tuple(x)) for i, x in enumerate(rows)]",
    "[*rows[0], *rows[1]]",
    "{**named}['a'][:]",
    "rows[:2] == [[1], [2, 0]]",
    "(rows.remove([1]) if [1] in rows else None, len(rows))[1]",
    "sorted(rows, key=functools.cmp_to_key(lambda a, b: len(a) - len(b)))[0][:]",
    "max(named, key=named.get)",
    "max(named, key=lambda k: named[k])",
    "operator.itemgetter(0)(rows)[:]",
    "list(map(operator.itemgetter(0), [r for r in rows if r]))",
    "bufs[0].hex()",
    "bufs[0].decode()",
    "bytes(memoryview(bufs[0]))",
    "dict(zip('abc', rows))['a'][:]",
    "dict.fromkeys(rows[0])",
    "set().union(*rows)",
    "updated(rows)",
    "set().isdisjoint(rows[0])",
    "extended(rows)",
    "extended(x for r in rows for x in r)",
    "added(rows)",
    "(rows.sort(), rows)[1] == [[1], [2, 0], [3, 3]]",
    "(rows.sort(key=len), rows)[1][0][:]",
    "(rows * 2)[3][:]",
    "printed(rows)",
    "hashlib.md5(bufs[0]).hexdigest()",
    "zlib.crc32(bufs[0])",
    "base64.b64encode(bufs[0])",
    "binascii.hexlify(bufs[0])",
    "math.fsum(rows[0])",
    "math.prod(rows[0])",
    "math.dist(rows[0], [0]) if len(rows[0]) == 1 else 0",
    "statistics.mean(rows[0])",
    "array.array('i', rows[0]).tolist()",
    "struct.unpack('B', bufs[0])",
    "int.from_bytes(bufs[0], 'big')",
    "list(map(tuple, itertools.pairwise(rows[0] + rows[1])))",
    "list(itertools.combinations(rows[1], 2))",
    "list(itertools.permutations(rows[1]))",
    "[[x for x in r] for r in rows]",
    "{i: tuple(r) for i, r in enumerate(rows)}",
    "textwrap.shorten(str(rows), 50)",
    "pprint.pformat(rows)",
    "', '.join(str(x) for x in rows)",
    "all(len(r) for r in rows)",
    "any(7 in r for r in rows)",
    "next((r[:] for r in rows if 7 in r), None)",
    "[*map(list, rows)]",
    "[y for r in rows if (y := len(r))]",
    "matched(rows)",
    "(lambda r: r[0])(rows[0])",
    "functools.partial(max, rows[0])(rows[1])[:]",
    "operator.methodcaller('copy')(rows[0])",
    "operator.attrgetter('__len__')(rows[0])()",
    "operator.contains(rows[0], 7)",
    "operator.countOf(rows, [1])",
    "operator.indexOf(rows, [2, 0])",
    "operator.concat(rows[0], rows[1])",
    "operator.getitem(rows[0], 0)",
    "operator.truth(rows[2])",
    "rows[0][0:1]",
    "dict(collections.ChainMap(named))['a'][:]",
    "collections.UserList(rows[0]).data[:]",
    "collections.namedtuple('N', 'a')(rows[0]).a[:]",
    "repr(types.SimpleNamespace(a=rows[0]))",
    "repr(Record(rows[0]))",
    "dataclasses.asdict(Record(rows[0]))",
    "dataclasses.replace(Record(rows[0])).a[:]",
    "[a for a, *b in [r for r in rows if r]]",
    "starred(*rows)",
    "by_name(**named)",
    "io.BytesIO(bufs[0]).read()",
    "io.StringIO(str(rows)).read()",
    "dict(r for r in rows if len(r) == 2)",
    "sum((r for r in rows), start=[])",
    "tuple(max((r for r in rows), key=None))",
    "sorted((r for r in rows), reverse=True) == [[3, 3], [2, 0], [1]]",
    "sorted(r for r in rows) == [[1], [2, 0], [3, 3]]",
    "tuple(min((r, 0) for r in rows)[0])",
    "any(itertools.tee(r[1:] for r in rows)[0])",
    "written_rows(r for r in rows)",
    "list(itertools.starmap(lambda *a: a, (r for r in rows)))",
    "list(itertools.chain.from_iterable(r for r in rows))",
    "list(itertools.chain.from_iterable(itertools.islice(rows, 3)))",
    "list(itertools.chain.from_iterable(filter(None, rows)))",
    "b'-'.join(b for b in bufs)",
]
# Other iterables that give the same three lists.
ITERABLES = {
    "a tuple": "tuple(self.rows)",
    "a deque": "collections.deque(self.rows)",
    "the shared list": "self.rows",
    "an iterator": "iter(self.rows)",
    "a reversed list": "reversed(self.rows)",
    "a slice": "itertools.islice(self.rows, 3)",
    "a chain": "itertools.chain(self.rows[:1], self.rows[1:])",
    "a map": "map(self.row, range(3))",
    "a filter": "filter(lambda row: True, self.rows)",
    "a generator": "self.each()",
    "a generator expression": "(self.rows[i] for i in range(3))",
    "values": "dict(enumerate(self.rows)).values()",
}
PROGRAM = """\
import array, base64, binascii, bisect, collections, copy, csv, dataclasses, functools
import hashlib, heapq, io, itertools, json, math, operator, pickle, pprint, statistics
import struct, textwrap, types, zlib


@dataclasses.dataclass
class Record:
    a: list


def written_rows(rows):
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue()


def written_row(row):
    file = io.StringIO()
    csv.writer(file).writerow(row)
    return file.getvalue()


def updated(rows):
    values = dict()
    values.update([row for row in rows if len(row) == 2])
    return values


def extended(rows):
    values = []
    values.extend(rows)
    return repr(values)


def added(rows):
    values = []
    values += rows[0]
    values += rows[2]
    return values


def matched(rows):
    match rows:
        case [[7], *_]:
            return 1
        case [_, _, []]:
            return 2
    return 3


def printed(rows):
    file = io.StringIO()
    print(rows, file=file)
    return file.getvalue()


def starred(*rows):
    return repr(rows)


def by_name(a, b):
    return a[:]


class Changing:
    workers = ("read", "change")

    def __init__(self):
        self.rows = [[1], [2, 0], [3, 3]]
        self.bufs = [bytearray(b"a"), bytearray(b"b")]
        self.named = dict(a=[1], b=[2])
        self.seen = None

    def row(self, number):
        return self.rows[number]

    def each(self):
        for number in range(3):
            yield self.rows[number]

    def read(self):
        bufs = list(self.bufs)
        named = dict(self.named)
        rows = ITERABLE
        try:
            value = repr(EXPRESSION)
        except (IndexError, TypeError, ValueError, AttributeError) as error:
            value = type(error).__name__
        self.seen = zlib.crc32(value.encode())

    def change(self):
        a, b, c = self.rows
        (p, _), n = self.bufs, self.named["a"]
        a[0] = 7
        p[0] = 70
        n.append(4)
        c.clear()
        b.append(1)
"""
IS_ADDRESS = re.compile("0x[0-9a-f]{4}")


def program(expression: str, iterable: str = "list(self.rows)") -> str:
    """Return a program whose first worker evaluates an expression."""
    return PROGRAM.replace("ITERABLE", iterable).replace("EXPRESSION", expression)


def results(source: str) -> set[int]:
    """Return what the first worker stores, if it runs between two statements.

    The set is empty if a result contains the address of an object, which differs
    between two runs, or if a worker raises an error.
    """
    found = set()
    tree = ast.parse(source)
    change = method(tree, "change")
    statements = change.body
    for place in range(len(statements) + 1):
        call = ast.parse("self.read()").body
        change.body = [*statements[:place], *call, *statements[place:]]
        texts: list[str] = []
        try:
            seen = run_once(ast.unparse(tree), texts)
        except (ValueError, pickle.PicklingError):
            return set()  # a row added to the shared list; a map that is pickled
        if any(IS_ADDRESS.search(text) for text in texts):
            return set()
        found.add(seen)
    return found


def run_once(source: str, texts: list[str]) -> int:
    """Run the second worker alone; return `seen`, and note the texts behind it."""
    module = types.ModuleType("plain")
    sys.modules["plain"] = module  # where `pickle` looks for the program's classes
    try:
        exec(compile(source, "plain", "exec"), vars(module))
        vars(module)["zlib"] = Recorder(texts)
        run = vars(module)["Changing"]()
        run.change()
    finally:
        del sys.modules["plain"]
    seen: int = run.seen
    return seen


class Recorder:
    """In place of the module `zlib`: it notes the texts whose checksum is computed."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts

    def crc32(self, data: bytes) -> int:
        self.texts.append(bytes(data).decode(errors="replace"))
        return zlib.crc32(data)


def method(tree: ast.Module, name: str) -> ast.FunctionDef:
    (found,) = (
        one
        for one in ast.walk(tree)
        if isinstance(one, ast.FunctionDef) and one.name == name
    )
    return found
