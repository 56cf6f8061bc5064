"""Several outputs of one command: all are written, or the request is refused."""

import json
from importlib import import_module

import pytest
from click.testing import CliRunner

from bench.commands import report
from bench.errors import CannotRunError
from bench.records.runs import Results
from bench.report.page import downloads
from tests.report.sample_results import rich

WAITS = "import time\n\n\ndef wait():\n    time.sleep(1)\n"


@pytest.fixture
def folder(tmp_path):
    """A run with ratios, as `run` leaves it."""
    found = rich()
    kept = Results(run=found.run, samples=found.samples, end=found.end)
    (tmp_path / "ledger.jsonl").write_text(downloads.ledger(kept), encoding="utf-8")
    return tmp_path


def test_json_is_printed_and_the_files_are_written(folder):
    """Standard output has the JSON alone, so that a program can read it."""
    page, picture = folder / "page.html", folder / "picture.svg"
    done = CliRunner().invoke(
        report.command,
        [str(folder), "--json", "-o", str(page), "--picture", str(picture)],
    )

    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["comparisons"]
    assert "<html" in page.read_text()
    assert "<svg" in picture.read_text()
    assert f"picture: {picture}\nreport: {page}" in done.stderr


def test_json_alone_writes_no_file(folder):
    """A program that reads verdicts needs no page."""
    done = CliRunner().invoke(report.command, [str(folder), "--json"])

    assert json.loads(done.stdout)["comparisons"]
    assert [one.name for one in folder.iterdir()] == ["ledger.jsonl"]


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("report", ["RUN", "--picture", "RUN/y.svg", "-o", "RUN/y.svg"]),
        ("report", ["RUN", "--picture", "RUN/report.html", "--open"]),
        ("history", ["RUN", "--file", "RUN/y", "--page", "RUN/../RUN/y"]),
    ],
)
def test_two_outputs_in_one_file_are_refused(folder, command, options):
    """The second output would replace the first."""
    arguments = [
        one.replace("RUN/../RUN", f"RUN/../{folder.name}").replace("RUN", str(folder))
        for one in options
    ]
    done = CliRunner().invoke(
        import_module(f"bench.commands.{command}").command, arguments
    )

    assert isinstance(done.exception, CannotRunError)
    assert "are the same file" in str(done.exception)
    assert [one.name for one in folder.iterdir()] == ["ledger.jsonl"]


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("port", ["FILE", "--json", "--draft"]),
        ("port", ["FILE", "--json", "--check"]),
        ("port", ["FILE", "--page", "DIR/page.html", "--into", "DIR/new"]),
        ("port", ["FILE", "--page", "DIR/page.html", "--sarif"]),
        ("shape", ["FILE", "--json", "--check"]),
        ("shape", ["FILE", "--json", "--sarif"]),
    ],
)
def test_outputs_that_exclude_each_other_are_refused(tmp_path, command, options):
    """One of them would not be written, and the command would not say so."""
    file = tmp_path / "jobs.py"
    file.write_text(WAITS)
    arguments = [
        one.replace("FILE", str(file)).replace("DIR", str(tmp_path)) for one in options
    ]
    done = CliRunner().invoke(
        import_module(f"bench.commands.{command}").command, arguments
    )

    assert isinstance(done.exception, CannotRunError)
    assert "exclude each other" in str(done.exception)
    assert [one.name for one in tmp_path.iterdir()] == ["jobs.py"]


def test_a_plan_is_a_page_and_json_at_once(tmp_path):
    """The page is a file, and the JSON goes to standard output."""
    file, page = tmp_path / "jobs.py", tmp_path / "page.html"
    file.write_text(WAITS)
    done = CliRunner().invoke(
        import_module("bench.commands.port").command,
        [str(file), "--json", "--page", str(page)],
        standalone_mode=False,
    )

    assert json.loads(done.stdout)
    assert "<html" in page.read_text()


def test_a_replay_as_json_is_refused(tmp_path):
    """A replay prints a trace: a program that expects JSON would read text."""
    done = CliRunner().invoke(
        import_module("bench.commands.explore").command,
        ["counter.py", "--replay", "kept.json", "--json"],
    )

    assert isinstance(done.exception, CannotRunError)
    assert "leave out --json" in str(done.exception)
