"""The studies of the fetch, a little of each: so that they still run when needed."""

import shutil

import pytest
from click.testing import CliRunner

from bench.studies import fetch_faults, fetch_memory, fetch_peers


@pytest.mark.long
def test_runs_with_faults_and_kills_lose_nothing():
    """A few of what the study does by the hundred: each form once."""
    ended = CliRunner().invoke(fetch_faults.main, ["--faults", "8", "--kills", "2"])

    assert ended.output == "8 runs with faults, 2 killed and resumed: 0 wrong\n"
    assert ended.exit_code == 0


@pytest.mark.long
def test_a_run_that_lost_a_body_is_found(monkeypatch):
    """A study that cannot fail would prove nothing."""
    wrong_in = fetch_faults.wrong_in
    monkeypatch.setattr(fetch_faults, "wrong_in", lambda output, asked: wrong_in(
        output, [*asked, asked[0]]
    ))  # fmt: skip

    ended = CliRunner().invoke(fetch_faults.main, ["--faults", "1", "--kills", "0"])

    assert "faults, seed 0, threaded.url_fetch: 1 URLs have no line" in ended.output
    assert ended.exit_code == 1


@pytest.mark.long
@pytest.mark.skipif(not shutil.which("curl"), reason="the peer is not installed")
def test_the_peers_are_compared():
    """A fiftieth of one case."""
    arguments = ["--case", "small", "--rounds", "1", "--scale", "0.02"]

    ended = CliRunner().invoke(fetch_peers.main, arguments)

    assert ended.exit_code == 0, ended.output
    assert "curl -Z" in ended.output
    assert ended.output.count("(") >= 8


@pytest.mark.long
def test_memory_is_measured(monkeypatch):
    """With lists so small that a fetch hardly gets going: they may differ more."""
    monkeypatch.setattr(fetch_memory, "LIMIT_GROWTH", 1.3)

    ended = CliRunner().invoke(fetch_memory.main, ["--many", "1000"])

    assert ended.output.count("flat: the most memory is ") == 6
    assert ended.exit_code == 0, ended.output
