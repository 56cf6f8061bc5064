"""Programs of two workers that use the same files, with what the reader may find.

By name: what `__init__` makes, the reader's lines, the writer's, and each value that
the reader may find, as it is shown.  All were found by hand, from when CPython writes:
a file is emptied when it is opened for writing, and what it was given is written when
it is flushed or closed, or when its buffer is full.
"""

TEXT = "open(P, 'w').write('0')"

FILES = {
    "text": (
        TEXT,
        "self.r = open(P).read()",
        "open(P, 'w').write('1')",
        ["''", "'0'", "'1'"],
    ),
    "text within with": (
        TEXT,
        "with open(P) as f:\n    self.r = f.read()",
        "with open(P, 'w') as f:\n    f.write('1')\n    f.write('2')",
        ["''", "'0'", "'12'"],
    ),
    "flushed": (
        TEXT,
        "self.r = open(P).read()",
        "with open(P, 'a') as f:\n    f.write('1')\n    f.flush()\n    f.write('2')",
        ["'0'", "'01'", "'012'"],
    ),
    "lines that are flushed one by one": (
        "open(P, 'w').close()",
        "self.r = open(P).read()",
        "with open(P, 'a', 1) as f:\n    f.write('a\\n')\n    f.write('b\\n')",
        ["''", r"'a\n'", r"'a\nb\n'"],
    ),
    "bytes without a buffer": (
        "open(P, 'wb').close()",
        "self.r = open(P, 'rb').read()",
        "with open(P, 'ab', 0) as f:\n    f.write(b'a')\n    f.write(b'b')",
        ["b''", "b'a'", "b'ab'"],
    ),
    "more than a buffer": (
        "open(P, 'wb').close()",
        "self.r = len(open(P, 'rb').read())",
        "with open(P, 'ab') as f:\n    f.write(bytes(9000))\n    f.write(b'b')",
        ["0", "9000", "9001"],
    ),
    "a file that is kept open": (
        TEXT,
        "self.r = open(P).read()",
        "f = open(P, 'a')\nf.write('1')\nself.x = 1\ndel f\nself.x = 2",
        ["'0'", "'01'"],
    ),
    "read and written": (
        TEXT,
        "self.r = open(P).read()",
        "with open(P, 'r+') as f:\n    f.write('12')\n    f.seek(0)\n    f.truncate(1)",
        ["'0'", "'1'", "'12'"],
    ),
    "replaced": (
        TEXT,
        "self.r = open(P).read()",
        "open(Q, 'w').write('1')\nos.replace(Q, P)",
        ["'0'", "'1'"],
    ),
    "renamed by a path": (
        TEXT + "\nopen(Q, 'w').write('1')",
        "self.r = pathlib.Path(P).read_text()",
        "pathlib.Path(Q).rename(P)",
        ["'0'", "'1'"],
    ),
    "text of a path": (
        TEXT,
        "self.r = pathlib.Path(P).read_text()",
        "pathlib.Path(P).write_text('1')",
        ["''", "'0'", "'1'"],
    ),
    "bytes of a path": (
        TEXT,
        "self.r = pathlib.Path(P).read_bytes()",
        "pathlib.Path(P).write_bytes(b'1')",
        ["b''", "b'0'", "b'1'"],
    ),
    "removed": (
        TEXT,
        "self.r = os.path.exists(P)",
        "os.remove(P)",
        ["False", "True"],
    ),
    "removed by a path": (
        TEXT,
        "self.r = pathlib.Path(P).is_file()",
        "pathlib.Path(P).unlink()",
        ["False", "True"],
    ),
    "touched": (
        "",
        "self.r = os.path.isfile(P)",
        "pathlib.Path(P).touch()",
        ["False", "True"],
    ),
    "looked for, then read": (
        TEXT,
        "self.r = open(P).read() if os.path.exists(P) else None",
        "os.unlink(P)",
        ["'0'", "FileNotFoundError", "None"],
    ),
    "the size": (
        TEXT,
        "self.r = os.path.getsize(P)",
        "open(P, 'w').write('123')",
        ["0", "1", "3"],
    ),
    "a directory that is listed": (
        TEXT,
        "self.r = os.listdir(D)",
        "os.remove(P)\nopen(Q, 'w').close()",
        ["['p']", "['q']", "[]"],
    ),
    "a directory by its path": (
        TEXT,
        "self.r = [one.name for one in pathlib.Path(D).iterdir()]",
        "os.remove(P)",
        ["['p']", "[]"],
    ),
    "a pattern of names": (
        "",
        "self.r = len(glob.glob(D + '/*'))",
        "open(P, 'w').close()",
        ["0", "1"],
    ),
    "a new directory": (
        "",
        "self.r = os.path.isdir(P)",
        "os.makedirs(P)",
        ["False", "True"],
    ),
    "a tree that is removed": (
        "os.mkdir(P)\nopen(P + '/x', 'w').close()",
        "self.r = (os.path.exists(P + '/x'), os.path.exists(P))",
        "shutil.rmtree(P)",
        ["(False, False)", "(False, True)", "(True, False)", "(True, True)"],
    ),
    "copied": (
        TEXT + "\nopen(Q, 'w').write('1')",
        "self.r = open(P).read()",
        "shutil.copyfile(Q, P)",
        ["''", "'0'", "'1'"],
    ),
    "moved": (
        TEXT,
        "self.r = os.path.exists(P)",
        "shutil.move(P, Q)",
        ["False", "True"],
    ),
    "a link": (
        TEXT + "\nos.symlink(P, Q)",
        "self.r = open(Q).read()",
        "open(P, 'w').write('1')",
        ["''", "'0'", "'1'"],
    ),
    "descriptors": (
        TEXT,
        "f = os.open(P, os.O_RDONLY)\nself.r = os.read(f, 9)\nos.close(f)",
        "f = os.open(P, os.O_WRONLY)\nos.write(f, b'1')\nos.write(f, b'2')",
        ["b'0'", "b'1'", "b'12'"],
    ),
    "json": (
        "json.dump([0], open(P, 'w'))",
        "self.r = json.load(open(P))",
        "with open(P, 'w') as f:\n    json.dump([1], f)",
        ["JSONDecodeError", "[0]", "[1]"],
    ),
    "pickle": (
        "pickle.dump([0], open(P, 'wb'))",
        "self.r = pickle.load(open(P, 'rb'))",
        "with open(P, 'wb') as f:\n    pickle.dump([1], f)",
        ["EOFError", "[0]", "[1]"],
    ),
    "csv": (
        "open(P, 'w').write('a\\n')",
        "with open(P) as f:\n    self.r = list(csv.reader(f))",
        "with open(P, 'a') as f:\n    csv.writer(f).writerow('bc')",
        ["[['a'], ['b', 'c']]", "[['a']]"],
    ),
    "printed into": (
        "open(P, 'w').close()",
        "self.r = open(P).read()",
        "with open(P, 'a') as f:\n    print('a', file=f)\n    print('b', file=f)",
        ["''", r"'a\nb\n'"],
    ),
    "compressed": (
        "gzip.open(P, 'wb').close()",
        "self.r = gzip.open(P).read()",
        "with gzip.open(Q, 'wb') as f:\n    f.write(b'1')\nos.replace(Q, P)",
        ["b''", "b'1'"],
    ),
    "one file for both": (
        "open(P, 'w').write('a\\nb\\n')\nself.f = open(P)",
        "self.r = self.f.readline()",
        "self.f.readline()",
        [r"'a\n'", r"'b\n'"],
    ),
    "one file for both, line by line": (
        "open(P, 'w').write('a\\nb\\n')\nself.f = open(P)",
        "self.r = [line for line in self.f]",
        "next(self.f, None)",
        [r"['a\n', 'b\n']", r"['a\n']", r"['b\n']"],
    ),
    "one file to write into": (
        "self.f = open(P, 'w')",
        "self.f.write('a')\nself.f.flush()\nself.r = open(P).read()",
        "self.f.write('b')\nself.f.flush()",
        ["'a'", "'ab'", "'ba'"],
    ),
    "a temporary folder": (
        "self.d = tempfile.mkdtemp(dir=D)\nopen(self.d + '/x', 'w').write('0')",
        "self.r = open(self.d + '/x').read()",
        "open(self.d + '/x', 'w').write('1')",
        ["''", "'0'", "'1'"],
    ),
    "a temporary file": (
        "self.f = tempfile.NamedTemporaryFile('w', dir=D, delete=False)",
        "self.r = open(self.f.name).read()",
        "self.f.write('1')\nself.f.flush()",
        ["''", "'1'"],
    ),
    "made only once": (
        "",
        "self.r = open(P, 'x').close()",
        "try:\n    open(P, 'x').close()\nexcept FileExistsError:\n    pass",
        ["FileExistsError", "None"],
    ),
    "looked for, then made": (
        "",
        "if not os.path.exists(P):\n    os.mkdir(P)\n    self.r = 1",
        "if not os.path.exists(P):\n    os.mkdir(P)",
        ["1", "FileExistsError", "None"],
    ),
}
