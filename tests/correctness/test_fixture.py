"""The fixture `explore`: found by itself, and a schedule that failed comes first."""

import json

import pytest

COUNTER = """
class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        self.value += 1

    workers = (increment, increment)

    def check(self):
        assert self.value == 2
"""
MENDED = COUNTER.replace(
    "self.value = 0", "self.value = 0\n        self.guard = threading.Lock()"
).replace("self.value += 1", "with self.guard:\n            self.value += 1")
TEST = """
from counter import Counter

def test_it(explore):
    explore(Counter)
"""


@pytest.fixture
def project(pytester):
    """A project with a counter and its test, and no line of configuration."""
    pytester.makepyfile(counter=COUNTER, test_counter=TEST)
    pytester.syspathinsert()
    return pytester


def run(pytester, *arguments):
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)


def saved(pytester):
    return sorted((pytester.path / ".explore" / "regressions").glob("*.json"))


@pytest.mark.long
def test_a_test_fails_with_the_trace_and_without_configuration(project):
    """A user puts an exploration into a test suite in one line, and no other."""
    result = run(project)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*increment 1*increment 2*", "*(writes value)*", "replay it: python -m bench*"]
    )


@pytest.mark.long
def test_a_failing_schedule_is_replayed_first_on_the_next_run(project):
    """It took a search to find it; the next run knows it."""
    run(project)
    [path] = saved(project)
    assert json.loads(path.read_text())["symptom"].startswith("AssertionError")

    result = run(project)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*a saved schedule still fails*", f"replay it: *--replay *{path.name}"]
    )
    assert saved(project) == [path]


@pytest.mark.long
def test_a_saved_schedule_that_no_longer_fails_stays_as_a_test(project):
    """The mistake may come back; after the replay all schedules are explored."""
    run(project)
    kept = saved(project)
    (project.path / "counter.py").write_text("import threading\n" + MENDED)

    run(project).assert_outcomes(passed=1)
    assert saved(project) == kept

    (project.path / "counter.py").write_text(COUNTER)
    result = run(project)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*a saved schedule still fails*"])


@pytest.mark.long
def test_a_schedule_of_another_search_is_passed_over(project):
    """In the stock order the tasks of this schedule never come so."""
    run(project)
    test = TEST.replace("explore(Counter)", "explore(Counter, order='fifo')")
    (project.path / "test_counter.py").write_text(test)

    result = run(project)

    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*a saved schedule still fails*")


@pytest.mark.long
@pytest.mark.parametrize("text", ["", "{}", "[1, 2]", "\0"])
def test_a_damaged_file_in_the_folder_costs_nothing(project, text):
    """A merge may leave anything in it; the search finds the schedule again."""
    run(project)
    [path] = saved(project)
    path.write_text(text)

    result = run(project)

    result.assert_outcomes(failed=1)
    assert json.loads(path.read_text())["turns"]


@pytest.mark.long
def test_the_folder_can_be_another(project):
    """Where a team keeps such files is its own decision."""
    project.makeini("[pytest]\nexplore_folder = tests/schedules\n")

    run(project).assert_outcomes(failed=1)

    assert [*(project.path / "tests" / "schedules").glob("*.json")]
    assert not (project.path / ".explore").exists()


@pytest.mark.long
def test_where_a_schedule_cannot_be_saved_the_trace_is_shown(project):
    """A read-only checkout is no reason to hide the failure."""
    (project.path / ".explore").write_text("a file")

    result = run(project)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*(writes value)*", "*cannot be saved*"])


@pytest.mark.long
def test_a_test_that_holds_leaves_no_file(project):
    """A folder of a project whose tests pass would only be noise."""
    (project.path / "counter.py").write_text("import threading\n" + MENDED)

    run(project).assert_outcomes(passed=1)

    assert not (project.path / ".explore").exists()


@pytest.mark.long
@pytest.mark.parametrize("file", ["bench/__init__.py", "bench.py"])
def test_a_project_with_its_own_bench_keeps_it_and_is_told(project, file):
    """It imported its own before ours was installed, and must go on doing so."""
    path = project.path / file
    path.parent.mkdir(exist_ok=True)
    path.write_text("OWN = True\n")
    own = "import bench\n\ndef test_own():\n    assert bench.OWN\n"
    project.makepyfile(test_own=own)

    result = run(project)

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["explore: the package `bench` of * hides*"])


@pytest.mark.long
def test_scripts_in_a_directory_called_bench_hide_nothing(project):
    """Such a directory is no package, so that `import bench` finds ours."""
    (project.path / "bench").mkdir()
    (project.path / "bench" / "speed.py").write_text("")

    result = run(project)

    result.stdout.fnmatch_lines(["*(writes value)*"])


@pytest.mark.long
def test_a_session_that_does_not_explore_imports_nothing_of_ours(pytester):
    """The plugin is loaded in every session of every project beside it."""
    pytester.makepyfile(
        """
        import sys

        def test_it():
            assert not [name for name in sys.modules if name.startswith("bench")]
        """
    )

    run(pytester).assert_outcomes(passed=1)


@pytest.mark.long
def test_the_plugin_can_still_be_named_in_a_conftest(project):
    """From a checkout that is not installed there is no entry point."""
    project.makeconftest('pytest_plugins = ["bench.correctness.pytest_plugin"]')

    result = run(project, "-p", "no:threads_vs_asyncio")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*(writes value)*"])


@pytest.mark.long
def test_a_scenario_that_shares_nothing_fails_unless_it_says_so(project):
    """A green test of workers that never meet is a false proof."""
    apart = COUNTER.replace("self.value += 1", "pass").replace("== 2", "== 0")
    (project.path / "counter.py").write_text(apart)

    result = run(project)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*nothing shared was seen*"])

    test = TEST.replace("explore(Counter)", "explore(Counter, independent=True)")
    (project.path / "test_counter.py").write_text(test)

    run(project).assert_outcomes(passed=1)
