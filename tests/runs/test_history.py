"""A history of runs: what is noise stays noise, and a step is found and told."""

import io
import json
import math
import os
import random
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from rich.console import Console

from bench.commands.history import command, show
from bench.commands.list import command as list_command
from bench.commands.report import command as report_command
from bench.errors import CannotRunError
from bench.ledger.store import Ledger
from bench.pairs.catalogue import PAIRS
from bench.records.histories import ASSUMED_NOISE, Entry, History
from bench.report.charts.history_charts import course, ticks
from bench.report.page import history_file
from bench.runs import history, saved
from bench.throughput.inference import EQUIVALENT
from tests.ledger.test_merging import RUN
from tests.report.sample_results import HOSTILE
from tests.throughput.fakes import blocks, sample

CASE = "lock [2 workers]"


def runs(ratios, noise=0.02, half=0.01, machine="m"):
    return History(
        runs=tuple(
            Entry(
                started=float(number),
                label=f"r{number}",
                machine=machine,
                noise=noise,
                ratios={CASE: (ratio * (1 - half), ratio, ratio * (1 + half))},
            )
            for number, ratio in enumerate(ratios)
        )
    )


def test_noise_is_no_step():
    """Fifty runs of equal code, 200 times: at most one in forty runs is one."""
    drawn = random.Random(5)
    found = 0
    for _ in range(200):
        ratios = [math.exp(drawn.gauss(0, 0.01)) for _ in range(50)]
        found += len(history.steps(runs(ratios)))

    assert found <= 200 * 50 / 40


@pytest.mark.parametrize(("before", "after"), [(1.0, 0.8), (2.0, 2.6)])
def test_a_step_is_found_where_it_is_with_both_levels(before, after):
    """And the later runs confirm it."""
    [step] = history.steps(runs([before] * 5 + [after] * 3))

    assert (step.at, step.before, step.after, step.confirmed) == (5, before, after, 2)


def test_two_steps_are_two():
    """There and back again."""
    found = history.steps(runs([1.0, 1.0, 2.0, 2.0, 1.0, 1.0]))

    assert [step.at for step in found] == [2, 4]


def test_a_noisy_run_is_no_step():
    """Its own code against itself was as far from 1."""
    found = runs([1.0] * 5 + [1.2])
    last = msgspec.structs.replace(found.runs[-1], noise=0.3)

    assert history.steps(found) != []
    assert (
        history.steps(msgspec.structs.replace(found, runs=(*found.runs[:-1], last)))
        == []
    )


def test_another_machine_is_no_step():
    """It is another machine."""
    mixed = History(runs=runs([1.0] * 3).runs + runs([2.0], machine="other").runs)

    assert history.steps(mixed) == []


@pytest.fixture
def write(tmp_path):
    def write(name, ratio, started):
        with Ledger.create(tmp_path / name) as ledger:
            ledger.append(msgspec.structs.replace(RUN, started=started))
            ledger.append_all(blocks(12, ratio))
            subject = sample(0, 0, 0, 1.0).subject
            ledger.append_all(blocks(12, subject=subject, case="itself"))
        return str(tmp_path / name)

    return write


def test_a_run_is_added_once_and_the_file_is_a_line_a_run(write, tmp_path):
    """A diff in a repository shows what came."""
    file = tmp_path / "history.json"
    for number, ratio in enumerate((1.0, 1.0, 2.0)):
        said = CliRunner().invoke(
            command,
            [write(f"r{number}", ratio, float(number)), "--file", str(file)],
            catch_exceptions=False,
        )
    again = CliRunner().invoke(
        command, [str(tmp_path / "r2"), "--file", str(file)], catch_exceptions=False
    )

    assert "1 step\n" in said.output
    assert "case: from " in " ".join(said.output.split())
    assert again.output == said.output
    assert len(file.read_text().splitlines()) == 3 + 2
    assert json.loads(file.read_text())["runs"][0]["ratios"]
    entry = history.entry(saved.results(tmp_path / "r0"))
    assert 0 < entry.noise < 0.05


def test_the_steps_are_told_to_programs_and_on_a_page(write, tmp_path):
    """As JSON lines, and as one file that fetches nothing."""
    names = [write(f"r{n}", ratio, float(n)) for n, ratio in enumerate((1.0, 1.0, 2.0))]
    page = tmp_path / "page.html"
    said = CliRunner().invoke(
        command, [*names, "--json", "--page", str(page)], catch_exceptions=False
    )

    [line] = said.stdout.splitlines()
    assert json.loads(line)["run"] == 3
    text = page.read_text()
    assert "1 step in 3 runs" in text
    assert "<svg" in text
    assert "src=" not in text


