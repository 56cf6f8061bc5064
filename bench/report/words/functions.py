"""What `decide` says of a function that it measured alone, from the record."""

from bench.records.decisions import Decision, Measured
from bench.report.words import units

WAITING_LEAST = 0.02  # a share of waiting below that is what looking costs


def of_decision(one: Decision) -> list[str]:
    """What a function of the user's is made of."""
    found = one.function
    if found is None:
        return []
    parts = found.shares
    had = max(1 - parts.queued, 1e-9)
    said = [
        f"`{found.name}` alone takes {units.seconds(found.seconds * had)} a call: "
        f"{_share(parts.with_gil / had)} of it computes with the lock, "
        f"{_share(parts.without_gil / had)} computes without, "
        f"{_share(parts.waiting / had)} waits "
        f"({units.many(found.calls, 'call')}; the lock {parts.gil_from})."
    ]
    if not found.is_coroutine:
        said.append(_of_plain(found, int(one.asked.get("concurrency") or 1)))
    if found.threads_cpu_seconds:
        said.append(
            f"It computes {units.seconds(found.threads_cpu_seconds)} a call in threads "
            "of its own, which is counted."
        )
    if found.children_cpu_seconds:
        each = units.seconds(found.children_cpu_seconds)
        most = units.per_second(one.cores / found.children_cpu_seconds)
        said.append(
            f"Processes that it starts compute {each} a call: that is counted as "
            "waiting here, but it takes as much of a core. All cores do at most about "
            f"{most}, in either model."
        )
    if found.threads_started:
        said.append(f"It starts {units.many(found.threads_started, 'thread')} a call.")
    if found.blocks:
        seconds, line = found.blocks[0]
        said.append(
            f"It keeps its loop from all others for {units.seconds(seconds)} at a time,"
            f" at {line}: `await` there, or hand that to `to_thread`."
        )
    return [*said, *_repaired(one), _stand_in(found)]


def _stand_in(found: Measured) -> str:
    """What the rows are of: the function itself is not called in them."""
    said = (
        "The rows are measured of a stand-in that computes and waits for as long as "
        "the function does"
    )
    if found.threads_cpu_seconds:
        return (
            f"{said}, each job in one thread: that is not the function, which has "
            "threads of its own, and its jobs a second can be others. Write the job "
            "twice to have it called itself: `decide --threads ... --asyncio ...`."
        )
    return f"{said}; the function itself is not called there."


def _of_plain(found: Measured, concurrency: int) -> str:
    """How asyncio is measured with a plain function, and how it could be else."""
    parts = found.shares
    computing = parts.with_gil + parts.without_gil
    if found.threads_cpu_seconds:
        return "It blocks, so that asyncio is measured with `to_thread`."
    if parts.waiting < WAITING_LEAST * (1 - parts.queued):
        return (
            "It computes and does not wait, so that no asynchronous client could take "
            "its place: asyncio is measured with `to_thread`."
        )
    words = [f"-n {concurrency}", f"-w {_plain(found.seconds * parts.waiting)}"]
    words.append(f"-c {_plain(found.seconds * computing)}")
    free = round(100 * parts.without_gil / computing) if computing else 0
    if free:
        words.append(f"--without-gil {free}%")
    return (
        "It blocks, so that asyncio is measured with `to_thread`; with an asynchronous "
        f"client in its place, describe it: `decide {' '.join(words)}`."
    )


def _repaired(one: Decision) -> list[str]:
    """What a loop that is blocked can do as it stands, and once it is repaired."""
    found, mended = one.function, one.repaired
    if found is None or mended is None:
        return []
    said = [
        f"Each call blocks its loop for {units.seconds(found.blocking_seconds)} of its "
        "waiting. As the function stands, one loop does at most about "
        f"{units.per_second(mended.before_per_second)}, and the verdict is of that. "
        f"Once every wait is awaited, {units.per_second(mended.jobs_per_second)} and "
        f"the verdict {mended.verdict} are predicted."
    ]
    return said


def _plain(seconds: float) -> str:
    """A time as the command line takes it."""
    return units.seconds(seconds).replace(" ", "").replace(",", "").replace("µ", "u")


def _share(share: float) -> str:
    return units.percent(round(share, 2))
