"""Lines that read, or write, through code of the library: for `test_unseen`.

By name: what `__init__` makes, the reader's line, the writer's, and each value that the
reader may find, as it is shown.  All were found by hand.
"""

AT_ONCE = {  # one line of the library reads, or writes, what the other line names
    "pickle": (
        "self.o = Part(1)",
        "self.r = pickle.loads(pickle.dumps(self.o)).x",
        "self.o.x = 7",
        ["1", "7"],
    ),
    "join of bytes": (
        "self.b = bytearray(b'ab')",
        "self.r = b''.join([b'<', self.b])",
        "self.b[0] = 65",
        ["b'<ab'", "b'<Ab'"],
    ),
    "extend of an array": (
        "self.a = array.array('i', [1])",
        "self.r = len(self.a)",
        "self.a.extend([2])",
        ["1", "2"],
    ),
    "the text of a UserString": (
        "self.u = collections.UserString('a')",
        "self.r = str(self.u)",
        "self.u.data = 'z'",
        ["'a'", "'z'"],
    ),
    "a formatted UserString": (
        "self.u = collections.UserString('a')",
        "self.r = f'{self.u}'",
        "self.u.data = 'z'",
        ["'a'", "'z'"],
    ),
    "the text of an exception": (
        "self.e = ValueError('a')",
        "self.r = str(self.e)",
        "self.e.args = ('b',)",
        ["'a'", "'b'"],
    ),
    "a formatted exception": (
        "self.e = ValueError('a')",
        "self.r = f'{self.e!r}'",
        "self.e.args = ('b',)",
        ["\"ValueError('a')\"", "\"ValueError('b')\""],
    ),
    "what an exception was made of": (
        "self.e = ValueError(['a'])",
        "self.r = str(self.e)",
        "self.e.args[0].append(1)",
        ["\"['a']\"", "\"['a', 1]\""],
    ),
    "the notes of an exception": (
        "self.e = ValueError('a')",
        "self.r = getattr(self.e, '__notes__', None)",
        "self.e.add_note('n')",
        ["None", "['n']"],
    ),
    "a second note": (
        "self.e = ValueError('a'); self.e.add_note('m')",
        "self.r = len(self.e.__notes__)",
        "self.e.add_note('n')",
        ["1", "2"],
    ),
    "dir": ("", "self.r = 'nu' in dir(self)", "self.nu = 1", ["False", "True"]),
    "dir of another": (
        "self.o = Part()",
        "self.r = 'x' in dir(self.o)",
        "del self.o.x",
        ["False", "True"],
    ),
    "methodcaller": (
        "self.o = Part()",
        "self.r = operator.methodcaller('name')(self.o)",
        "self.o.name = lambda: 5",
        ["'part'", "5"],
    ),
    "a method of the class that an object had": (
        "self.o = Part()",
        "self.r = self.o.name()",
        "self.o.__class__ = Other",
        ["'part'", "'other'"],
    ),
    "type": (
        "self.o = Part()",
        "self.r = type(self.o) is Other",
        "self.o.__class__ = Other",
        ["False", "True"],
    ),
    "isinstance": (
        "self.o = Part()",
        "self.r = isinstance(self.o, Other)",
        "self.o.__class__ = Other",
        ["False", "True"],
    ),
    "isinstance of what is unpacked": (
        "self.o = Part()",
        "self.r = isinstance(*(self.o, Part))",
        "self.o.x = 1",
        ["True"],
    ),
    "lines of a file": (
        "self.f = io.StringIO('a\\nb\\n')",
        "self.r = [line.strip() for line in self.f]",
        "self.f.readline()",
        ["['a', 'b']", "['a']", "['b']"],
    ),
    "all lines of a file": (
        "self.f = io.StringIO('a\\nb\\n')",
        "self.r = len(list(self.f))",
        "self.f.readline()",
        ["1", "2"],
    ),
    "the number of weak references": (
        "self.o = Part(); self.s = {self.o}; self.w = weakref.ref(self.o)",
        "self.r = weakref.getweakrefcount(self.o)",
        "self.o.x = 1",
        ["1"],
    ),
    "a weak proxy beside a weak set": (
        "self.o = Part(); self.p = weakref.proxy(self.o); self.s = {self.o}",
        "self.r = len(weakref.getweakrefs(self.o)) if self.o else None",
        "self.o = None",
        ["1", "0", "None"],
    ),
    "WeakSet": (
        "self.o = Part(); self.w = weakref.WeakSet([self.o])",
        "self.r = len(self.w)",
        "self.o = None",
        ["0", "1"],
    ),
    "WeakKeyDictionary": (
        "self.o = Part(); self.w = weakref.WeakKeyDictionary({self.o: 1})",
        "self.r = list(self.w.values())",
        "self.o = None",
        ["[]", "[1]"],
    ),
    "a finalizer whose object dies": (
        "self.o = Part(); self.f = weakref.finalize(self.o, len, 'a')",
        "self.r = self.f.alive",
        "self.o = None",
        ["False", "True"],
    ),
    "a finalizer that is called": (
        "self.o = Part(); self.f = weakref.finalize(self.o, len, 'a')",
        "self.r = self.f.alive",
        "self.f()",
        ["False", "True"],
    ),
    "a finalizer that is detached": (
        "self.o = Part(); self.f = weakref.finalize(self.o, len, 'a')",
        "self.r = self.f.peek() is None",
        "self.f.detach()",
        ["False", "True"],
    ),
    "a shared generator of numbers": (
        "self.g = random.Random(1)",
        "self.r = self.g.random() == random.Random(1).random()",
        "self.g.seed(5)",
        ["False", "True"],
    ),
    "numbers that are drawn by two": (
        "self.g = random.Random(1); self.first = random.Random(1).randint(1, 999)",
        "self.r = self.g.randint(1, 999) == self.first",
        "self.g.randint(1, 999)",
        ["False", "True"],
    ),
}