def test_programs_and_the_terminal_give_a_run_one_number(write, tmp_path):
    """`"at":6` was the seventh run."""
    names = [write(f"r{n}", ratio, float(n)) for n, ratio in enumerate((1.0, 1.0, 2.0))]
    file = tmp_path / "kept.json"
    CliRunner().invoke(command, [*names[:2], "--file", str(file)])
    add = [names[2], "--label", "v3", "--file", str(file)]
    [line] = CliRunner().invoke(command, [*add, "--json"]).stdout.splitlines()
    told = json.loads(line)
    shown = CliRunner().invoke(command, ["--file", str(file)]).stdout
    [row] = [one for one in shown.splitlines() if one.split()[-1:] == ["v3"]]

    assert (told["run"], told["label"], told["started"]) == (3, "v3", 2.0)
    assert row.split()[0] == str(told["run"])


def test_a_run_that_is_added_again_keeps_its_label(write, tmp_path):
    """Without --label, the second time deleted it; with one, it is replaced."""
    run, file = write("r", 1.0, 1.0), tmp_path / "kept.json"
    labels = []
    for label in (["--label", "v1"], [], ["--label", "v2"]):
        CliRunner().invoke(command, [run, "--file", str(file), *label])
        labels += [one.label for one in history.read(file).runs]

    assert labels == ["v1", "v1", "v2"]


def test_the_noise_of_each_run_is_shown(write, tmp_path):
    """Steps are found beside it, so a reader must see it; one run did not measure."""
    made = runs([1.0, 1.0, 2.0])
    made = History(
        runs=(
            *made.runs[:2],
            msgspec.structs.replace(made.runs[2], noise=ASSUMED_NOISE),
        )
    )
    file, page = tmp_path / "history.json", tmp_path / "page.html"
    file.write_text(history.encoded(made))
    said = CliRunner().invoke(
        command, ["--file", str(file), "--page", str(page)], catch_exceptions=False
    )
    chart = course(CASE, made.runs, [])
    point = chart["layer"][-1]["data"]["values"][0]

    assert "±2.0 %  r0" in said.output
    assert "±5.0 % (assumed)  r2" in said.output
    assert "with r2 (noise ±5.0 % (assumed); no later run" in " ".join(
        said.output.split()
    )
    assert page.read_text().count("±2.0 %") >= 2
    assert math.log1p(EQUIVALENT) == ASSUMED_NOISE
    assert point["lowest"] == pytest.approx(point["low"] / math.exp(0.02))
    assert point["highest"] == pytest.approx(point["high"] * math.exp(0.02))


def test_the_noise_of_runs_without_a_line_is_their_range():
    """A history of years has hundreds of runs."""
    made = runs([1.0] * 13)
    noisy = msgspec.structs.replace(made.runs[1], noise=0.1)
    text = Console(file=io.StringIO(), width=80)
    show(History(runs=(made.runs[0], noisy, *made.runs[2:])), [], text)
    lines = text.file.getvalue().splitlines()

    assert lines[-1] == "3 earlier runs: noise ±2.0 % to ±10.5 %"
    assert lines[-2].split() == ["13", "±2.0", "%", "r12"]


@pytest.mark.parametrize("loops", [("asyncio",), ("asyncio", "uvloop")])
def test_a_history_fits_into_the_terminal_with_whole_names(loops):
    """A terminal would fold a longer line inside a name."""
    names = [
        f"bounded_queue [2 workers capacity 1] threads (3.11.7 pinned) : "
        f"asyncio (3.11.7 {loop} pinned)"
        for loop in loops
    ]
    made = History(
        runs=tuple(
            msgspec.structs.replace(one, ratios=dict.fromkeys(names, one.ratios[CASE]))
            for one in runs([1.0, 2.0]).runs
        )
    )
    text = Console(file=io.StringIO(), width=80)
    show(made, history.steps(made), text)
    lines = text.file.getvalue().splitlines()

    assert max(map(len, lines)) <= 80
    for loop in loops:
        heading = f"asyncio (3.11.7 {loop} pinned) over threads (3.11.7 pinned)"
        assert f"Throughput of {heading}" in lines
    whole = [line for line in lines if line.startswith("bounded_queue")]
    assert all("[2 workers capacity 1]" in line for line in whole)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.97, 1.04, [0.98, 1.0, 1.02, 1.04]),
        (1.4, 2.1, [1.4, 1.6, 1.8, 2.0]),
        (0.21, 0.95, [0.4, 0.6, 0.8]),
        (0.05, 30.0, [0.1, 1.0, 10.0]),
        (0.5, 9.0, [0.5, 1.0, 2.0, 5.0]),
    ],
)
def test_the_ticks_of_a_chart_are_few_and_round(low, high, expected):
    """Labels of a log axis were 1.55, 1.6, none, 1.7."""
    found = ticks(low, high)

    assert found == pytest.approx(expected)


