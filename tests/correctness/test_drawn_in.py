"""Who drew: a verdict names the package, where the program itself drew nothing."""

import json
from textwrap import dedent

import pytest

from bench.correctness import explore
from bench.correctness.explain.render import headline
from bench.correctness.explain.verdict_json import as_line

PACKAGES = {
    "drawer": """
        import os, random, secrets, time, uuid

        def shared(): return random.random()
        def own(): return random.Random().random()
        def token(): return secrets.token_hex(4)
        def ident(): return str(uuid.uuid4())
        def noise(): return os.urandom(2)
        def moment(): return time.time()
        def nothing(): return 1
        def twice(function): return [function(), function()]
    """,
    "at_import": "import uuid\nKEY = uuid.uuid4().hex\ndef nothing(): return 1",
    "through": "import drawer\ndef token(): return drawer.token()",
    "logs": """
        import logging
        log = logging.getLogger(__name__)
        def tell(): log.warning("told")
    """,
}
WORKS = {  # what a worker does, and which packages then drew; "": the program itself
    "drawer.shared()": ("drawer",),
    "drawer.own()": ("drawer",),
    "drawer.token()": ("drawer",),
    "drawer.ident()": ("drawer",),
    "drawer.noise()": ("drawer",),
    "drawer.moment()": ("drawer",),
    "through.token()": ("drawer",),
    "at_import.nothing()": ("at_import",),
    "logs.tell()": ("logging",),
    "logging.warning('told')": ("logging",),
    "logging.getLogger('a').error('told'); drawer.token()": ("drawer", "logging"),
    "time.time(); drawer.token()": ("",),
    "datetime.date.today()": ("",),
    "drawer.twice(random.random)": ("",),
    "random.random(); drawer.shared()": ("",),
    "drawer.twice(lambda: uuid.uuid4())": ("",),
    "drawer.nothing()": None,
    "logging.debug('not told')": None,
}
MODULES = ["datetime", "logging", "random", "time", "uuid"]


@pytest.fixture
def verdict_of(tmp_path, monkeypatch):
    """A function that explores two workers that do something with the packages."""
    place = tmp_path / "site-packages"
    for name, source in PACKAGES.items():
        (place / name).mkdir(parents=True)
        (place / name / "__init__.py").write_text(dedent(source), encoding="utf-8")
    monkeypatch.syspath_prepend(place)

    def run(work, **options):
        used = [name for name in (*PACKAGES, *MODULES) if f"{name}." in work]
        path = tmp_path / "program.py"
        path.write_text(
            f"import {', '.join(used)}\n\n\nclass Draws:\n    value = 0\n\n"
            f"    def work(self):\n        self.value = 1; {work}\n\n"
            "    workers = (work, work)\n",
            encoding="utf-8",
        )
        return explore(path, jobs=1, **options)

    return run


@pytest.mark.parametrize("work", WORKS)
def test_a_verdict_names_who_drew(work, verdict_of):
    """A proof "for the draws of seed 0" of a program that draws nothing is a riddle."""
    drawn_in = WORKS[work]

    verdict = verdict_of(work)

    assert verdict.outcome == "holds"
    assert verdict.draws == (() if drawn_in is None else (0,))
    assert verdict.drawn_in == (() if drawn_in in (None, ("",)) else drawn_in)


def test_the_names_are_in_the_text_and_in_the_json(verdict_of):
    """Where the program itself draws there is nothing to add."""
    by_packages = verdict_of("logging.warning('a'); drawer.token()")
    by_program = verdict_of("time.time(); drawer.token()")

    text = " ".join(headline(by_packages, 200))
    assert "holds for the draws of seed 0 (drawn in drawer, logging): " in text
    assert "holds for the draws of seed 0: " in " ".join(headline(by_program, 200))
    assert json.loads(as_line(by_packages))["drawn_in"] == ["drawer", "logging"]
    assert json.loads(as_line(by_program))["drawn_in"] == []


def test_several_draws_are_named_together(verdict_of):
    """`--draws N` is still for those who want to know whether the draw matters."""
    verdict = verdict_of("drawer.token()", draws=3)

    assert (verdict.draws, verdict.drawn_in) == ((0, 1, 2), ("drawer",))
    assert "seeds 0 to 2 (drawn in drawer)" in " ".join(headline(verdict, 200))


def test_another_program_of_the_process_is_not_named(verdict_of):
    """Packages stay loaded from program to program; what they drew does not."""
    assert verdict_of("logging.warning('a'); drawer.token()").draws == (0,)
    assert verdict_of("drawer.nothing()").draws == ()
    assert verdict_of("drawer.shared()").drawn_in == ("drawer",)
