"""An object whose class has `__del__` dies where CPython lets it die."""

import runpy

import pytest

from bench.correctness.api import explore

DYING = {
    "del": """
        handle = Handle(self)
        handle.use()
        del handle
    """,
    "assigned again": """
        handle = Handle(self)
        handle.use()
        handle = Handle(self)
        self.log.append("second")
        handle = None
    """,
    "the end of a function": """
        self.use_once()
    """,
    "a temporary": """
        Handle(self).use()
    """,
    "a slot": """
        handle = Slotted(self)
        handle.use()
        handle = None
    """,
    "an attribute": """
        self.handle = Handle(self)
        self.handle.use()
        self.handle = None
    """,
    "an attribute from the start": """
        self.first.use()
        self.first = None
    """,
    "an item": """
        self.handles["a"] = Handle(self)
        self.handles["a"].use()
        del self.handles["a"]
    """,
    "popped": """
        self.many.append(Handle(self))
        self.many[0].use()
        self.many.pop().use()
    """,
    "cleared": """
        self.many.append(Handle(self))
        self.many.clear()
    """,
    "a closure": """
        handle = Handle(self)
        def use():
            handle.use()
        use()
        del use, handle
    """,
    "an exception": """
        try:
            self.fail()
        except ValueError:
            self.log.append("caught")
    """,
}

SOURCE = """
class Handle:
    def __init__(self, pool):
        self.pool = pool
        self.used = 0
        pool.log.append("opened")

    def use(self):
        self.used += 1

    def __del__(self):
        self.pool.log.append(f"closed after {self.used}")


class Slotted:
    __slots__ = ("pool", "used", "__weakref__")
    __init__, use, __del__ = Handle.__init__, Handle.use, Handle.__del__


class Dying:
    def __init__(self):
        self.log = []
        self.count = 0
        self.handles = {}
        self.many = []
        self.first = Handle(self)

    def use_once(self):
        handle = Handle(self)
        handle.use()

    def fail(self):
        handle = Handle(self)
        handle.use()
        raise ValueError

    def run(self):
        BODY
        self.count += 0
        self.log.append("after")

    def other(self):
        self.count += 0

    workers = (run, other)

    def check(self):
        assert self.log == LOG, self.log
"""


def written(tmp_path, body, log):
    indented = body.strip("\n").removeprefix("        ")
    path = tmp_path / "dying.py"
    path.write_text(SOURCE.replace("BODY", indented) + f"\n\nLOG = {log!r}\n")
    return path


@pytest.mark.parametrize("search", ["dpor", "brute"])
@pytest.mark.parametrize("body", DYING.values(), ids=DYING)
def test_an_object_dies_where_cpython_lets_it_die(tmp_path, body, search):
    """A finalizer that gives something back is code of the program as any other."""
    really = runpy.run_path(str(written(tmp_path, body, [])))["Dying"]()
    really.run()
    log = list(really.log)

    verdict = explore(
        written(tmp_path, body, log), search=search, jobs=1, limit_seconds=60
    )

    assert any(line.startswith("closed") for line in log)
    assert (verdict.outcome, verdict.exhausted) == ("holds", True), verdict.failure
