"""Samples for other tools, read back by the tools themselves."""

import csv
import io
import subprocess
import sys

import pyperf
import pytest
from click.testing import CliRunner

from bench.commands.export import command
from bench.errors import CannotRunError
from bench.ledger import exporting
from bench.ledger.store import Ledger
from bench.runs import saved
from tests.ledger.test_merging import RUN
from tests.throughput.fakes import blocks, sample

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


def test_pyperf_reads_each_sample_as_a_run(folder):
    """Seconds of one operation; a process is a run, its first window a warm-up."""
    suite = pyperf.BenchmarkSuite.loads(exporting.pyperf(saved.results(folder)))

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


def test_csv_has_a_line_a_sample_failed_ones_too(folder):
    """With the reason quoted as it must be."""
    rows = list(csv.DictReader(io.StringIO(exporting.as_csv(
        saved.results(folder).samples
    ))))  # fmt: skip

    assert len(rows) == 25
    assert rows[-1]["status"] == "hung"
    assert rows[-1]["reason"] == FAILED.reason
    assert float(rows[0]["seconds_per_operation"]) == pytest.approx(1e-6, rel=0.1)
    assert "origin" not in rows[0]


def test_nothing_to_export_is_refused(folder):
    """An empty file would fail later, with less to say."""
    with pytest.raises(CannotRunError, match="no sample to export for anyio"):
        exporting.pyperf(saved.results(folder), "anyio")


def test_a_file_that_cannot_be_written_is_refused(folder, tmp_path):
    """One line, and what to do."""
    with pytest.raises(CannotRunError, match="name another file"):
        CliRunner().invoke(
            command, [str(folder), "-o", str(tmp_path / "no" / "file")],
            catch_exceptions=False,
        )  # fmt: skip
