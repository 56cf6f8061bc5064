"""Other code than a package's own binds its variables: `rebound.settings.LIMIT = 5`.

Its functions read them, so that they race with the worker that binds them.
"""

from textwrap import dedent

import pytest

from bench.correctness.programs.discovery import find_scenarios
from tests.correctness.outcomes import SEARCHES, end_states

FILES = {
    "__init__.py": """
        from rebound import settings

        verbose = False

        def is_verbose():
            return verbose
    """,
    "settings.py": """
        from rebound.parts import encode

        LIMIT = 3
        if LIMIT:
            mode = "safe"
        codecs = {}

        def limit():
            return LIMIT

        def double():
            return [LIMIT for _ in range(2)]

        def clock():
            return 0

        def now():
            return clock()

        def packed(text):
            return encode(text)

        class Client:
            timeout = 10

            def wait(self):
                return mode

        def client():
            return Client()
    """,
    "parts.py": """
        def encode(text):
            return f"<{text}>"
    """,
}
PROGRAM = """
    import importlib, sys
    from unittest import mock
    import rebound, rebound.settings
    from rebound import settings as s


    class Quick:
        def wait(self):
            return "quick"


    class Rebinding:
        def __init__(self):
            self.seen = None

        def bind(self):
            {bind}

        def read(self):
            self.seen = {read}

        def check(self):
            raise AssertionError(f"{{self.seen!r}}")

        workers = (bind, read)
"""
# What binds a variable, what reads it, and what can be read.
BINDINGS = {
    "attribute": ("rebound.settings.LIMIT = 5", "s.limit()", {"3", "5"}),
    "in place": ("s.LIMIT += 1", "s.limit()", {"3", "4"}),
    "in a loop": ("s.LIMIT = 5", "s.double()", {"[3, 3]", "[3, 5]", "[5, 5]"}),
    "setattr": ("setattr(s, 'LIMIT', 5)", "s.limit()", {"3", "5"}),
    "of the package": (
        "rebound.verbose = True",
        "rebound.is_verbose()",
        {"False", "True"},
    ),
    "in an if": ("s.mode = 'fast'", "s.client().wait()", {"'safe'", "'fast'"}),
    "its dict": ("vars(s)['LIMIT'] = 5", "s.limit()", {"3", "5"}),
    "update": ("s.__dict__.update(LIMIT=5)", "s.limit()", {"3", "5"}),
    "by its name": (
        "importlib.import_module('rebound.settings').LIMIT = 5",
        "s.limit()",
        {"3", "5"},
    ),
    "sys.modules": (
        "sys.modules['rebound.settings'].LIMIT = 5",
        "s.limit()",
        {"3", "5"},
    ),
    "a function": ("s.clock = lambda: 9", "s.now()", {"0", "9"}),
    "what it imports": ("s.encode = str.upper", "s.packed('a')", {"'<a>'", "'A'"}),
    "a class": ("s.Client = Quick", "s.client().wait()", {"'safe'", "'quick'"}),
    "a patch": (
        "mock.patch('rebound.settings.LIMIT', 5).__enter__()",
        "s.limit()",
        {"3", "5"},
    ),
    "deleted": ("del s.LIMIT", "hasattr(s, 'LIMIT') and 3", {"3", "False"}),
    "another name": ("s.other = 5", "s.limit()", {"3"}),
}


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A directory for a program, beside one of installed packages with `rebound`."""
    place = tmp_path / "site-packages" / "rebound"
    place.mkdir(parents=True)
    monkeypatch.syspath_prepend(place.parent)
    for name, text in FILES.items():
        (place / name).write_text(dedent(text), encoding="utf-8")
    return tmp_path


def program(place, bind, read):
    """A scenario of a worker that binds, and one that reads."""
    path = place / "program.py"
    path.write_text(dedent(PROGRAM).format(bind=bind, read=read), encoding="utf-8")
    (found,) = find_scenarios(f"{path}:Rebinding")
    return found


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", BINDINGS)
def test_who_binds_a_variable_of_a_package_races_with_its_functions(
    installed, name, search
):
    """Their reads were taken to mean the same always: one order was explored."""
    bind, read, values = BINDINGS[name]

    states = end_states(program(installed, bind, read), search)

    assert states == {f"AssertionError: {value}" for value in values}


def test_a_package_is_put_back_before_the_next_schedule(installed):
    """What a worker binds in it is not what the next run begins with."""
    bind = "s.LIMIT += 1; s.codecs['a'] = 1"
    read = "(s.limit(), len(s.codecs))"

    states = end_states(program(installed, bind, read), "dpor")

    values = ["(3, 0)", "(3, 1)", "(4, 0)", "(4, 1)"]
    assert states == {f"AssertionError: {value}" for value in values}
