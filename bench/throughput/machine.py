"""The facts of the machine that are needed to judge figures measured on it.

A fact that the system does not provide is left out.
"""

import hashlib
import os
import platform
import re
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

from bench.records.runs import Machine
from bench.throughput.case_track import ANYWHERE, Cores
from bench.throughput.runtimes import Interpreter, usable_cores

METHOD = {
    "garbage collector": "on, emptied before the first window",
    "hash seed": "one for both sides of a block, another for each block",
    "environment": "without PYTHON variables",
}
LOADED = 0.5  # runnable processes for each core, without those of this run
QUIET_CORES = 0.2  # cores that all programs use together on a quiet machine
SAMPLED_SECONDS = 0.2


def available_memory() -> float:
    """The bytes that are available without taking memory from other processes."""
    return float(psutil.virtual_memory().available)


def machine(interpreters: list[Interpreter]) -> Machine:
    """The facts of this machine and of the interpreters that are measured."""
    facts = dict(METHOD)
    readers: dict[str, Callable[[], str | None]] = {
        "governor": governor,
        "cpu_frequency": cpu_frequency,
        "cgroup_cpu_quota": quota,
        "cpu_pressure": pressure,
        "load": load,
        "usable_cores": lambda: str(len(usable_cores())),
        "clock": lambda: str(_clock()),
    }
    for name, read in readers.items():
        with suppress(OSError, ValueError, AttributeError, NotImplementedError):
            if (value := read()) is not None:
                facts[name] = value
    for interpreter in interpreters:
        known = {**interpreter.build, **interpreter.packages}
        facts |= {f"{interpreter.name} {name}": known[name] for name in known}
    return Machine(
        hostname_sha256=hashlib.sha256(socket.gethostname().encode()).hexdigest(),
        cpu=cpu(),
        cores=os.cpu_count() or 0,
        memory_bytes=psutil.virtual_memory().total,
        system=platform.system(),
        kernel=platform.release(),
        virtual_machine=virtual_machine(),
        facts=facts,
    )


def cpu() -> str:
    """The name of the processor."""
    with suppress(OSError):
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        if found := re.search(r"model name\s*:\s*(.+)", text):
            return found[1]
    return platform.processor() or platform.machine()


def placements() -> Cores:
    """The cores for pinned samples and for free samples.

    Pinned samples run on the last core, because most interrupts go to the first one.
    """
    if not hasattr(os, "sched_setaffinity"):
        return ANYWHERE
    cores = usable_cores()
    return {"pinned": cores[-1:], "free": cores}


def virtual_machine() -> str | None:
    """The kind of virtual machine or container, or None on bare metal."""
    if Path("/.dockerenv").exists():
        return "container"
    with suppress(OSError):
        product = Path("/sys/class/dmi/id/product_name").read_text(encoding="utf-8")
        for name in ("VirtualBox", "VMware", "KVM", "QEMU", "Droplet", "Google", "HVM"):
            if name in product:
                return name
    with suppress(OSError):
        if "hypervisor" in Path("/proc/cpuinfo").read_text(encoding="utf-8"):
            return "virtual machine"
    return None


def governor() -> str | None:
    """The frequency governor of the core that is measured."""
    path = f"/sys/devices/system/cpu/cpu{usable_cores()[-1]}/cpufreq/scaling_governor"
    return Path(path).read_text(encoding="utf-8").strip()


def cpu_frequency() -> str | None:
    """The current frequency and, if known, the highest one, in MHz."""
    found = psutil.cpu_freq()
    if not found:
        return None
    most = f" of {found.max:.0f}" if found.max else ""
    return f"{found.current:.0f}{most} MHz"


def quota() -> str | None:
    """The number of cores that the control group may use, if it is limited."""
    cores = quota_cores()
    return f"{cores:g} cores" if cores is not None else None


def quota_cores() -> float | None:
    """The limit of this process by cgroups (version 2 or 1 of Linux), in cores."""
    with suppress(OSError, ValueError):
        limit, period = Path("/sys/fs/cgroup/cpu.max").read_text("utf-8").split()
        return None if limit == "max" else int(limit) / int(period)
    with suppress(OSError, ValueError):
        folder = Path("/sys/fs/cgroup/cpu")
        microseconds = int((folder / "cpu.cfs_quota_us").read_text("utf-8"))
        period_us = int((folder / "cpu.cfs_period_us").read_text("utf-8"))
        return None if microseconds < 0 else microseconds / period_us
    return None


def pressure() -> str | None:
    """The share of the last 10 seconds in which a process waited for a core, in %."""
    text = Path("/proc/pressure/cpu").read_text(encoding="utf-8")
    found = re.search(r"some avg10=([\d.]+)", text)
    return f"{found[1]} %" if found else None


def load() -> str:
    """The number of runnable processes, averaged over the last minute."""
    return f"{os.getloadavg()[0]:.2f}"


def cores_in_use() -> float:
    """How many cores all programs use together, over the next SAMPLED_SECONDS."""
    percent: float = psutil.cpu_percent(SAMPLED_SECONDS)
    return percent / 100 * (psutil.cpu_count() or 1)


def _clock() -> object:
    from time import get_clock_info

    info = get_clock_info("perf_counter")
    return f"{info.implementation}, resolution {info.resolution * 1e9:g} ns"


def doubts_now() -> list[str]:
    """Reasons to doubt figures of this machine now: number, limit, next step."""
    found = []
    cores = len(usable_cores())
    with suppress(OSError, AttributeError):
        busy = os.getloadavg()[0]
        # The load is a mean over the last minute.  It also counts threads that have
        # ended, such as 1,000 threads of an earlier run.
        if busy > LOADED * cores and cores_in_use() > QUIET_CORES:
            found.append(
                f"the load is {busy:.1f} on {cores} core{'s' * (cores != 1)} "
                f"(limit {LOADED * cores:g}): end other programs, or give more --budget"
            )
    with suppress(OSError, ValueError):
        kind = governor()
        if kind not in (None, "performance"):
            found.append(
                f"the frequency governor is {kind}, not performance: clocks change "
                "while measuring; set it with cpupower frequency-set -g performance"
            )
    limit = quota_cores()
    if limit is not None and limit < cores:
        found.append(
            f"the quota of {limit:g} cores is below the {cores} visible cores: the "
            "system stops processes that have spent it; raise it or use fewer workers"
        )
    if sys.flags.dev_mode:
        found.append("Python runs in development mode: run it without -X dev")
    return found
