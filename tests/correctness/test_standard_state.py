"""What standard modules and the process keep is put back, and workers share it."""

import csv
import logging
import mimetypes
import sys
import textwrap

import pytest

from bench.correctness import explore
from bench.correctness.programs.discovery import find_scenarios
from bench.errors import CannotRunError
from tests.correctness.outcomes import SEARCHES, end_states
from tests.correctness.state_programs import STATE

SOURCE = """
import calendar, csv, encodings.aliases, gc, gettext, linecache, logging, mimetypes, os
import reprlib, shutil, sys, threading, typing, urllib.parse
from email import charset
from xml.etree import ElementTree as etree

def given(): pass

class Program:
    def __init__(self):
        self.r = None
MAKE

    def read(self):
        try:
READ
        except Exception as error:
            self.r = type(error)

    def write(self):
WRITE

    def check(self):
        r = self.r
        raise AssertionError(r.__name__ if isinstance(r, type) else repr(r))

    workers = (read, write)
"""


def program(tmp_path, make, read, write):
    source = SOURCE
    for name, text, depth in (
        ("MAKE", make, 8),
        ("READ", read, 12),
        ("WRITE", write, 8),
    ):
        source = source.replace(name, textwrap.indent(text, " " * depth), 1)
    file = tmp_path / "program.py"
    file.write_text(source)
    return file


@pytest.mark.sampled(3)
@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", STATE)
def test_what_a_worker_finds_in_a_module_depends_on_the_order(tmp_path, search, name):
    """In each order, and not on the schedules before."""
    make, read, write, expected = STATE[name]
    file = program(tmp_path, make, read, write)
    (scenario,) = find_scenarios(str(file))
    states = end_states(scenario, search, seconds=60)
    assert sorted(one.removeprefix("AssertionError: ") for one in states) == expected


def explored(tmp_path, source, **options):
    file = tmp_path / "own.py"
    file.write_text(source)
    return explore(f"{file}:Program", **options)


def test_after_an_exploration_the_modules_have_what_they_had_before(tmp_path):
    def kept():
        return (
            csv.list_dialects(),
            csv.field_size_limit(),
            logging.root.manager.disable,
            mimetypes.guess_type("a.mine"),
            [*sys.argv],
            sys.get_int_max_str_digits(),
        )

    before = kept()
    for name in ("a dialect", "the longest field", "a type of files"):
        explore(str(program(tmp_path, *STATE[name][:3])), keep_going=True)
        assert kept() == before


AT_IMPORT = """
import calendar, codecs, csv, mimetypes

csv.register_dialect("pipe", delimiter="|")
mimetypes.add_type("x/mine", ".mine")
calendar.setfirstweekday(6)
codecs.register_error("mine", codecs.ignore_errors)

class Program:
    def __init__(self):
        self.r = []

    def work(self):
        self.r.append("pipe" in csv.list_dialects())
        self.r.append(mimetypes.guess_type("a.mine")[0] == "x/mine")
        self.r.append(calendar.firstweekday() == 6)
        self.r.append("\\xe9".encode("ascii", "mine") == b"")
        csv.unregister_dialect("pipe") if "pipe" in csv.list_dialects() else None

    workers = (work,)

    def check(self):
        assert all(self.r), self.r
"""


def test_each_run_begins_with_what_the_import_has_set(tmp_path):
    assert explored(tmp_path, AT_IMPORT).outcome == "holds"
    assert explored(tmp_path, AT_IMPORT).outcome == "holds"


ORDINARY = """
import calendar, gettext, logging, mimetypes, threading

class Program:
    def __init__(self):
        self.lock = threading.Lock()
        self.n = 0

    def work(self):
        day = calendar.weekday(2020, 1, 1)
        kind = mimetypes.guess_type("a.txt")
        path = gettext.textdomain()
        text = day, kind, path
        with self.lock:
            self.n += 1

    workers = (work, work)
"""


def test_a_module_that_nobody_changes_is_no_shared_place(tmp_path):
    """Its functions take no more schedules than without them."""
    shorter = "".join(
        line
        for line in ORDINARY.splitlines(keepends=True)
        if not line.startswith(
            ("        day", "        kind", "        path", "        text")
        )
    )
    with_calls, without = explored(tmp_path, ORDINARY), explored(tmp_path, shorter)
    assert (with_calls.outcome, with_calls.schedules, with_calls.shared) == (
        "holds",
        without.schedules,
        without.shared,
    )


SUBCLASSES = """
import threading

class Plugin: pass

class Program:
    def __init__(self):
        self.lock, self.found = threading.Lock(), []

    def load(self):
        with self.lock:
            class Csv(Plugin): pass
            self.csv = Csv
            self.found = [one.__name__ for one in Plugin.__subclasses__()]

    def look(self):
        with self.lock:
            self.seen = len(self.found)

    workers = (load, look)

    def check(self):
        assert self.found == ["Csv"], self.found
"""


