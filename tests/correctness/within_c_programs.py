"""Programs in which a function in C runs Python code in its middle.

By name: what `__init__` makes, the lines of one worker, those of the other, what is
shown at the end, and each text that may be shown.  All were found by hand: `reverse`
comes before the call, after it, or between two items.
"""

EXECUTING = "ValueError: generator already executing"
GROWN_DICT = "RuntimeError: dictionary changed size during iteration"
GROWN_SET = "RuntimeError: Set changed size during iteration"
AGES = "[one.age for one in self.l]"
TWICE = ("self.r = next(self.it)", "self.w = next(self.it)", "(self.r, self.w)")
PATHS = "self.l = [Path('a'), Path('b'), Path('c')]"
FRACTIONS = "self.l = [Fraction(1), Fraction(2), Fraction(3)]"
LATER = "self.later = functools.cmp_to_key(lambda a, b: a - b)"

KEYS = {
    "max by cmp_to_key": (
        f"self.l = [1, 2, 3]; {LATER}",
        "self.r = max(self.l, key=self.later)",
        "self.l.reverse()",
        "self.r",
        ["3", "2"],
    ),
    "min by attrgetter of a property": (
        "self.l = [Aged(3), Aged(2), Aged(1)]",
        "self.r = min(self.l, key=operator.attrgetter('age')).age",
        "self.l.reverse()",
        "self.r",
        ["1", "2"],
    ),
    "sort by attrgetter in a dotted name": (
        "self.l = [Holder(Aged(2)), Holder(Aged(1))]",
        "self.l.sort(key=operator.attrgetter('held.age'))",
        "self.r = len(self.l)",
        "self.r",
        ["0", "2"],
    ),
    "max by an item of a dict that makes it": (
        "self.l = [1, 2, 3]; self.d = Missing()",
        "self.r = max(self.l, key=self.d.__getitem__)",
        "self.l.reverse()",
        "self.r",
        ["3", "2"],
    ),
    "sort by what is sent to a generator": (
        "self.l = [2, 1]; self.g = echo(); next(self.g)",
        "self.l.sort(key=self.g.send)",
        "self.r = len(self.l)",
        "self.r",
        ["0", "2"],
    ),
    "insort by attrgetter": (
        "self.l = [Aged(2), Aged(4)]",
        "bisect.insort(self.l, Aged(3), key=operator.attrgetter('age'))",
        "self.l.insert(0, Aged(1))",
        AGES,
        ["[1, 2, 3, 4]", "[1, 3, 2, 4]"],
    ),
    "heappop of cmp_to_key": (
        f"{LATER}; self.l = [*map(self.later, (1, 2, 3))]",
        "heapq.heappop(self.l)",
        "self.l.append(self.later(9))",
        "len(self.l)",
        ["3", "RuntimeError: list changed size during iteration"],
    ),
}
LIBRARY = {
    "index of a fraction": (
        FRACTIONS,
        "self.r = self.l.index(Fraction(3))",
        "self.l.pop(0)",
        "self.r",
        ["1", "2", "ValueError: Fraction(3, 1) is not in list"],
    ),
    "count of a path": (
        "self.l = [Path('a'), Path('b'), Path('a')]",
        "self.r = self.l.count(Path('a'))",
        "self.l.insert(0, Path('c'))",
        "self.r",
        ["2", "3"],
    ),
    "an address in a list": (
        "self.l = [*map(ipaddress.ip_address, ('::1', '::2', '::3'))]",
        "self.r = ipaddress.ip_address('::3') in self.l",
        "self.l.reverse()",
        "self.r",
        ["True", "False"],
    ),
    "lists that are equal in no order": (
        "self.l = [Fraction(1), Fraction(5)]",
        "self.r = self.l == [Fraction(1), Fraction(1)]",
        "self.l.reverse()",
        "self.r",
        ["False", "True"],
    ),
    "lists that shrink one after the other": (
        "self.l = [Path('a'), Path('b')]; self.m = [Path('a'), Path('b')]",
        "self.r = self.l == self.m",
        "self.m.pop(); self.l.pop()",
        "self.r",
        ["True", "False"],
    ),
    "sum of fractions": (
        FRACTIONS,
        "self.r = sum(self.l)",
        "self.l.reverse()",
        "int(self.r)",
        ["6", "4"],
    ),
    "sort of pairs with a path": (
        "self.l = [(1, Path('b')), (1, Path('a'))]",
        "self.l.sort()",
        "self.r = len(self.l)",
        "self.r",
        ["0", "2"],
    ),
    "max of paths in a deque": (
        "self.l = collections.deque([Path('a'), Path('b')])",
        "self.r = str(max(self.l))",
        "self.l.append(Path('c'))",
        "self.r",
        ["'b'", "'c'", "RuntimeError: deque mutated during iteration"],
    ),
    "paths in an f-string": (
        PATHS,
        "self.r = f'{self.l}'",
        "self.l.reverse()",
        "self.r.replace('PurePosixPath', '').replace('\\'', '')",
        ["'[(a), (b), (c)]'", "'[(c), (b), (a)]'", "'[(a), (b), (a)]'"],
    ),
    "points after a percent sign": (
        "self.l = [Point(1), Point(2), Point(3)]",
        "self.r = '%s' % self.l",
        "self.l.reverse()",
        "self.r.replace('Point', '')",
        [
            "'[(x=1), (x=2), (x=3)]'",
            "'[(x=3), (x=2), (x=1)]'",
            "'[(x=1), (x=2), (x=1)]'",
        ],
    ),
    "members of an enum as text": (
        "self.l = [Color.A, Color.B, Color.C]",
        "self.r = str(self.l)",
        "self.l.reverse()",
        "self.r.replace('Color.', '')",
        [
            "'[<A: 1>, <B: 2>, <C: 3>]'",
            "'[<C: 3>, <B: 2>, <A: 1>]'",
            "'[<A: 1>, <B: 2>, <A: 1>]'",
        ],
    ),
}
ITERATORS = {
    "count of fractions": (
        "self.it = itertools.count(Fraction(1))",
        *TWICE,
        [
            "(Fraction(1, 1), Fraction(2, 1))",
            "(Fraction(2, 1), Fraction(1, 1))",
            "(Fraction(1, 1), Fraction(1, 1))",
        ],
    ),
    "count by a fraction": (
        "self.it = itertools.count(5, Fraction(2))",
        *TWICE,
        ["(5, Fraction(7, 1))", "(Fraction(7, 1), 5)", "(5, 5)"],
    ),
    "compress": (
        "self.it = itertools.compress((n for n in range(3)), [1, 1, 1])",
        *TWICE,
        ["(0, 1)", "(1, 0)", EXECUTING],
    ),
    "compress by a generator": (
        "self.it = itertools.compress(range(3), (True for n in range(3)))",
        *TWICE,
        ["(0, 1)", "(1, 0)", EXECUTING],
    ),
    "zip_longest": (
        "self.it = itertools.zip_longest(n for n in range(3))",
        *TWICE,
        ["((0,), (1,))", "((1,), (0,))", EXECUTING],
    ),
    "cycle of a slice": (
        "self.it = itertools.cycle(itertools.islice((n for n in range(3)), 2))",
        *TWICE,
        ["(0, 1)", "(1, 0)", EXECUTING],
    ),
    "cycle in a loop": (
        "self.it = itertools.cycle(n for n in range(2))",
        "for self.r in self.it: break",
        "for self.w in self.it: break",
        "(self.r, self.w)",
        ["(0, 1)", "(1, 0)", EXECUTING],
    ),
    "chain": (
        "self.it = itertools.chain(n for n in range(3))",
        *TWICE,
        ["(0, 1)", "(1, 0)", EXECUTING],
    ),
    "chain of a list of generators": (
        "self.it = itertools.chain.from_iterable([(n for n in range(3))])",
        *TWICE,
        ["(0, 1)", "(1, 0)", EXECUTING],
    ),
    "islice": (
        "self.it = itertools.islice((n for n in range(3)), 2)",
        *TWICE,
        ["(0, 1)", "(1, 0)", EXECUTING],
    ),
    "csv.reader": (
        "self.it = csv.reader(line for line in ('a', 'b'))",
        *TWICE,
        ["(['a'], ['b'])", "(['b'], ['a'])", EXECUTING],
    ),
    "rows of a generator": (
        "self.f = io.StringIO()",
        "csv.writer(self.f).writerows([n] for n in 'ab')",
        "self.f.write('-')",
        "self.f.getvalue().replace('\\r\\n', '')",
        ["'-ab'", "'a-b'", "'ab-'"],
    ),
    "lines of a generator": (
        "self.f = io.BytesIO()",
        "self.f.writelines(n for n in (b'a', b'b'))",
        "self.f.write(b'-')",
        "self.f.getvalue()",
        ["b'-ab'", "b'a-b'", "b'ab-'"],
    ),
}
NAMES_GROW = "self.o.names['b'] = 2"
WALKED = "self.o = Named(a=1)"
MAPPINGS = {
    "dict of a UserDict": (
        "self.m = collections.UserDict(a=1, b=2)",
        "self.r = dict(self.m)",
        "del self.m['b']",
        "self.r",
        ["{'a': 1, 'b': 2}", "{'a': 1}", "KeyError: 'b'", GROWN_DICT],
    ),
    "update from what has keys": (
        "self.m = Keyed(a=1, b=2); self.r = {}",
        "self.r.update(self.m)",
        "self.m.names.update(a=3, b=4)",
        "self.r",
        ["{'a': 1, 'b': 2}", "{'a': 3, 'b': 4}", "{'a': 1, 'b': 4}"],
    ),
    "display of a mapping": (
        "self.m = Settings(a=1, b=2)",
        "self.r = {**self.m}",
        "del self.m.names['b']",
        "self.r",
        ["{'a': 1, 'b': 2}", "{'a': 1}", "{'a': 1, 'b': None}", GROWN_DICT],
    ),
    "tuple": (WALKED, "self.r = tuple(self.o)", NAMES_GROW, "self.r",
              ["('a',)", "('a', 'b')", GROWN_DICT]),
    "join": (WALKED, "self.r = ','.join(self.o)", NAMES_GROW, "self.r",
             ["'a'", "'a,b'", GROWN_DICT]),
    "fromkeys": (WALKED, "self.r = dict.fromkeys(self.o)", NAMES_GROW, "self.r",
                 ["{'a': None}", "{'a': None, 'b': None}", GROWN_DICT]),
    "max": (WALKED, "self.r = max(self.o)", NAMES_GROW, "self.r",
            ["'a'", "'b'", GROWN_DICT]),
    "extend": (WALKED + "; self.r = []", "self.r.extend(self.o)", NAMES_GROW, "self.r",
               ["['a']", "['a', 'b']", GROWN_DICT]),
}  # fmt: skip
SAVED = "self.l = [Saved(1), Saved(2), Saved(3)]"
HALF = ["[1, 2, 3]", "[3, 2, 1]", "[1, 2, 1]"]
TEXTS_OF_WEAK = ["1", "2", GROWN_SET]
OTHERS = {
    "pickle of objects with a state": (
        SAVED,
        "self.r = [one.age for one in pickle.loads(pickle.dumps(self.l))]",
        "self.l.reverse()",
        "self.r",
        HALF,
    ),
    "pickle of objects in a list in a dict": (
        SAVED + "; self.d = {'all': self.l}",
        "self.r = [one.age for one in pickle.loads(pickle.dumps(self.d))['all']]",
        "self.l.reverse()",
        "self.r",
        HALF,
    ),
    "pickle with persistent ids": (
        "self.l = [1, 2, 3]; self.f = io.BytesIO()",
        "Pickler(self.f).dump(self.l); self.r = pickle.loads(self.f.getvalue())",
        "self.l.reverse()",
        "self.r",
        HALF,
    ),
    "tuple of a WeakSet": (
        "self.k = [Aged(1), Aged(2)]; self.w = weakref.WeakSet(self.k[:1])",
        "self.r = len(tuple(self.w))",
        "self.w.add(self.k[1])",
        "self.r",
        TEXTS_OF_WEAK,
    ),
    "display of a WeakSet": (
        "self.k = [Aged(1), Aged(2)]; self.w = weakref.WeakSet(self.k[:1])",
        "self.r = len([*self.w])",
        "self.w.add(self.k[1])",
        "self.r",
        TEXTS_OF_WEAK,
    ),
    "a WeakSet that is added to a list": (
        "self.k = [Aged(1), Aged(2)]; self.w = weakref.WeakSet(self.k[:1])",
        "self.r = []; self.r += self.w; self.r = len(self.r)",
        "self.w.add(self.k[1])",
        "self.r",
        TEXTS_OF_WEAK,
    ),
    "a WeakSet that is unpacked": (
        "self.k = [Aged(1), Aged(2)]; self.w = weakref.WeakSet(self.k[:1])",
        "one, *self.r = self.w; self.r = 1 + len(self.r)",
        "self.w.add(self.k[1])",
        "self.r",
        TEXTS_OF_WEAK,
    ),
}
WITHIN_C = {**KEYS, **LIBRARY, **ITERATORS, **MAPPINGS, **OTHERS}
