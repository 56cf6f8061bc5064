"""A verdict names code of the library that is one step here, and several in CPython.

It does so where the code works on something that two workers use, and only there.
"""

import gc
import textwrap
import warnings
from unittest.mock import MagicMock

import pytest

from bench.correctness import explore
from bench.correctness.explain.render import verdict_text

# By name: what `__init__` makes, a line of each worker, and what is named.
SHARED = {
    "a method that looks and then writes": (
        "self.s = configparser.ConfigParser()",
        "self.s.has_section('a') or self.s.add_section('a')",
        "self.s.read_dict({'a': {}})",
        {
            "configparser.ConfigParser.add_section",
            "configparser.RawConfigParser.has_section",
            "configparser.RawConfigParser.read_dict",
        },
    ),
    "items of a class of the library": (
        "self.s = shelve.Shelf({}); self.s['n'] = 0",
        "self.s['n'] += 1",
        "del self.s['n']; self.s['n'] = 5",
        {
            "shelve.Shelf.__getitem__",
            "shelve.Shelf.__setitem__",
            "shelve.Shelf.__delitem__",
        },
    ),
    "a mock that counts": (
        "self.s = unittest.mock.Mock()",
        "self.s(1)",
        "self.s(2)",
        {"unittest.mock.CallableMixin.__call__"},
    ),
    "a mock with magic methods": (
        "self.s = unittest.mock.MagicMock(return_value=1)",
        "self.s()",
        "self.s.reset_mock()",
        {
            "unittest.mock.CallableMixin.__call__",
            f"unittest.mock.{MagicMock.reset_mock.__qualname__}",
        },
    ),
    "an archive": (
        "self.s = zipfile.ZipFile(io.BytesIO(), 'w')",
        "self.s.writestr('a', b'a')",
        "self.s.writestr('b', b'b')",
        {"zipfile.ZipFile.writestr"},
    ),
    "a cursor of a database, which lets other threads run": (
        "self.d = sqlite3.connect(':memory:'); self.s = self.d.cursor()",
        "self.s.execute('select 1')",
        "self.s.execute('select 2').fetchall()",
        {"sqlite3.Cursor.execute", "sqlite3.Cursor.fetchall"},
    ),
    "a connection under a lock, which refuses another thread": (
        "self.s = sqlite3.connect(':memory:'); self.guard = threading.Lock()",
        "with self.guard: self.s.commit()",
        "self.guard.acquire(); self.guard.release()",
        {"sqlite3.Connection.commit"},
    ),
    "a message": (
        "self.s = email.message.Message(); self.s['a'] = '1'",
        "self.s.replace_header('a', '2')",
        "self.s.get_all('a')",
        {
            "email.message.Message.replace_header",
            "email.message.Message.get_all",
        },
    ),
    "an incremental decoder": (
        "self.s = codecs.getincrementaldecoder('utf8')()",
        "self.s.decode(b'a')",
        "self.s.reset()",
        {
            "codecs.BufferedIncrementalDecoder.decode",
            "codecs.BufferedIncrementalDecoder.reset",
        },
    ),
    "a parser of the program's own class": (
        "self.s = Parser(); self.s.feed('a')",
        "self.s.close()",
        "self.s.close()",
        {"html.parser.HTMLParser.close"},
    ),
    "a function that is given an object": (
        "self.s = types.SimpleNamespace(x=0, y=0)",
        "inspect.getmembers(self.s)",
        "self.s.x = 1; self.s.y = 1",
        {"inspect.getmembers"},
    ),
    "a function that is given a tree": (
        "self.s = ast.parse('x + y')",
        "ast.unparse(self.s)",
        "self.s.body[0].value.left.id = 'z'",
        {"ast.unparse"},
    ),
    "a weak dictionary": (
        "self.k = Key(); self.s = weakref.WeakValueDictionary()",
        "self.s.setdefault('a', self.k)",
        "self.s.popitem() if self.s else None",
        {
            "weakref.WeakValueDictionary.setdefault",
            "weakref.WeakValueDictionary.popitem",
        },
    ),
    "the environment": (
        "os.environ['A'] = 'a'",
        "self.s = os.environ.get('A')",
        "os.environ['A'] = 'b'",
        {"os.environ.get"},
    ),
    "a manager of the library": (
        "self.s = shelve.Shelf({})",
        "with self.s: pass",
        "self.s.sync()",
        {"shelve.Shelf.__enter__", "shelve.Shelf.__exit__", "shelve.Shelf.sync"},
    ),
    "a thread that runs it": (
        "self.s = configparser.ConfigParser()",
        "in_thread(self.s.add_section, 'a')",
        "self.s.clear()",
        {
            "configparser.ConfigParser.clear",
            "configparser.ConfigParser.add_section",
        },
    ),
    "a partial of it": (
        "self.s = configparser.ConfigParser()",
        "functools.partial(self.s.add_section, 'a')()",
        "self.s.remove_section('a')",
        {
            "configparser.ConfigParser.add_section",
            "configparser.RawConfigParser.remove_section",
        },
    ),
    "a function in C that calls it": (
        "self.s = configparser.ConfigParser(); self.r = None",
        "self.r = list(map(self.s.has_section, ['a', 'b']))",
        "self.s.add_section('a')",
        {
            "configparser.ConfigParser.add_section",
            "configparser.RawConfigParser.has_section",
        },
    ),
    "a key": (
        "self.s = configparser.ConfigParser(); self.r = None",
        "self.r = sorted(['b', 'a'], key=self.s.has_section)",
        "self.s.add_section('a')",
        {
            "configparser.ConfigParser.add_section",
            "configparser.RawConfigParser.has_section",
        },
    ),
    "an object that is made of another": (
        "self.s = [Key(), Key()]; self.r = None",
        "self.r = weakref.WeakSet(self.s)",
        "self.s.pop()",
        {"_weakrefset.WeakSet.__init__"},
    ),
    "a table that functions have captured": (
        "self.s = functools.singledispatch(len); self.r = None",
        "self.r = self.s.dispatch(Key)",
        "self.s.register(Key, repr)",
        {
            "functools.singledispatch.<locals>.dispatch",
            "functools.singledispatch.<locals>.register",
        },
    ),
    "an iterator": (
        "self.s = shlex.shlex('a b')",
        "next(self.s, None)",
        "self.s.get_token()",
        {"shlex.shlex.__next__", "shlex.shlex.get_token"},
    ),
    "an iterator in two loops": (
        "self.s = shlex.shlex('a b'); self.r = []",
        "for self.x in self.s: self.r.append(self.x)",
        "for self.y in self.s: self.r.append(self.y)",
        {"shlex.shlex.__next__"},
    ),
    "an operator": (
        "self.k = Key(); self.s = weakref.WeakSet([self.k]); self.r = None",
        "self.r = self.s | {self.k}",
        "self.s.discard(self.k)",
        {"_weakrefset.WeakSet.union"},
    ),
    "an operator in place": (
        "self.k = Key(); self.s = weakref.WeakSet()",
        "self.s |= {self.k}",
        "self.s.discard(self.k)",
        {"_weakrefset.WeakSet.__ior__"},
    ),
    "a comparison": (
        "self.s = email.message.Message(); self.s['a'] = '1'; self.r = None",
        "self.r = 'a' in self.s",
        "del self.s['a']",
        {"email.message.Message.__contains__", "email.message.Message.__delitem__"},
    ),
    "an equality": (
        "self.k = Key(); self.s = weakref.WeakSet([self.k]); self.r = None",
        "self.r = self.s == weakref.WeakSet()",
        "self.s.discard(self.k)",
        {"_weakrefset.WeakSet.__eq__"},
    ),
    "unpacked": (
        "self.k = Key(); self.s = weakref.WeakSet([self.k]); self.r = None",
        "self.r = [*self.s]",
        "self.s.add(self)",
        {"_weakrefset.WeakSet.__iter__"},
    ),
    "one call within a function in C": (
        "self.k = Key(); self.s = weakref.WeakSet([self.k]); self.r = None",
        "self.r = sorted(self.s, key=id)",
        "self.s.discard(self.k)",
        {"_weakrefset.WeakSet.__iter__"},
    ),
}
# The same lines where each worker has an object of its own, or only reads it, or where
# the code accesses its object once, is rewritten, or is guarded by locks.
NOT_NAMED = {
    "objects of their own": (
        "self.s, self.t = configparser.ConfigParser(), configparser.ConfigParser()",
        "self.s.add_section('a')",
        "self.t.add_section('a')",
    ),
    "a tree that nobody changes": (
        "self.s, self.t = ast.parse('x'), ast.parse('y')",
        "ast.unparse(self.s)",
        "ast.unparse(self.s)",
    ),
    "items of a weak dictionary": (
        "self.k = Key(); self.s = weakref.WeakKeyDictionary()",
        "self.s[self.k] = 1",
        "self.s.get(self.k)",
    ),
    "the environment": (
        "pass",
        "os.environ['X_OF_TESTS'] = '1'",
        "'X_OF_TESTS' in os.environ",
    ),
    "a weak set": (
        "self.k = Key(); self.s = weakref.WeakSet()",
        "self.s.add(self.k)",
        "self.k in self.s",
    ),
    "a queue": ("self.s = queue.Queue()", "self.s.put(1)", "self.s.qsize()"),
    "a queue of the program's own class": (
        "self.s = Jobs()",
        "self.s.put(1)",
        "self.s.put(2)",
    ),
    "a logger": (
        "self.s = logging.getLogger('a')",
        "self.s.warning('a')",
        "self.s.warning('b')",
    ),
    "a shallow copy": ("self.s = [1]", "copy.copy(self.s)", "self.s.append(2)"),
    "a function of texts, in a thread": (
        "self.s = []",
        "in_thread(self.s.append, 1); in_thread(html.escape, 'a')",
        "self.s.clear()",
    ),
    "a deep copy": ("self.s = [(1,)]", "copy.deepcopy(self.s)", "self.s.append(2)"),
    "a Counter": (
        "self.s = collections.Counter()",
        "self.s.update('a')",
        "self.s['b']",
    ),
    "the mapping of the program": (
        "self.s = Table()",
        "self.s.setdefault('a', 1)",
        "self.s.pop('a', None)",
    ),
    "a mapping whose methods are the library's": (
        "self.s = Table()",
        "self.s.update({'a': 1})",
        "list(self.s)",
    ),
    "a database that only the main worker uses": (
        "sqlite3.connect(':memory:').execute('select 1')",
        "self.s = 1",
        "self.s = 2",
    ),
    "the fields of a dataclass, which its class has": (
        "self.s = Point(1)",
        "dataclasses.asdict(self.s); dataclasses.fields(self.s)",
        "self.s.x = 2; dataclasses.is_dataclass(self.s)",
    ),
    "a sorter of nodes": (
        "self.s = graphlib.TopologicalSorter({1: {2}}); self.s.prepare()",
        "self.s.get_ready()",
        "self.s.is_active()",
    ),
}
SOURCE = """
import ast, codecs, collections, collections.abc, configparser, copy, dataclasses
import email.message
import functools, graphlib, html.parser, inspect, io, logging, os, queue, shelve
import shlex, sqlite3
import threading, types, unittest.mock, weakref, zipfile

class Key:
    pass

def in_thread(function, *args):
    thread = threading.Thread(target=function, args=args)
    thread.start()
    thread.join()

@dataclasses.dataclass
class Point:
    x: int

class Parser(html.parser.HTMLParser):
    pass

class Jobs(queue.Queue):
    pass

class Table(collections.abc.MutableMapping):
    def __init__(self):
        self.names = {}
    def __getitem__(self, key):
        return self.names[key]
    def __setitem__(self, key, value):
        self.names[key] = value
    def __delitem__(self, key):
        del self.names[key]
    def __iter__(self):
        return iter(self.names)
    def __len__(self):
        return len(self.names)

class Program:
    def __init__(self):
        MAKE

    def one(self):
        try:
            ONE
        except (KeyError, RuntimeError, configparser.Error):
            pass

    def two(self):
        try:
            TWO
        except (KeyError, RuntimeError, configparser.Error):
            pass

    workers = (one, two)
"""


