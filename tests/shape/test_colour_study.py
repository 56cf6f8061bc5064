"""The study of libraries' own ports: what it counts, and what it refuses."""

from click.testing import CliRunner

from bench.studies.colour_twins import main


def run(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


def test_two_files_are_compared(tmp_path):
    """One of two coroutine functions is named, and nothing in vain."""
    sync, tasks = tmp_path / "sync.py", tmp_path / "tasks.py"
    sync.write_text("import time\ndef a(): time.sleep(1)\ndef b(x): x()\ndef c(): pass")
    tasks.write_text("async def a(): pass\nasync def b(x): pass\ndef c(): pass")

    found = run(sync, tasks)

    assert found.output == "recall 0.50 (1 of 2), precision 1.00 (0 named in vain)\n"


def test_a_library_that_is_not_known_is_refused():
    """A misspelt name gave "recall 0.00 (0 of 0)", a figure of nothing."""
    found = run("nosuch")

    assert found.exit_code == 2
    assert "nosuch: not one of httpcore" in found.output
