"""The file: whole or not at all, of bounded size, and carrying its data."""

import base64
import json
import os
import random
import re
import resource
import signal
import xml.etree.ElementTree as ElementTree

import msgspec
import pytest
from click.testing import CliRunner

from bench.commands import export, report
from bench.errors import CannotRunError
from bench.exports.verdicts_json import verdicts
from bench.records.runs import End, Results
from bench.records.workload import Workload
from bench.report.page import downloads, files, html_file, svg_file
from bench.report.words.answer import answer
from bench.runs import saved
from tests.report.sample_results import (
    HOSTILE,
    comparison,
    empty,
    rich,
    run,
    samples_of,
)

MOST_BYTES = 2_000_000


@pytest.fixture
def run_folder(tmp_path):
    """A small run as `run` leaves it."""
    samples = tuple(samples_of("lock", 0.5, Workload()))
    ledger = downloads.ledger(Results(run=run(), samples=samples))
    (tmp_path / "ledger.jsonl").write_text(ledger, encoding="utf-8")
    return tmp_path


def test_every_figure_of_the_ledger_is_carried_by_the_page(rich_page, tmp_path):
    """A reader can check each number, and make the page again from the page."""
    link = re.search(r'download="ledger.jsonl" href="data:[^,]+,([^"]+)"', rich_page)
    carried = base64.b64decode(link[1])
    (tmp_path / "ledger.jsonl").write_bytes(carried)
    read = saved.results(tmp_path)

    assert (read.run, read.samples, read.end) == (
        rich().run,
        rich().samples,
        rich().end,
    )
    planned = tuple(saved.by_plan(rich().certificates, rich().run))
    assert (read.certificates, read.shapes) == (planned, rich().shapes)
    assert list(read.locks) == saved.by_plan(rich().locks, rich().run) != []
    assert read.measurements == rich().measurements


def test_the_page_is_the_same_each_time(rich_page):
    """A report in version control changes only when its run does."""
    assert html_file.render(rich()) == rich_page


def test_the_page_stays_small_however_large_its_texts(rich_page, hostile_page):
    """It is opened from a mail or a ticket; a text of 100,000 letters is cut."""
    assert len(rich_page.encode()) < MOST_BYTES
    assert len(hostile_page.encode()) < MOST_BYTES


def test_a_ledger_too_large_to_carry_is_left_where_it_is():
    """A run of days has more samples than a page can hold, and still has a page."""
    noise = random.Random(0).randbytes(800_000).hex()
    large = msgspec.structs.replace(empty(), run=run(command=noise))
    links = {one.name: one.link for one in downloads.downloads(large)}
    page = html_file.render(large)

    assert links["ledger.jsonl.gz"] is None
    assert links["samples.csv"] is not None
    assert len(page.encode()) < MOST_BYTES
    assert "too large for the page" in page


def test_texts_of_users_are_escaped(hostile_page):
    """A pair's name is shown as it is, whatever it looks like."""
    assert hostile_page.count("<script>") == 1
    assert "<img" not in hostile_page
    assert "&lt;img src=x" in hostile_page
    assert "49" not in re.findall(r"<h3>(.*?)</h3>", hostile_page)  # a template ran
    assert HOSTILE[0] not in hostile_page


def test_programs_that_were_not_checked_are_listed_by_name(tmp_path):
    """`No time to check 79 programs` stood beside `9 of 9 hold`, without a list."""
    names = [f"p{number} in threads, explored" for number in range(79)]
    end = End(finished=1.0, elapsed_seconds=1.0, unchecked=tuple(names))
    results = msgspec.structs.replace(empty(), end=end)
    page = html_file.render(results)
    (said,) = (one for one in answer(results).sentences if "no time for" in one)

    assert said == (
        "There was no time for 79 checks of programs: p0 in threads (explored), "
        "p1 in threads (explored), p2 in threads (explored) and 76 more."
    )
    assert page.count("in threads (explored)</li>") == 79
    assert "<summary>There was no time for 79 checks</summary>" in page
    assert json.loads(verdicts(results))["unchecked"] == names


def test_doubts_stand_on_the_first_screen():
    """A reader who stops there must know what not to trust."""
    page = html_file.render(empty(), ["the <machine> was busy"])
    first_screen = page[: page.index("</header>")]

    assert "Doubtful: the &lt;machine&gt; was busy." in first_screen