def explored(tmp_path, make, one, two):
    source = SOURCE
    for name, line in (("MAKE", make), ("ONE", one), ("TWO", two)):
        source = source.replace(name, line)
    file = tmp_path / "program.py"
    file.write_text(textwrap.dedent(source))
    # The programs do not close their databases.  Python 3.13 warns of it when it frees
    # them.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        verdict = explore(f"{file}:Program", jobs=1)
        if "sqlite3." in make:
            gc.collect()
    return verdict


@pytest.mark.parametrize("name", SHARED)
def test_what_works_on_a_shared_object_in_several_steps_is_named(tmp_path, name):
    """In CPython another worker can run within it, so the verdict is no proof."""
    make, one, two, named = SHARED[name]
    verdict = explored(tmp_path, make, one, two)
    assert (verdict.outcome, set(verdict.one_step)) == ("holds", named)


@pytest.mark.parametrize("name", NOT_NAMED)
def test_nothing_is_named_where_no_other_worker_can_come_between(tmp_path, name):
    verdict = explored(tmp_path, *NOT_NAMED[name])
    assert (verdict.outcome, verdict.one_step) == ("holds", ())


def test_a_verdict_that_holds_says_what_was_not_seen_inside(tmp_path):
    """In its first words; one of a broken program says it below."""
    make, one, two, _ = SHARED["a mock that counts"]
    name = "unittest.mock.CallableMixin.__call__"
    text = verdict_text(explored(tmp_path, make, one, two), 160)
    assert f"  holds, but not seen inside: {name}: " in text
    assert "as one step" not in text

    broken = verdict_text(explored(tmp_path, make, one, f"{two}; 1 / 0"), 160)
    assert f"  as one step: {name}\n" in broken
    assert "not seen inside" not in broken
