"""The facts of a machine, on this one and on those that provide none."""

import os
from pathlib import Path

import pytest

from bench.throughput import machine as facts
from bench.throughput.runtimes import current


@pytest.fixture
def files(monkeypatch):
    """A file system that holds only what the test says."""
    held = {}

    def read_text(self, *_, **__):
        if str(self) not in held:
            raise FileNotFoundError(self)
        return held[str(self)]

    monkeypatch.setattr(Path, "read_text", read_text)
    monkeypatch.setattr(Path, "exists", lambda self: str(self) in held)
    return held


def test_this_machine_is_described():
    """What a reader must know: processor, cores, builds, packages, method."""
    found = facts.machine([current()])

    assert found.cores >= 1
    assert found.cpu
    assert len(found.hostname_sha256) == 64
    assert any(name.endswith(" built") for name in found.facts)
    assert "hash seed" in found.facts


def test_a_machine_that_tells_nothing_is_described_as_far_as_it_goes(
    files, monkeypatch
):
    """No /proc, no /sys, no load, no affinity: as on other systems."""
    monkeypatch.delattr(os, "getloadavg", raising=False)
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.delattr(os, "sched_setaffinity", raising=False)
    found = facts.machine([])

    assert found.cores >= 1
    assert "cpu_pressure" not in found.facts
    assert "load" not in found.facts
    assert facts.placements() == {"pinned": None, "free": None}
    assert facts.doubts_now() == []


@pytest.mark.parametrize(
    ("held", "cores"),
    [
        ({"/sys/fs/cgroup/cpu.max": "150000 100000\n"}, 1.5),
        ({"/sys/fs/cgroup/cpu.max": "max 100000\n"}, None),
        (
            {
                "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000\n",
                "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            },
            0.5,
        ),
        (
            {
                "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
                "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            },
            None,
        ),
        ({"/sys/fs/cgroup/cpu.max": "nonsense"}, None),
        ({}, None),
    ],
)
def test_a_quota_is_read_from_either_version(files, held, cores):
    """A process that is stopped when its quota is spent measures the quota."""
    files.update(held)

    assert facts.quota_cores() == cores


@pytest.mark.parametrize(
    ("held", "load", "words"),
    [
        ({}, 9.0, "the load is 9.0"),
        ({"/sys/fs/cgroup/cpu.max": "10000 100000"}, 0.0, "the quota of 0.1 cores"),
    ],
    ids=["load", "quota"],
)
def test_a_warning_has_number_limit_and_next_step(
    files, monkeypatch, held, load, words
):
    """And is not given on a quiet machine."""
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0, 0), raising=False)
    monkeypatch.setattr(facts, "cores_in_use", lambda: 1.5)
    assert facts.doubts_now() == [] or load

    files.update(held)
    [warning] = facts.doubts_now()
    assert words in warning


def test_a_load_that_is_over_is_no_doubt(files, monkeypatch):
    """After a run with 1,000 threads the load of the minute was 170."""
    monkeypatch.setattr(os, "getloadavg", lambda: (170.0, 0, 0), raising=False)
    monkeypatch.setattr(facts, "cores_in_use", lambda: 0.05)

    assert facts.doubts_now() == []


def test_a_governor_that_changes_clocks_is_warned_of(files, monkeypatch):
    """Two sides at different clocks are no comparison."""
    monkeypatch.setattr(os, "getloadavg", lambda: (0.0, 0, 0), raising=False)
    core = facts.usable_cores()[-1]
    path = f"/sys/devices/system/cpu/cpu{core}/cpufreq/scaling_governor"
    files[path] = "powersave\n"

    [warning] = facts.doubts_now()
    assert "governor is powersave" in warning
