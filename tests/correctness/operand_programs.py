"""Operations on two shared containers, with what the reader may find.

By name: what `__init__` makes, the reader's lines, the writer's, and each value that
the reader may find, as it is shown.  All were found by hand: each operation looks into
both operands at one time, after both were evaluated.
"""

PAIR = "self.p = [1, 2]; self.q = [1, 2]"
POPS = "self.q.pop(); self.p.pop()"

OPERANDS = {
    "equal": (PAIR, "self.r = self.p == self.q", POPS, ["False", "True"]),
    "not equal": (PAIR, "self.r = self.p != self.q", POPS, ["False", "True"]),
    "less": (PAIR, "self.r = self.p < self.q", POPS, ["False"]),
    "greater": (PAIR, "self.r = self.p > self.q", POPS, ["False", "True"]),
    "sum": (
        PAIR,
        "self.r = self.p + self.q",
        POPS,
        ["[1, 1]", "[1, 2, 1, 2]", "[1, 2, 1]"],
    ),
    "of one function's variables": (
        PAIR,
        "p, q = self.p, self.q; self.r = p == q",
        POPS,
        ["False", "True"],
    ),
    "with a list that is made in between": (
        PAIR,
        "self.r = self.p + [one for one in self.q]",
        "self.p.append(3); self.q.append(4)",
        ["[1, 2, 1, 2]", "[1, 2, 3, 1, 2, 4]", "[1, 2, 3, 1, 2]"],
    ),
    "with what a function gives": (
        PAIR + "\ndef f(): return self.q[0]\nself.f = f",
        "self.r = self.p + [self.f()]",
        "self.p.append(3); self.q[0] = 4",
        ["[1, 2, 1]", "[1, 2, 3, 1]", "[1, 2, 3, 4]"],
    ),
    "in place": (
        "self.p = [1]; self.q = [2]",
        "self.p += self.q; self.r = self.p[:2]",
        "self.q[0] = 3; self.s = len(self.p); self.r = self.s",
        ["1", "2", "[1, 2]", "[1, 3]"],
    ),
    "extended": (
        "self.p = [1]; self.q = [2]",
        "self.p.extend(self.q)",
        "self.q.append(9); self.r = len(self.p)",
        ["1", "2", "3"],
    ),
    "updated": (
        "self.p = {1: 1}; self.q = {2: 2}",
        "self.p.update(self.q)",
        "self.q[3] = 3; self.r = len(self.p)",
        ["1", "2", "3"],
    ),
    "joined in place": (
        "self.p = {1: 1}; self.q = {2: 2}",
        "self.p |= self.q",
        "self.q[3] = 3; self.r = len(self.p)",
        ["1", "2", "3"],
    ),
    "joined": (
        "self.p = {1: 1}; self.q = {2: 2}",
        "self.r = len(self.p | self.q)",
        "self.q[3] = 3; self.p[4] = 4",
        ["2", "3", "4"],
    ),
    "differences of sets": (
        "self.p = {1, 2}; self.q = {2}",
        "self.r = self.p - self.q",
        "self.q.clear(); self.p.discard(2)",
        ["{1, 2}", "{1}"],
    ),
    "difference in place": (
        "self.p = {1, 2}; self.q = {2}",
        "self.p.difference_update(self.q)",
        "self.q.add(1); self.r = len(self.p)",
        ["0", "1", "2"],
    ),
    "subsets": (
        "self.p = {1}; self.q = {1}",
        "self.r = self.p <= self.q",
        "self.q.clear(); self.p.clear()",
        ["False", "True"],
    ),
    "views": (
        "self.p = {1: 1}; self.q = {1: 1}",
        "self.r = self.p.keys() == self.q.keys()",
        "self.q.clear(); self.p.clear()",
        ["False", "True"],
    ),
    "bytes": (
        "self.p = bytearray(b'ab'); self.q = bytearray(b'ab')",
        "self.r = self.p == self.q",
        POPS,
        ["False", "True"],
    ),
    "deques": (
        "self.p = deque([1]); self.q = deque([1])",
        "self.r = self.p == self.q",
        POPS,
        ["False", "True"],
    ),
    "tuples of lists": (
        PAIR,
        "self.r = (self.p, 1) == (self.q, 1)",
        POPS,
        ["False", "True"],
    ),
    "a list among others": (
        PAIR,
        "self.r = self.p in (self.q,)",
        POPS,
        ["False", "True"],
    ),
    "a slice that is set": (
        "self.p = []; self.q = [1]",
        "self.p[:] = self.q; self.r = len(self.p)",
        "self.q.append(2)",
        ["1", "2"],
    ),
    "a slice that is set, and looked at": (
        "self.p = []; self.q = [1]",
        "self.p[:] = self.q",
        "self.q.append(2); self.r = len(self.p)",
        ["0", "1", "2"],
    ),
    "a part that is set": (
        "self.p = [0, 0]; self.q = [1]; self.i = 1",
        "self.p[self.i:] = self.q; self.r = list(self.p)",
        "self.q.append(2); self.i = 0",
        ["[0, 1, 2]", "[0, 1]", "[1, 2]"],
    ),
    "a part that is read": (
        "self.p = [0, 1]; self.i = 0",
        "self.r = self.p[self.i:]",
        "self.p.append(2); self.i = 1",
        ["[0, 1, 2]", "[0, 1]", "[1, 2]"],
    ),
    "a part that is deleted": (
        "self.p = [0, 1]; self.i = 0",
        "del self.p[self.i:]; self.r = list(self.p)",
        "self.p.append(2); self.i = 1",
        ["[0]", "[2]", "[]"],
    ),
    "a list for each item of a tuple": (
        "self.p = [1]; self.q = []",
        "self.r = sum(map(len, (self.p, self.q)))",
        "self.q.append(self.p.pop())",
        ["0", "1"],
    ),
    "grouped by a function in C": (
        "self.p = [[1], [2]]",
        "self.r = [n for n, _ in itertools.groupby(self.p, len)]",
        "self.p[0].append(9)",
        ["[1]", "[2, 1]"],
    ),
    "filtered by a function in C": (
        "self.p = [[], [1]]",
        "self.r = list(filter(len, self.p))",
        "self.p[0].append(9)",
        ["[[1]]", "[[9], [1]]"],
    ),
    "a dict of pairs": (
        "self.p = [['a', 1], ['b', 1]]",
        "self.r = dict(self.p)",
        "self.p[0][1] = 2; self.p[1][1] = 2",
        ["{'a': 1, 'b': 1}", "{'a': 2, 'b': 1}", "{'a': 2, 'b': 2}"],
    ),
    "updated with pairs": (
        "self.p = [['a', 1], ['b', 1]]; self.d = {}",
        "self.d.update(self.p); self.r = dict(self.d)",
        "self.p[0][1] = 2; self.p[1][1] = 2",
        ["{'a': 1, 'b': 1}", "{'a': 2, 'b': 1}", "{'a': 2, 'b': 2}"],
    ),
    "joined in place with pairs": (
        "self.p = [['a', 1], ['b', 1]]; self.d = {}",
        "self.d |= self.p; self.r = dict(self.d)",
        "self.p[0][1] = 2; self.p[1][1] = 2",
        ["{'a': 1, 'b': 1}", "{'a': 2, 'b': 1}", "{'a': 2, 'b': 2}"],
    ),
}
