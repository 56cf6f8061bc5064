"""What the hash of a pair of the user's is of: its files, and all that they import."""

import pytest

from bench.pairs import function_pairs
from bench.pairs.catalogue import PAIRS
from bench.pairs.imported_sources import named_by, of_function
from bench.records.user_pairs import UserPair
from bench.throughput import sources


@pytest.fixture(autouse=True)
def _a_catalogue_of_its_own():
    """What a test registers is forgotten after it."""
    before = dict(PAIRS)
    yield
    PAIRS.clear()
    PAIRS.update(before)


@pytest.fixture
def project(tmp_path):
    """Writes files of a project; returns its pair, as a table names it."""

    def write(args="{}", check=None, **files):
        for name, text in {"jobs": "", "ajobs": "", **files}.items():
            path = tmp_path.joinpath(*name.split("__")).with_suffix(".py")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        return UserPair(
            name="mine", threads="jobs:run", asyncio="ajobs:run", args=args,
            check=check, folders=(str(tmp_path),),
        )  # fmt: skip

    return write


def hashes(own):
    function_pairs.register((own,))
    found = sources.of_pairs(["mine"])
    return found["mine", "threads"], found["mine", "asyncio"]


@pytest.mark.parametrize(
    "imports",
    [
        "from common import work",
        "import common",
        "def run():\n    import common\n",
        "from near import far",
        "import importlib\nimportlib.import_module('common')",
        "from package import inner",
        "import package.inner as inner",
        "try:\n    import fast_common\nexcept ImportError:\n    import common\n",
    ],
)
def test_a_change_of_what_a_function_imports_changes_its_hash(project, imports):
    """A slowdown by 90 % passed as the noise between two runs of equal code."""
    files = {
        "jobs": imports,
        "near": "import common\n",
        "package__init": "",
        "package____init__": "",
        "package__inner": "from .. import nothing\nfrom . import other\n",
        "package__other": "import common\n",
    }
    before = hashes(project(**files, common="N = 1\n"))
    same = hashes(project(**files, common="N = 1\n"))
    after = hashes(project(**files, common="N = 2\n"))

    assert same == before
    assert before[0] != after[0]
    assert before[1] == after[1] != ""  # asyncio imports nothing of it


@pytest.mark.parametrize(
    "change",
    [{"args": '{"count": 9}'}, {"check": "checks:right"}, {"args": "given:ARGS"}],
)
def test_what_a_function_is_called_with_belongs_to_what_was_measured(project, change):
    """Ten times as many jobs take ten times as long, in the same code."""
    files = {"checks": "def right(found): pass\n", "given": "ARGS = [1]\n"}

    assert hashes(project(**files)) != hashes(project(**files, **change))


def test_arguments_in_a_module_are_followed_too(project):
    """The table names them, and they change in another file."""
    before = hashes(project(args="given:ARGS", given="ARGS = [1]\n"))

    assert hashes(project(args="given:ARGS", given="ARGS = [2]\n")) != before


@pytest.mark.parametrize(
    "text",
    [
        "import importlib\nimportlib.import_module(f'plugins.{name}')",
        "__import__(name)",
        "exec(open('code.py').read())",
        "runpy.run_path('code.py')",
        "importlib.util.spec_from_file_location('x', path)",
    ],
)
def test_an_import_of_a_computed_name_has_no_hash(project, text):
    """Code may be equal or not: then it is not taken for equal."""
    assert hashes(project(jobs=text))[0] == ""


def test_a_method_named_like_a_builtin_imports_nothing():
    """Models of machine learning are told to `eval()`."""
    assert named_by(b"model.eval()\nimport a.b\n", "") == ("a", "a.b")


def test_an_installed_package_counts_by_its_version(project):
    """Its files are many, and each of its versions has its own."""
    found = of_function(project(jobs="import aiohttp, json, sys\n"), "threads")

    assert found["aiohttp"].startswith(b"aiohttp 3.")
    assert not {"json", "sys", "aiohttp.client"} & {*found}


def test_a_module_of_the_user_hides_one_of_the_standard_library(project):
    """As it does when it is imported."""
    found = of_function(project(jobs="import queue\n", queue="x = 1\n"), "threads")

    assert found["queue"] == b"x = 1\n"


def test_what_is_no_python_is_hashed_as_it_is(project):
    """A broken file is told when it is imported."""
    assert hashes(project(jobs="def f(:\n"))[0]


def test_a_run_names_what_a_pair_of_the_users_imports(project):
    """So that a run is not resumed after a change of it."""
    function_pairs.register((project(jobs="import common\n", common="N = 1\n"),))

    assert {"jobs", "ajobs", "common"} <= {*sources.of_run(["mine"])}
