"""What a reader sees of a pair: `show` and `shape` in any terminal and in a pipe."""

import json
import re
import subprocess
import sys
from itertools import chain, product

import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from bench.commands import shape, show
from bench.errors import CannotRunError
from bench.pairs.catalogue import PAIRS
from bench.records.shapes import Row
from bench.report.terminal.code_lines import changed, highlighted, wrapped
from bench.report.terminal.side_by_side import Side, side_by_side
from bench.shape import compare, of_pair

WIDTHS = (30, 40, 59, 60, 79, 80, 99, 100, 120, 160, 300)


def shown(command, *arguments):
    result = CliRunner().invoke(command, arguments)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


def sides(left, right):
    return Side("threads", "T", "t.py", left), Side("asyncio", "A", "a.py", right)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_fits_the_width(width):
    """A line too long breaks a terminal's rows apart; down to 30 columns none is."""
    lines = shown(show.command, "condition", "--width", str(width)).splitlines()

    assert lines
    assert max(map(cell_len, lines)) <= width


@pytest.mark.long
@pytest.mark.parametrize("pair", PAIRS)
def test_every_page_of_every_pair_fits_its_width(pair):
    """The heading too, however long the name of a counter-example's file is."""
    views = [[], ["--anyio"], *([["--broken"]] if PAIRS[pair].counter_examples else [])]
    for view, width in product(views, (60, 80, 110, 160)):
        page = shown(show.command, pair, *view, "-U", "1", "--width", str(width))
        for line in page.splitlines():
            assert cell_len(line) <= width


def test_a_path_too_long_for_its_column_keeps_its_end():
    """The directories are the same in all; the name says which file it is."""
    page = shown(show.command, "condition", "--broken=newest_first", "--width", "110")

    assert "…broken/condition_newest_first.py" in page


@pytest.mark.parametrize("pair", PAIRS)
def test_a_pair_is_shown_whole_when_piped(pair):
    """Every line of both files, in order, and no escape sequence."""
    page = shown(show.command, pair)

    assert "\x1b" not in page
    for model in ("threads", "asyncio"):
        text = of_pair(PAIRS[pair], model).text
        words = iter(page.split())
        lines = [line.split() for line in text.splitlines()]
        for word in chain.from_iterable(lines):
            assert word in words, f"{word} of {model} is missing or out of order"


@pytest.mark.parametrize("width", [60, 160])
def test_lines_that_match_share_a_row(width):
    """In two columns on one row; in one column the asyncio line follows."""
    lines = shown(show.command, "condition", "--width", str(width)).splitlines()
    at = [n for n, line in enumerate(lines) if "async with self.not_empty:" in line]

    assert len(at) == 2
    if width == 160:
        assert all(re.search(r"\d+ +with self.* ~ +\d+ +async", lines[n]) for n in at)
    else:
        assert all(re.search(r"T ~ +with self", lines[n - 1]) for n in at)
        assert all(re.search(r"A ~ +async with", lines[n]) for n in at)


def test_every_kind_has_its_mark_and_its_count_without_colour():
    """Colour only repeats what the marks say."""
    legend = shown(show.command, "condition").splitlines()[-1]
    counts = compare(PAIRS["condition"]).changed_lines

    for mark, kind in (("~", "colour"), ("=", "primitive"), ("@", "life cycle")):
        assert re.search(rf"{mark} {kind}[^=@!#]* {counts[kind]}\b", legend)


def test_only_the_differences_are_shown_on_request():
    """What was left out is counted."""
    page = shown(show.command, "condition", "-U", "0")

    assert "lines the same" in page
    assert "Log = Callable" not in page
    assert "asyncio.TaskGroup" in page


@pytest.mark.long
@pytest.mark.parametrize("pair", [p for p in PAIRS.values() if p.counter_examples],
                         ids=lambda pair: pair.name)  # fmt: skip
def test_a_counter_example_stands_beside_what_it_breaks(pair):
    """All of a pair's when none is named, each by itself when one is."""
    page = shown(show.command, pair.name, "--broken")
    assert "Counter-example" in page
    for name in pair.counter_examples:
        assert f"broken/{name}.py" in page
        assert f"broken/{name}.py" in shown(show.command, pair.name, "--broken", name)


def test_what_is_said_of_a_counter_example_is_set_for_the_width():
    """A sentence is not broken where the file breaks it and again by the terminal."""
    page = shown(show.command, "event", "--broken", "event_never_ends", "--width", "80")

    assert (
        " The producer has put its last integer and ended.  The consumers wait for\n"
        " another integer, and a caller that joins the consumers waits for ever too.\n"
        " Symptom: TimeoutError: consumer 0 still waits for not_empty\n"
    ) in page