def test_a_class_does_not_know_those_below_it_of_other_schedules(tmp_path):
    assert explored(tmp_path, SUBCLASSES, keep_going=True).outcome == "holds"


WORK = """
import codecs, sqlite3, sys, webbrowser

class Endless:
    def __repr__(self):
        while True:
            pass

    __str__ = __repr__

class Refusing:
    def __repr__(self):
        raise KeyError

class Program:
    def __init__(self):
        self.n = 0

    def work(self):
        self.n += 1
        DO

    def rest(self):
        self.n += 1

    workers = (work, rest)
"""
REFUSED = {
    "codecs.register(print)": r"codecs\.register in a worker",
    "codecs.register_error('mine', print)": r"codecs\.register_error in a worker",
    "sqlite3.register_converter('mine', int)": r"sqlite3\.register_converter in a",
    "sqlite3.register_adapter(Program, str)": r"sqlite3\.register_adapter in a",
    "sys.modules.clear()": r"sys\.modules\.clear\(\) is not modelled",
    "sys.modules.popitem()": r"sys\.modules\.popitem\(\) is not modelled",
    "[one for one in webbrowser._tryorder]": r"webbrowser\._tryorder is not modelled",
    "'a' in webbrowser._browsers": r"webbrowser\._browsers is not modelled",
    "len(webbrowser._browsers)": r"webbrowser\._browsers is not modelled",
}


@pytest.mark.parametrize(("do", "message"), REFUSED.items(), ids=REFUSED)
def test_what_cannot_be_put_back_or_seen_is_refused_by_its_name(tmp_path, do, message):
    with pytest.raises(CannotRunError, match=message):
        explored(tmp_path, WORK.replace("DO", do))


SYMPTOMS = {
    "raise ValueError(Endless())": "a __repr__ that it calls, does not end",
    "assert False, [Endless()]": "a __repr__ that it calls, does not end",
    "raise ValueError(Refusing())": "__str__ raises KeyError",
    "dict(**3)": "dict() argument after ** must be a mapping",
}


@pytest.mark.parametrize(("do", "symptom"), SYMPTOMS.items(), ids=SYMPTOMS)
def test_an_exception_has_a_text_of_the_program(tmp_path, do, symptom):
    verdict = explored(tmp_path, WORK.replace("DO", do))
    assert verdict.outcome == "broken"
    assert symptom in verdict.failure.symptom


def test_a_number_that_python_does_not_show_is_an_end_state(tmp_path):
    one = explored(tmp_path, WORK.replace("DO", "self.big = 10 ** 5000"))
    two = explored(tmp_path, WORK.replace("DO", "self.big = 10 ** 5001"))
    states = [verdict.outcomes[0].state for verdict in (one, two)]
    assert all("<number of " in one for one in states)
    assert states[0] != states[1]


SCREEN = {
    "bytes": "assert sys.stdout.buffer.write(b'ab') == 2",
    "encoding": "assert sys.stdout.encoding.lower() == 'utf-8'",
    "errors": "assert (sys.stdout.errors, sys.stderr.errors)[0] == 'strict'",
    "name": "assert (sys.stdout.name, sys.stderr.name) == ('<stdout>', '<stderr>')",
    "terminal": "assert sys.stdout.isatty() is False",
    "number": "assert (sys.stdout.fileno(), sys.stderr.fileno()) == (1, 2)",
    "first": "assert sys.stdout is sys.__stdout__ and sys.stderr is sys.__stderr__",
    "set anew": "sys.stdout.reconfigure(encoding='ascii')\n"
    "        assert sys.stdout.encoding == 'ascii'",
    "set anew in the run before": "assert sys.stdout.line_buffering is False\n"
    "        sys.stdout.reconfigure(line_buffering=True)",
    "none": "sys.stdout = None\n        print('x')",
    "stream closed in the run before": "print('x')\n        sys.stdout.close()",
}


@pytest.mark.parametrize("do", SCREEN.values(), ids=SCREEN)
def test_the_standard_streams_are_as_those_of_a_process(tmp_path, do):
    verdict = explored(tmp_path, WORK.replace("DO", do), keep_going=True)
    assert verdict.outcome == "holds", verdict.failure
    assert verdict.schedules > 1


def test_a_stream_that_is_closed_takes_no_more(tmp_path):
    source = WORK.replace("DO", "sys.stdout.close()\n        print('x')")
    verdict = explored(tmp_path, source)
    assert "I/O operation on closed file" in verdict.failure.symptom
