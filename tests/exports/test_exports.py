"""Samples for other tools, read back by the tools themselves."""

import csv
import io
import subprocess
import sys

import msgspec
import pyperf
import pytest
from click.testing import CliRunner

from bench.commands.export import command
from bench.errors import CannotRunError
from bench.exports.pyperf_json import as_pyperf
from bench.exports.samples_csv import COLUMNS, as_csv
from bench.ledger.store import Ledger
from bench.records.subjects import Runtime, Subject
from bench.runs import saved
from bench.throughput.planning import plan
from tests.ledger.test_merging import RUN
from tests.throughput.fakes import ASYNCIO, THREADS, blocks, sample, settings

FAILED = sample(
    6, 0, 0, 0, status="hung", reason='no, "result"\nafter 20 s',
    seconds_per_operation=None, windows=(),
)  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    with Ledger.create(tmp_path / "run") as ledger:
        ledger.append(RUN)
        for entry in (*blocks(6, 1.5), FAILED):
            ledger.append(entry)
    return tmp_path / "run"


def rows_of(table: str) -> list[dict[str, str]]:
    """What another tool reads from the table."""
    return list(csv.DictReader(io.StringIO(table, newline="")))


def test_pyperf_reads_each_sample_as_a_run(folder):
    """Seconds of one operation; a process is a run, its first window a warm-up."""
    suite = pyperf.BenchmarkSuite.loads(as_pyperf(saved.results(folder)))

    assert len(suite.get_benchmark_names()) == 2
    for benchmark in suite:
        assert benchmark.get_unit() == "second"
        assert len(benchmark.get_runs()) == 12
        assert len(benchmark.get_values()) == 36


def test_pyperf_compares_two_models(folder, tmp_path):
    """With a model, benchmarks have the same name on both sides."""
    files = []
    for model in ("threads", "asyncio"):
        files.append(str(tmp_path / f"{model}.json"))
        CliRunner().invoke(
            command, [str(folder), "--model", model, "-o", files[-1]],
            catch_exceptions=False,
        )  # fmt: skip
    said = subprocess.run(
        [sys.executable, "-m", "pyperf", "compare_to", *files],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip

    assert "threads" in said
    assert "faster" in said


def test_a_benchmark_of_one_model_is_named_after_both_sides(tmp_path):
    """Samples of threads had the name of the loop alone that they ran beside."""
    [case] = plan(("lock",), settings()).cases
    with Ledger.create(tmp_path / "run") as ledger:
        ledger.append(RUN)
        for one in blocks(6, case=case.name):
            subject = case.sides[one.side]
            ledger.append(msgspec.structs.replace(one, subject=subject))
    for model, side in zip(("threads", "asyncio"), case.sides, strict=True):
        text = as_pyperf(saved.results(tmp_path / "run"), model)
        [benchmark] = pyperf.BenchmarkSuite.loads(text)

        assert benchmark.get_name() == case.name
        told = benchmark.get_runs()[0].get_metadata()
        assert told["tva_model"] == model
        assert told["tva_runtime"] == side.runtime.label


def test_csv_has_a_line_a_sample_failed_ones_too(folder):
    """With the reason quoted as it must be."""
    rows = rows_of(as_csv(saved.results(folder).samples))

    assert len(rows) == 25
    assert rows[-1]["status"] == "hung"
    assert rows[-1]["reason"] == FAILED.reason
    assert float(rows[0]["seconds_per_operation"]) == pytest.approx(1e-6, rel=0.1)
    assert "origin" not in rows[0]


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://x")', "+1+cmd", "-2", "@SUM(A1)", "\t=1", "\n=1",
        "\uff1d1", "\uff0b1", "\uff0d1", "\uff201",
    ],
)  # fmt: skip
def test_a_text_that_a_spreadsheet_would_run_has_an_apostrophe_in_front(text):
    """A reason holds what a user's program printed; opened, it must stay text."""
    for one in (
        sample(0, 0, 0, 1e-6, status="wrong", reason=text),
        sample(0, 0, 0, 1e-6, case=text),
        sample(0, 0, 0, 1e-6, measures={text: 1.0}),
    ):
        table = csv.reader(io.StringIO(as_csv([one]), newline=""))
        cells = [cell for row in table for cell in row]

        assert f"'{text}" in cells
        assert text not in cells