def test_a_counter_example_shows_only_what_it_overrides():
    """The method that is wrong, not the file around it."""
    page = shown(show.command, "condition", "--broken")

    assert "wait_for(lambda: self.integers)" in page
    assert "def produce" not in page
    assert "Remove and return" not in page  # no docstring on the other side


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["conditio"], "did you mean condition"),
        (["xyzzy"], "there are"),
        ([], "which pair"),
        (["--broken", "condition"], "show condition --broken"),
        (["condition", "--broken", "xyzzy"], "it has condition"),
        (["condition", "--broken", "condition", "--anyio"], "give one"),
    ],
)
def test_a_wrong_request_costs_one_line(arguments, advice):
    """It says the value and the nearest right one."""
    with pytest.raises(CannotRunError, match=advice) as caught:
        shown(show.command, *arguments)
    assert "\n" not in str(caught.value)


def test_a_source_cannot_command_the_terminal():
    """Control characters of a file are shown, not obeyed."""
    (line,) = highlighted("x = '\x1b[2J\x07\x9b\u202e'")
    page = list(side_by_side(*sides("\x1b]0;t\x07", "a\tb"), [
        Row(difference="else", left=1, right=1)], 100))  # fmt: skip

    assert not set("\x1b\x07\x9b\u202e") & set(line.plain)
    assert not any(set("\x1b\x07\t") & set(text.plain) for text in page)


@pytest.mark.parametrize("width", [8, 20, 50])
@pytest.mark.parametrize(
    "line", ["", "x" * 500, "    " * 30 + "x", "日本" * 40, "a, b, " * 40, "    x(y)"]
)
def test_wrapping_loses_no_character_and_keeps_the_width(line, width):
    """Words move to the next line; wide characters count two columns."""
    (text,) = highlighted(line)
    pieces = [piece.plain for piece in wrapped(text, width)]

    assert "".join("".join(pieces).split()) == "".join(line.split())
    assert max(map(cell_len, pieces)) <= width


def test_the_words_that_only_one_side_has_are_found():
    """And nothing else of the line."""
    left, right = "with lock:", "async with lock:"
    assert changed(left, right) == ([], [(0, 5)])


@pytest.mark.long
def test_shape_answers_for_every_pair_and_for_one():
    """A line a pair; in full for one, and the same as JSON."""
    table = shown(shape.command)
    found = json.loads(shown(shape.command, "condition", "--json"))

    assert all(pair in table for pair in PAIRS)
    assert "Basket.take → threading.Condition.wait_for" in shown(
        shape.command, "condition"
    )
    assert found[0]["asyncio"]["suspension_points"] == 10


def test_shape_reads_files_of_a_user(tmp_path):
    """Two files, one file, a package; paths and figures as the user knows them."""
    jobs, ajobs = tmp_path / "jobs.py", tmp_path / "ajobs.py"
    jobs.write_text("import time\ndef run(): time.sleep(1)\n")
    ajobs.write_text("import time\nasync def run(): time.sleep(1)\n")

    both = shown(shape.command, "--threads", str(jobs), "--asyncio", str(ajobs))
    alone = shown(shape.command, "--threads", str(jobs))
    package = shown(shape.command, "--package", str(tmp_path))

    assert "await asyncio.sleep(...)" in both
    assert "time.sleep" in alone
    assert "1 function in 1 of 2 modules" in package


def test_shape_prints_the_correspondence_of_primitives():
    """For reading and, as JSON, for tools."""
    assert "threading.RLock" in shown(shape.command, "--primitives")
    assert json.loads(shown(shape.command, "--primitives", "--json"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["condition", "--primitives"],
        ["--asyncio", "x.py"],
        ["--threads", "no/such.py"],
        ["--package", "/dev/null"],
        ["--blocking", "x"],
        ["conditio"],
    ],
)
def test_shape_refuses_in_one_line(arguments):
    """What is wrong and what to give instead."""
    with pytest.raises(CannotRunError) as caught:
        shown(shape.command, *arguments)
    assert "\n" not in str(caught.value)


def test_a_reader_who_leaves_early_is_no_error():
    """`show PAIR | head -1` prints a line and nothing on stderr."""
    command = f"{sys.executable} -m bench show condition | head -1"
    result = subprocess.run(
        command, shell=True, capture_output=True, text=True, timeout=60, check=True
    )
    assert (result.stdout.count("\n"), result.stderr) == (1, "")
