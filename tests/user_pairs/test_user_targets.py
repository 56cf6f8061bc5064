"""What the user names in a module: a function, its arguments, a check."""

import asyncio
import sys
from importlib.metadata import EntryPoint

import pytest

from bench.commands import targets
from bench.errors import CannotRunError
from bench.pairs import function_pairs, user_discovery
from bench.pairs.user_calls import Side
from bench.pairs.user_targets import UnusableError, check_signature, resolve
from bench.records.user_pairs import UserPair


def test_arguments_that_do_not_fit_are_told_with_the_signature():
    """Before anything is called."""

    def run(count, workers=2):
        return count + workers

    check_signature("a:run", run, (3,), {"workers": 1})
    with pytest.raises(UnusableError, match=r"a:run\(count, workers=2\) does not take"):
        check_signature("a:run", run, (), {"number": 1})


@pytest.mark.parametrize(
    ("name", "advice"),
    [("laods", "did you mean loads?"), ("xyzzy", "it has JSONDecodeError")],
)
def test_a_function_that_is_not_there_is_named_by_what_is_spelt_alike(name, advice):
    """The first eight of a long module told nothing."""
    with pytest.raises(UnusableError) as refused:
        resolve(f"json:{name}")

    assert f"json has no {name}; {advice}" in str(refused.value)


def test_a_missing_argument_is_told_with_the_option_that_gives_it():
    """`missing a required argument` did not say how to give it."""

    def run(words, *, crew, pause=0.1): ...

    with pytest.raises(UnusableError) as refused:
        check_signature("a:run", run, (), {})

    told = """missing a required argument: 'words'; give --args '{"words": ..., """
    assert f"""{told}"crew": ...}}', or args in the table of the pair""" in str(
        refused.value
    )


def test_arguments_without_names_are_told_as_a_list():
    """No object of names can give them."""

    def run(words, crew, /): ...

    with pytest.raises(UnusableError, match=r"give --args '\[..., ...\]'"):
        check_signature("a:run", run, (), {"words": 1})


def test_a_function_without_parameters_takes_no_arguments():
    """An example with a name would be wrong too."""

    def run(): ...

    with pytest.raises(UnusableError, match="leave its arguments out"):
        check_signature("a:run", run, (1,), {})


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A package `shop` with the module `till`, in a folder of modules."""
    package = tmp_path / "shop"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "till.py").write_text(TILL)
    (package / "late.py").write_text("import nowhere_at_all\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in [one for one in sys.modules if one.partition(".")[0] == "shop"]:
        del sys.modules[name]


TILL = """\
PRICE = 5

def total():
    return 1

def each():
    yield 1

async def aeach():
    yield 1

def no_outcome():
    return True

def a_number(outcome):
    return 3
"""


@pytest.mark.parametrize(
    ("target", "advice"),
    [
        ("shop.til:total", "No module named 'shop.til'; did you mean shop.till?"),
        ("shpo.till:total", "No module named 'shpo'; did you mean shop?"),
        ("qqqqq:total", "No module named 'qqqqq'; start in the folder that has it"),
        ("shop:total", "shop has no total; it is a package of late, till"),
    ],
)
def test_a_module_that_is_not_there_is_told_with_the_next_step(target, advice, project):
    """A bare ModuleNotFoundError counted as a crash of the user's code."""
    with pytest.raises(UnusableError) as refused:
        resolve(target)

    assert advice in str(refused.value)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("shop.till", "name a function of the module: shop.till:NAME"),
        ("shop.till.total", "did you mean shop.till:total?"),
        ("shop.till:total()", "did you mean shop.till:total?"),
        ("src/shop/till.py:total", "did you mean shop.till:total?"),
        ("shop/till.py", "write it as pkg.jobs:run"),
        ("", "write it as pkg.jobs:run"),
    ],
)
def test_a_name_in_another_form_is_told_with_the_likely_name(text, advice, project):
    """A module alone was split as if its last part were the function."""
    assert function_pairs.not_a_target(text, [str(project)]).endswith(advice)


def test_an_import_within_the_users_module_fails_as_it_is(project):
    """That the name in the question is right must not be doubted."""
    with pytest.raises(ModuleNotFoundError, match="nowhere_at_all"):
        resolve("shop.late:total")


def side(name, model="threads", check=None):
    target = f"shop.till:{name}"
    own = UserPair(name="till", threads=target, asyncio=target, check=check)
    return Side(own, model)


def test_a_generator_function_is_refused_because_a_call_runs_nothing(project):
    """It was an outcome that cannot be compared, or `a plain function`."""
    with pytest.raises(UnusableError, match=r"list\(f\(\)\)"):
        side("each").run_plain(1, print)
    with pytest.raises(UnusableError, match="returns an asynchronous generator"):
        asyncio.run(side("aeach", "asyncio").run_awaited(1, print))


@pytest.mark.parametrize(
    ("check", "advice"),
    [
        ("PRICE", "shop.till:PRICE is 5, not a function"),
        ("no_outcome", r"no_outcome\(\) does not take one argument; a check takes"),
    ],
)
def test_a_check_that_cannot_be_called_is_refused_first(check, advice, project):
    """It was a TypeError after the first call, without the name of the check."""
    with pytest.raises(UnusableError, match=advice):
        side("total", check=f"shop.till:{check}")


def test_a_check_that_returns_something_else_is_told_what_to_return(project):
    """`returned 3` alone did not say what is expected."""
    found = side("total", check="shop.till:a_number").run_plain(1, print)

    assert "a_number: returned 3; a check returns True, None, or a text" in found.wrong


TABLE = """\
[tool.threads-vs-asyncio.pairs.till]
threads = "shop.till:total"
asyncio = "shop.till:atotal"
"""


@pytest.mark.parametrize(
    ("target", "advice"),
    [
        ("till", "till is a pair of yours; `run till --lens correctness` tries"),
        ("shop.till:total", "did you mean src/shop/till.py:total?"),
        ("condtion", "did you mean condition? Or give FILE.py"),
    ],
)
def test_explore_says_how_to_try_the_schedules_of_a_pair(
    target, advice, tmp_path, monkeypatch
):
    """It denied a pair that `list` shows, and told to take one that `list` shows."""
    package = tmp_path / "src" / "shop"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "till.py").write_text(TILL)
    (tmp_path / "pyproject.toml").write_text(TABLE)
    monkeypatch.chdir(tmp_path)

    with pytest.raises(CannotRunError) as refused:
        targets.programs(target)

    assert advice in str(refused.value)


ENTRIES = {"till.threads": "shop.till:total", "till.asyncio": "shop.till:atotal"}


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ({"x.threads": "foo", "x.asyncio": "foo:bar"}, "the pair x of a package: thr"),
        ({"lock.threads": "a:f", "lock.asyncio": "a:g"}, "there is a pair lock in the"),
        ({"x.thread": "a:f", "x.asyncio": "a:g"}, "x.thread is no entry point"),
        ({"x.asyncio": "a:g"}, "the entry point x.threads is missing"),
        ({"x": "a:g"}, "the pair x of a package: x is no entry point of a pair"),
    ],
)
def test_an_invalid_pair_of_a_package_is_left_out_with_a_note(
    entries, told, monkeypatch, tmp_path
):
    """A taken name made every command an error; other mistakes were listed as pairs."""
    points = [
        EntryPoint(name, value, user_discovery.GROUP)
        for name, value in (ENTRIES | entries).items()
    ]
    monkeypatch.setattr(user_discovery, "entry_points", lambda **_: points)

    [line] = user_discovery.left_out()
    assert told in line
    assert [one.name for one in user_discovery.found(tmp_path)] == ["till"]