def test_no_whisker_leaves_its_chart():
    """The axis ended inside the whiskers."""
    chart = course(CASE, runs([1.0, 1.0, 2.0]).runs, [])
    whiskers = chart["layer"][2]
    low, high = whiskers["encoding"]["y"]["scale"]["domain"]

    for value in whiskers["data"]["values"]:
        assert low < value["lowest"] < value["highest"] < high


def test_a_history_without_a_ratio_says_so(tmp_path):
    """It was a table with a head alone."""
    text = Console(file=io.StringIO(), width=80)
    made = History(runs=(Entry(started=1.0, label="r"),))
    show(made, [], text)

    assert "No run has a ratio yet." in text.file.getvalue()
    assert "No run has a ratio yet." in history_file.render(made, [])


def test_a_label_is_whole(write):
    """Two branches with one beginning were one name."""
    label = "feature/a-long-name-of-a-branch-that-has-no-end"
    said = CliRunner().invoke(
        command, [write("r", 1.0, 1.0), "--label", label], catch_exceptions=False
    )

    assert label in said.output


def test_a_page_that_cannot_be_written_leaves_the_history_as_it_is(write, tmp_path):
    """The run was added, and the status said that nothing was done."""
    file = tmp_path / "history.json"
    said = CliRunner().invoke(
        command,
        [
            write("r", 1.0, 1.0),
            *("--file", str(file), "--page", str(tmp_path / "no" / "page.html")),
        ],
    )

    assert "there is no folder" in str(said.exception)
    assert said.stdout == ""
    assert not file.exists()


def test_a_label_without_a_run_is_refused(tmp_path):
    """It would have no effect."""
    file = tmp_path / "history.json"
    file.write_text(history.encoded(runs([1.0])))
    said = CliRunner().invoke(command, ["--file", str(file), "--label", "v2"])

    assert "--label v2 is for runs to add" in str(said.exception)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_device_is_no_history():
    """Reading it has no end."""
    with pytest.raises(CannotRunError, match="it is no file"):
        history.read(Path("/dev/full"))


def test_a_hostile_label_is_text():
    """It comes from a branch's name."""
    made = runs([1.0, 2.0])
    bad = [
        msgspec.structs.replace(run, label=text[:80])
        for run, text in zip(made.runs, HOSTILE, strict=False)
    ]
    text = history_file.render(History(runs=tuple(bad)), [])

    assert "<script>document.title" not in text


@pytest.mark.parametrize("content", ["", "[]", '{"format": 9, "runs": []}', "\x00"])
def test_a_file_that_is_no_history_is_refused(tmp_path, content):
    """One line, and it is left as it is."""
    file = tmp_path / "history.json"
    file.write_text(content)

    with pytest.raises(CannotRunError, match=r"no history|update this program"):
        history.read(file)
    assert file.read_text() == content


def test_nothing_to_show_is_refused(tmp_path):
    """With what to name."""
    said = CliRunner().invoke(command, ["--file", str(tmp_path / "none.json")])

    assert "has no runs yet" in str(said.exception)


def test_the_pairs_are_told_to_programs():
    """A line each, with what `list` says."""
    lines = CliRunner().invoke(list_command, ["--json"]).output.splitlines()
    found = {one["name"]: one for one in map(json.loads, lines)}

    assert set(PAIRS) <= found.keys()
    assert found["lock"]["counter_examples"] == list(PAIRS["lock"].counter_examples)


def test_the_verdicts_are_told_to_programs(write):
    """One object with what the page says."""
    said = CliRunner().invoke(
        report_command, [write("r", 2.0, 1.0), "--json"], catch_exceptions=False
    )
    found = json.loads(said.output)

    assert [one["verdict"] for one in found["comparisons"]] == ["faster"]
    assert found["comparisons"][0]["models"] == ["threads", "asyncio"]
    assert len(found["noise"]) == 1
    assert found["ended"] is False