def test_a_figure_below_zero_stays_a_figure():
    """A number is no formula, and other tools compute with it."""
    (row,) = rows_of(as_csv([sample(0, 0, 0, 1e-6, measures={"drift_seconds": -0.5})]))

    assert row["drift_seconds"] == "-0.5"


def test_a_measure_that_one_sample_has_is_an_empty_cell_of_the_others():
    """Columns stay in line, and each has a name of its own, whatever samples have."""
    table = as_csv(
        [sample(0, 0, 0, 1e-6, measures={"gil": 1.0}), sample(0, 0, 1, 1e-6)]
    )
    with_gil, without = rows_of(table)

    assert [*with_gil] == [*COLUMNS, "measured_gil"]
    assert with_gil["gil"] == without["gil"] == "True"
    assert (with_gil["measured_gil"], without["measured_gil"]) == ("1.0", "")


def test_a_carriage_return_does_not_end_a_row():
    """A program that prints progress leaves them in the last lines that are kept."""
    (row,) = rows_of(as_csv([sample(0, 0, 0, 1e-6, reason="50 %\r100 %\r\ndone")]))

    assert row["reason"] == "50 %\n100 %\ndone"


def test_no_sample_is_a_header_alone():
    """An empty run is a table all the same."""
    assert as_csv([]).splitlines() == [",".join(COLUMNS)]


def test_nothing_to_export_is_refused(folder):
    """An empty file would fail later, with less to say."""
    with pytest.raises(CannotRunError, match="no sample to export for anyio"):
        as_pyperf(saved.results(folder), "anyio")


@pytest.mark.parametrize("form", ["pyperf", "csv"])
def test_a_model_that_the_run_lacks_is_refused_with_those_it_has(folder, form):
    """A table with a head alone had status 0."""
    said = CliRunner().invoke(
        command, [str(folder), "--model", "anyio", "--format", form]
    )

    assert "no sample of anyio; it has threads, asyncio" in str(said.exception)


def test_a_file_that_cannot_be_written_is_refused(folder, tmp_path):
    """One line, and what to do."""
    with pytest.raises(CannotRunError, match="name another file"):
        CliRunner().invoke(
            command, [str(folder), "-o", str(tmp_path / "no" / "file")],
            catch_exceptions=False,
        )  # fmt: skip


OTHERS = {
    "uvloop": Runtime(python="3.11.7", executable="python", loop="uvloop"),
    "newer": Runtime(python="3.12.1", executable="newer", loop="asyncio"),
    "free": Runtime(python="3.11.7", loop="asyncio", placement="pinned"),
    "eager": Runtime(python="3.12.1", loop="asyncio", eager=True),
    "trio": Runtime(python="3.11.7", loop="trio", anyio=True),
}


@pytest.mark.parametrize("model", [None, "threads", "asyncio"])
@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_runtimes_are_benchmarks_of_their_own(tmp_path, other, model):
    """uvloop stood with asyncio, and 3.12 with 3.13, in one mean."""
    subject = Subject(
        pair="condition", model="anyio" if other.anyio else "asyncio", runtime=other
    )
    samples = [
        msgspec.structs.replace(one, subject=subject if one.side else one.subject)
        for one in blocks(6, 2.0, case="the other")
    ]
    with Ledger.create(tmp_path / "run") as ledger:
        for entry in (RUN, *blocks(6, 1.5), *samples):
            ledger.append(entry)
    results = saved.results(tmp_path / "run")

    suite = pyperf.BenchmarkSuite.loads(as_pyperf(results, model))

    mixed = [
        benchmark.get_name()
        for benchmark in suite
        if len({run.get_metadata()["tva_runtime"] for run in benchmark.get_runs()}) > 1
    ]
    assert mixed == []
    if model != "asyncio":
        assert len(suite) > 1


