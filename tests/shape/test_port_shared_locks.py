# ruff: noqa: E501  # a program on one line is easier to compare than a wrapped one
"""One lock by several names: of a decorator, of a module, of what a constructor calls."""

import re
import subprocess
import sys
from textwrap import dedent

import pytest

from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.port.mistakes.check import mistakes
from bench.shape.port.plan.plans import plan
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program
from tests.shape.test_port_names import HEAD, graph_of, same

REGISTRY = """
def synchronized(method):
    def wrapper({me}, *args):
        with {me}._lock:
            return method({me}, *args)
    return wrapper
class Registry:
    def __init__(self):
        self._lock = threading.{kind}()
        self.count = 0
    @synchronized
    def add(self, n):
        old = self.count
        time.sleep(0.001)
        self.count = old + n
    {short}
        with self._lock:
            return self.count
registry = Registry()
threads = [threading.Thread(target=registry.add, args=(n,)) for n in range(3)]
for each in threads: each.start()
for each in threads: each.join()
print({ask})
"""
SHORT = {
    "a method": ("def size(self):", "registry.size()"),
    "a special method": ("def __len__(self):", "len(registry)"),
    "a property": ("@property\n    def size(self):", "registry.size"),
}


@pytest.mark.parametrize("me", ["self", "this"])
@pytest.mark.parametrize("kind", ["Lock", "RLock"])
@pytest.mark.parametrize("short", SHORT)
def test_a_lock_of_a_decorator_and_of_a_method_is_one(short, kind, me, tmp_path):
    """The wrapper holds it over a wait, so it is awaited wherever it is taken."""
    head, ask = SHORT[short]
    body = REGISTRY.format(me=me, kind=kind, short=head, ask=ask)
    text = HEAD + dedent(body)
    (draft,) = drafts(graph_of(text))
    assert "self._lock = threading." not in draft
    if short == "a property":  # its reads are left to the user, who is told
        assert "# port: " in draft
        return
    same(body, tmp_path)
    found = {one.rule for one in mistakes(graph_of(draft)) if not one.is_note}
    assert "relocked" not in found or kind == "RLock"


def test_a_lock_that_a_wrapper_takes_itself_again_is_named():
    """Only the function that the decorator is given is what the wrapper is put round."""
    text = """
        import asyncio
        lock = asyncio.Lock()
        def synchronized(function):
            async def wrapper():
                async with lock:
                    await other()
                    return await function()
            return wrapper
        async def other():
            async with lock:
                pass
        @synchronized
        async def work():
            await asyncio.sleep(0)
    """
    found = [one for one in mistakes(graph_of(dedent(text))) if one.rule == "relocked"]
    assert [one.line for one in found] == [7]


CONFIG = """
import threading
lock = threading.Lock()
counts = {}
def count(name):
    with lock:
        counts[name] = counts.get(name, 0) + 1
"""
IMPORTS = {
    "the module": ("import config", "config."),
    "the module as": ("import config as cfg", "cfg."),
    "its names": ("from config import lock, count, counts", ""),
    "through another": ("import shared", "shared."),
    "names through another": ("from shared import lock, count, counts", ""),
}
MAIN = """
import time
{line}
def both(name):
    with {on}lock:
        time.sleep(0.001)
    {on}count(name)
both("a")
print({on}counts)
"""


def files(line, on):
    texts = {
        "config": CONFIG,
        "shared": "from config import lock, count, counts\n",
        "main": MAIN.format(line=line, on=on),
    }
    return {name: text.lstrip("\n") for name, text in texts.items()}


def run(folder):
    ended = subprocess.run(
        [sys.executable, "-W", "error", folder / "main.py"],
        capture_output=True,
        text=True,
        timeout=30,  # seconds
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


@pytest.mark.parametrize("how", IMPORTS)
def test_a_lock_of_another_module_is_the_one_that_it_makes(how, tmp_path):
    """Held over a wait in one file, it is awaited in the other."""
    texts = files(*IMPORTS[how])
    graph = CallGraph(
        Program({name: from_text(f"{name}.py", text) for name, text in texts.items()})
    )
    printed = []
    for kind, made in (("threads", texts.values()), ("draft", drafts(graph))):
        folder = tmp_path / kind
        folder.mkdir()
        for name, text in zip(texts, made, strict=True):
            (folder / f"{name}.py").write_text(text, encoding="utf-8")
        printed.append(run(folder))

    assert printed == ["{'a': 1}\n"] * 2


def test_an_import_of_a_lock_that_becomes_asyncios_is_told(tmp_path):
    """The other file has no function that becomes async, but its draft has the lock."""
    (tmp_path / "config.py").write_text("import threading\nlock = threading.Lock()\n")
    main = tmp_path / "main.py"
    main.write_text(
        "import time\nfrom config import lock\ndef both():\n"
        "    with lock:\n        time.sleep(0)\nboth()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-m", "bench", "port", main, "--draft"],
        capture_output=True,
        text=True,
        timeout=60,  # seconds
        check=False,
    )
    assert "# port: what it imports becomes async too: from aconfig import lock" in (
        ended.stdout
    )


MODEL = """
class Model:
    def __init__(self):
        self.lock = threading.Lock()
        self.views = []
        {own}
    def observe(self, view):
        with self.lock:
            self.views.append(view)
    def save(self):
        with self.lock:
            time.sleep(0.001)
class View:
    def __init__(self, model):
        self.model = model
        {calls}
    {more}
model = Model()
view = View(model)
model.save()
print(len(model.views))
"""
MAKES = {
    "what it is given": ("", "model.observe(self)", ""),
    "what it keeps": ("", "self.model.observe(self)", ""),
    "itself": ("self.observe(self)", "", ""),
    "through a method": (
        "",
        "self.register()",
        "def register(self):\n        self.model.observe(self)",
    ),
    "an operator": (
        "",
        "",
        "def __lt__(self, other):\n        self.model.observe(self)\n        return True",
    ),
}


@pytest.mark.parametrize("how", MAKES)
def test_a_constructor_that_takes_a_lock_held_elsewhere_is_told(how):
    """`async def __init__` is never right: a comment gives the line to move."""
    own, calls, more = MAKES[how]
    body = MODEL.format(own=own, calls=calls, more=more)
    graph = graph_of(HEAD + dedent(body))
    (draft,) = drafts(graph)

    assert not re.search(r"async def __(init|lt)__", draft)
    assert "# port: " in draft
    assert any(one.rule == "undecided" for one in mistakes(graph_of(draft)))
    (made,) = plan(graph)
    changed = {one.function for one in made.functions if one.becomes == "changed"}
    assert len(changed) == 1
