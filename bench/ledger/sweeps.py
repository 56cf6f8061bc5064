"""The folder of a sweep: its description, and a folder with a ledger for each host."""

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from bench.errors import CannotRunError
from bench.ledger.merging import check_same, merged_run, missing_shards
from bench.ledger.store import HOSTS, SWEEP, Ledger
from bench.ledger.store import read as read_ledger
from bench.records.runs import Entry, Run
from bench.records.sweeps import Sweep


def is_sweep(folder: Path) -> bool:
    """Whether a folder holds a sweep."""
    return (folder / SWEEP).is_file()


def folder_of(folder: Path, host: str) -> Path:
    """Return the folder of a host's run within the folder of the sweep."""
    return folder / HOSTS / (re.sub(r"[^\w.-]+", "-", host).strip("-.") or "host")


def create(folder: Path, sweep: Sweep) -> None:
    """Begin a sweep.

    Raises CannotRunError if the folder is not empty, or if two hosts would have the
    same folder in it.
    """
    names: dict[Path, str] = {}
    for host in sweep.hosts:
        other = names.setdefault(folder_of(folder, host), host)
        if other != host:
            raise CannotRunError(
                f"hosts {other} and {host} would both be in {folder_of(folder, host)};"
                " give one of them another name"
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise CannotRunError(f"{folder} is not empty; name another folder with -o")
        (folder / SWEEP).write_bytes(msgspec.json.encode(sweep) + b"\n")
    except OSError as error:
        raise CannotRunError(
            f"cannot write to {folder}: {error.strerror}; name another folder"
        ) from None


def side_by_side(folders: Sequence[Path], into: Path, started: float) -> Sweep:
    """Put runs of several hosts into one sweep.

    If several runs are of one host, they are merged as shards of one run.  Such runs
    must come from one machine, and must not have the same sample.  Otherwise
    CannotRunError is raised before anything is written.
    """
    if len(set(folders)) < len(folders):
        raise CannotRunError("a run is named twice; name each once")
    by_host: dict[str, list[Path]] = {}
    for folder in folders:
        by_host.setdefault(host_of(folder), []).append(folder)
    for group in by_host.values():
        first, *others = (run_of(folder) for folder in group)
        for other, folder in zip(others, group[1:], strict=True):
            check_same(first, other, f"putting {group[0]} and {folder} into one host")
    whole = {host: _one_run(group) for host, group in by_host.items()}
    sweep = Sweep(started=started, hosts=tuple(by_host))
    create(into, sweep)
    for host, entries in whole.items():
        with Ledger.create(folder_of(into, host)) as ledger:
            ledger.append_all(entries)
    return sweep


def _one_run(group: Sequence[Path]) -> list[Entry]:
    """Return the records of one host's run, which may be several shards."""
    if len(group) > 1:
        merged, entries = merged_run(group)
        return [merged, *entries]
    run, *others = read_ledger(group[0])
    assert isinstance(run, Run)  # `run_of` has checked that there is a run
    return [msgspec.structs.replace(run, lacks=missing_shards([run])), *others]


def host_of(folder: Path) -> str:
    """Return the name of a run's host: the given one, or that of its machine."""
    run = run_of(folder)
    return run.host or f"host-{run.machine.hostname_sha256[:8]}"


def run_of(folder: Path) -> Run:
    entries = read_ledger(folder)
    if not entries or not isinstance(entries[0], Run):
        raise CannotRunError(f"{folder} does not begin with a run; name a run's folder")
    return entries[0]


def read(folder: Path) -> Sweep:
    """Read the description of a sweep.  Raises CannotRunError if there is none."""
    try:
        return msgspec.json.decode((folder / SWEEP).read_bytes(), type=Sweep)
    except (OSError, msgspec.MsgspecError, UnicodeError) as error:
        raise CannotRunError(
            f"{folder / SWEEP} describes no sweep ({error}); restore the file"
        ) from None
