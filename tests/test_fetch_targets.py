"""The study of the peers says which targets are met, by the median of its rounds."""

import pytest
from click.testing import CliRunner

from bench.studies import fetch_peers, fetch_tools
from bench.studies.fetch_peers import CASES, contenders, measure_of
from bench.studies.fetch_runs import Run
from bench.studies.fetch_targets import TARGETS, Target, rows
from bench.studies.fetch_tools import FORMS, PEERS

SMALL, LATENCY, LARGE = CASES


def took(seconds, cpu=1.0, peak=20.0):
    return Run(seconds=seconds, cpu_seconds=cpu, peak_mib=peak)


def measured(*, aiohttp, cpu=1.0, peak=20.0):
    """Rounds in which curl takes a second, and each of two forms what it is given."""
    return [
        {
            "curl": took(1.0, peak=None),
            "curl -Z": took(1.0, peak=None),
            "aiohttp": took(seconds, cpu, peak),
        }
        for seconds in aiohttp
    ]


@pytest.mark.parametrize(
    ("seconds", "met"),
    [((4.0, 4.0, 3.5), False), ((3.7, 3.6, 9.0), True), ((1 / 0.27,) * 3, True)],
    ids=["one good round", "one bad round", "exactly"],
)
def test_the_median_of_the_rounds_decides(seconds, met):
    """0.27 of curl's speed; one round is chance."""
    [row] = [
        row
        for row in rows("small", measured(aiohttp=seconds), 20_000)
        if row.target.form == "aiohttp"
    ]

    assert row.met is met


@pytest.mark.parametrize(("cpu", "met"), [(0.39, True), (0.41, False)])
def test_cpu_is_that_of_one_url(cpu, met):
    """0.4 s of 20,000 URLs are 20 us each."""
    found = [{"aiohttp": took(1.0, cpu)}]
    target = Target("small", "aiohttp", "cpu", 20)

    assert target.is_met(target.figures(found, 20_000)) is met


@pytest.mark.parametrize(("peak", "met"), [(59.0, True), (61.0, False)])
def test_memory_is_met_from_above(peak, met):
    """At most 60 MiB for large bodies."""
    [row] = [
        row
        for row in rows("large", measured(aiohttp=[1.0], peak=peak), 10)
        if row.target.kind == "memory" and row.figures
    ]

    assert row.met is met


def test_what_was_not_measured_is_neither_met_nor_missed():
    """Without h2load there is nothing that a ratio could be of."""
    of_peer = list(rows("latency", measured(aiohttp=[1.0]), 20_000))

    assert of_peer
    assert all(row.met is None for row in of_peer)
    assert all(str(row).endswith("-") for row in of_peer)


def test_every_target_is_of_a_case_a_form_and_a_peer_that_there_are():
    """A name with a slip would never be measured, nor missed."""
    cases = {case.name: case for case in CASES}

    for target in TARGETS:
        assert {*target.names} <= {*contenders(cases[target.case], wanted_only=True)}
        assert {*target.names} <= {*FORMS, *PEERS}
        assert {*target.names} <= {*contenders(cases[target.case], wanted_only=False)}


def test_a_line_fits_a_terminal():
    """80 columns."""
    found = [{name: took(123.456) for name in (*FORMS, *PEERS)}] * 2

    for case in CASES:
        assert all(len(str(row)) <= 80 for row in rows(case.name, found, case.count))


def test_another_peer_is_the_measure_where_the_usual_one_is_not_there():
    """A case is still a comparison then."""
    without = [name for name in contenders(LATENCY, wanted_only=False)
               if name not in ("h2load", "curl -Z")]  # fmt: skip

    assert measure_of(LATENCY, [*FORMS, *PEERS]) == "h2load"
    assert measure_of(LATENCY, ["aiohttp", "curl -Z"]) == "curl -Z"
    assert measure_of(LATENCY, without) == "urllib3 threads"
    assert measure_of(LARGE, ["aiohttp"]) == "aiohttp"


@pytest.fixture
def study(monkeypatch):
    """Run the study on runs that are given instead of made."""

    def outcome(*arguments, wrong=None, absent=(), seconds=1.0):
        monkeypatch.setattr(
            fetch_peers, "measure", lambda name, place: (took(seconds), wrong)
        )
        monkeypatch.setattr(fetch_peers, "is_here", lambda name: name not in absent)
        return CliRunner().invoke(fetch_peers.main, ["--rounds", "1", *arguments])

    return outcome


def test_a_target_that_is_missed_is_status_1(study):
    """All take as long: lean asyncio is not 1.5 times as fast as curl."""
    ended = study("--case", "small", "--wanted")

    assert "1.5x curl -Z" in ended.output
    assert ended.output.count(" no\n") >= 1
    assert ended.exit_code == 1


def test_a_wrong_body_is_status_1_and_ends_the_study(study):
    """A fast fetch of wrong bodies is none."""
    ended = study("--case", "small", wrong="http://x/: not the bytes that were sent")

    assert ended.output.startswith("wrong: lean threads, small: http://x/: not the")
    assert ended.exit_code == 1


def test_a_peer_that_is_not_installed_is_named(study):
    """Its rows say that they were not measured."""
    ended = study("--case", "latency", absent=("h2load", "wget2"))

    assert "latency: not installed: h2load, wget2\n" in ended.output
    assert "speed, curl -Z = 1" in ended.output
    assert "not measured" in ended.output


def test_a_part_of_a_case_is_judged_by_no_target(study):
    """The start of a process would count for most of it."""
    ended = study("--case", "small", "--scale", "0.02")

    assert "wanted" not in ended.output
    assert ended.exit_code == 0


def test_a_form_on_uvloop_needs_uvloop(monkeypatch):
    """And no other form does."""
    monkeypatch.setattr(fetch_tools, "find_spec", lambda name: None)

    assert not fetch_tools.is_here("aiohttp, uvloop")
    assert fetch_tools.is_here("aiohttp")