def test_the_noise_floor_is_not_mixed_into_a_benchmark(tmp_path):
    """Its blocks ran at another time, against another neighbour."""
    itself = [
        msgspec.structs.replace(one, subject=blocks(1)[0].subject)
        for one in blocks(6, case="itself")
    ]
    with Ledger.create(tmp_path / "run") as ledger:
        for entry in (RUN, *blocks(6, 1.5), *itself):
            ledger.append(entry)
    results = saved.results(tmp_path / "run")

    suite = pyperf.BenchmarkSuite.loads(as_pyperf(results, "threads"))
    assert [len(one.get_runs()) for one in suite] == [12]


def test_a_run_of_noise_alone_can_be_exported(tmp_path):
    """`run --aa` has nothing else."""
    itself = [
        msgspec.structs.replace(one, subject=blocks(1)[0].subject)
        for one in blocks(6, case="itself")
    ]
    with Ledger.create(tmp_path / "run") as ledger:
        for entry in (RUN, *itself):
            ledger.append(entry)

    suite = pyperf.BenchmarkSuite.loads(as_pyperf(saved.results(tmp_path / "run")))
    assert [len(one.get_runs()) for one in suite] == [24]


def test_a_carrier_is_not_threads(tmp_path):
    """Its model is threads, and its column is its own."""
    processes = Runtime(python="3.11.7", carrier="processes")
    subject = Subject(pair="jobs", model="threads", runtime=processes)
    samples = [
        msgspec.structs.replace(one, subject=subject if one.side else one.subject)
        for one in blocks(6, 2.0)
    ]
    with Ledger.create(tmp_path / "run") as ledger:
        for entry in (RUN, *samples):
            ledger.append(entry)
    results = saved.results(tmp_path / "run")

    for column in ("threads", "processes"):
        [benchmark] = pyperf.BenchmarkSuite.loads(as_pyperf(results, column))
        assert len(benchmark.get_runs()) == 12


def test_no_two_columns_of_the_table_have_one_name(folder):
    """A reader by name would see one of them."""
    samples = saved.results(folder).samples
    head = next(csv.reader(io.StringIO(as_csv(samples))))

    assert len(set(head)) == len(head)


def against_a_version(tmp_path):
    """A run in which each model was measured at two versions."""
    samples = []
    for model, runtime in (("threads", THREADS), ("asyncio", ASYNCIO)):
        old, new = (
            Subject(pair="condition", model=model, runtime=runtime, version=version)
            for version in ("HEAD~1", "")
        )
        samples += [
            msgspec.structs.replace(one, subject=new if one.side else old)
            for one in blocks(6, 1.5, case=f"condition [x] {model}")
        ]
    asked = msgspec.structs.replace(RUN, settings=settings(against="HEAD~1"))
    with Ledger.create(tmp_path / "run") as ledger:
        for entry in (asked, *samples):
            ledger.append(entry)
    return tmp_path / "run"


def test_two_versions_of_the_code_are_two_benchmarks(tmp_path):
    """One mean over both would hide what the run was made to find."""
    results = saved.results(against_a_version(tmp_path))
    suite = pyperf.BenchmarkSuite.loads(as_pyperf(results))
    versions = [
        {run.get_metadata().get("tva_version") for run in one.get_runs()}
        for one in suite
    ]

    assert len(suite) == 4
    assert all(len(found) == 1 for found in versions)
    assert sum("at HEAD~1" in one.get_name() for one in suite) == 2


def test_the_other_version_can_be_exported_for_a_comparison(tmp_path):
    """`pyperf compare_to` needs equal names in two files."""
    folder = against_a_version(tmp_path)
    suites = []
    for options in (["--before"], []):
        ended = CliRunner().invoke(
            command, [str(folder), "--model", "asyncio", *options]
        )
        assert ended.exit_code == 0, ended.output
        suites.append(pyperf.BenchmarkSuite.loads(ended.output))
    names = [[one.get_name() for one in suite] for suite in suites]
    runs = [[len(one.get_runs()) for one in suite] for suite in suites]

    assert names[0] == names[1]
    assert runs == [[12], [12]]


def test_without_a_version_there_is_no_side_before(folder):
    """A file of the wrong side would be compared with itself."""
    for options in (["--before"], ["--model", "threads", "--before"]):
        ended = CliRunner().invoke(command, [str(folder), *options])
        assert isinstance(ended.exception, CannotRunError)
        assert "--against" in str(ended.exception)