def test_the_table_of_the_page_is_the_one_that_export_writes(run_folder):
    """Two tables of the same samples would differ in a column, or in what they escape.

    The page's has text that a spreadsheet would run as a formula disarmed as well.
    """
    CliRunner().invoke(report.command, [str(run_folder)], catch_exceptions=False)
    page = (run_folder / "report.html").read_text()
    link = re.search(r'download="samples.csv" href="data:[^,]+,([^"]+)"', page)
    exported = CliRunner().invoke(
        export.command, [str(run_folder), "--format", "csv"], catch_exceptions=False
    )

    assert base64.b64decode(link[1]).decode() == exported.output
    assert exported.output.count("\n") > 1


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    """No half a report, no stray temporary file; the old report stays."""
    path = tmp_path / "report.html"
    path.write_text("old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
    try:
        with pytest.raises(CannotRunError, match=r"cannot write .*report\.html: "):
            files.write(path, "x" * 10_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)

    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["report.html"]


def test_only_files_are_replaced(tmp_path):
    """Replacing /dev/stdout, as root, would break the machine."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    with pytest.raises(CannotRunError, match="it is no file"):
        files.write(pipe, "x")


def test_a_link_stays_a_link(tmp_path):
    """`latest.html` may point at the newest report."""
    (tmp_path / "link").symlink_to("real")
    files.write(tmp_path / "link", "x")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "x"


def test_the_command_writes_beside_the_run(run_folder):
    """Without -o the report lies where one looks for it."""
    done = CliRunner().invoke(report.command, [str(run_folder)])

    assert done.exit_code == 0, done.output
    assert "threads are faster" in (run_folder / "report.html").read_text()
    assert str(run_folder / "report.html") in done.output


@pytest.mark.parametrize("folder", ["missing", ""])
def test_what_is_not_a_run_is_said_in_one_line(tmp_path, folder):
    """A wrong path is the usual mistake."""
    done = CliRunner().invoke(report.command, [str(tmp_path / folder)])

    assert isinstance(done.exception, CannotRunError)
    assert "give the folder of a run" in str(done.exception)
    assert "\n" not in str(done.exception)


def test_the_picture_is_a_drawing_for_both_schemes(tmp_path):
    """The README shows it on white and on black."""
    path = tmp_path / "picture.svg"
    svg_file.write(rich(), path)
    drawing = ElementTree.parse(path)

    assert drawing.getroot().get("aria-label")
    assert "prefers-color-scheme: dark" in path.read_text()


def test_a_program_at_several_loads_is_in_the_picture_at_its_highest(tmp_path):
    """`url_fetch` with 1 and 8 workers was in no chart of the picture."""
    found = rich()
    fetches = [
        comparison("url_fetch", Workload(workers=count, operations=9), ratio, 0.1)
        for count, ratio in ((1, 2.5), (8, 3.5))
    ]
    others = [one for one in found.comparisons if one.pair != "url_fetch"]
    path = tmp_path / "picture.svg"
    measured = msgspec.structs.replace(found, comparisons=(*others, *fetches))
    svg_file.write(measured, path)
    text = path.read_text()

    assert "url_fetch 3.50×" in text
    assert "url_fetch 2.50×" not in text
    assert "jobs: which model is faster, and how sure" in text


def test_picture_and_page_can_be_asked_for_together(run_folder):
    """What is asked for by name is written, each of it and nothing else."""
    picture_file, page = run_folder / "picture.svg", run_folder / "page.html"
    done = CliRunner().invoke(
        report.command,
        [str(run_folder), "--picture", str(picture_file), "-o", str(page)],
    )

    assert done.exit_code == 0, done.output
    assert picture_file.stat().st_size > 5_000
    assert "threads are faster" in page.read_text()


def test_a_picture_of_nothing_is_refused(tmp_path):
    """An empty chart in a README would be read as a result."""
    with pytest.raises(CannotRunError, match="measured no ratios"):
        svg_file.write(empty(), tmp_path / "picture.svg")

    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("command", "options"),
    [
        (report.command, ["-o"]),
        (report.command, ["--picture"]),
        (export.command, ["-o"]),
        (export.command, ["--format", "csv", "-o"]),
    ],
)
@pytest.mark.parametrize("linked", [False, True])
def test_the_ledger_of_a_run_is_never_overwritten(run_folder, command, options, linked):
    """It cannot be made again; a page or a table can."""
    ledger = run_folder / "ledger.jsonl"
    before, target = ledger.read_bytes(), ledger
    if linked:
        target = run_folder / "link"
        target.symlink_to(ledger)
    ended = CliRunner().invoke(command, [str(run_folder), *options, str(target)])

    assert isinstance(ended.exception, CannotRunError)
    assert "is the ledger of a run" in str(ended.exception)
    assert ledger.read_bytes() == before
