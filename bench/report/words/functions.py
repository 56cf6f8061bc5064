"""What `decide` reports about a function that it measured alone, from the record."""

from bench.records.decisions import Decision, Measured
from bench.report.words import units

WAITING_LEAST = 0.02  # a smaller share of waiting may be caused by the measurement


def of_decision(one: Decision) -> list[str]:
    """Sentences on the shares of a user's function."""
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
            f"Processes that it starts compute {each} a call: this counts as waiting "
            "here, but it occupies a core for as long. In either model all cores "
            f"together do at most about {most}."
        )
    if found.threads_started:
        said.append(f"It starts {units.many(found.threads_started, 'thread')} a call.")
    if found.blocks:
        seconds, line = found.blocks[0]
        said.append(
            f"It blocks its loop for {units.seconds(seconds)} at a time, at {line}: "
            "use `await` there, or hand this work to `to_thread`."
        )
    return [*said, *_repaired(one), _stand_in(found)]


def _stand_in(found: Measured) -> str:
    """A sentence on the stand-in, which is measured in place of the function."""
    said = (
        "The rows are measured with a stand-in that computes and waits for as long as "
        "the function does"
    )
    if found.threads_cpu_seconds:
        return (
            f"{said}, each job in one thread. The function has threads of its own, so "
            "it can do more or fewer jobs a second. To measure the function itself, "
            "write the job twice: `decide --threads ... --asyncio ...`."
        )
    return f"{said}; the function itself is not called there."


def _of_plain(found: Measured, concurrency: int) -> str:
    """How a plain function is measured in asyncio.

    If it waits, also the command for the question about an asynchronous client.
    """
    parts = found.shares
    computing = parts.with_gil + parts.without_gil
    if found.threads_cpu_seconds:
        return "It blocks, so asyncio is measured with `to_thread`."
    if parts.waiting < WAITING_LEAST * (1 - parts.queued):
        return (
            "It computes and does not wait, so no asynchronous client could replace "
            "it: asyncio is measured with `to_thread`."
        )
    words = [f"-n {concurrency}", f"-w {_plain(found.seconds * parts.waiting)}"]
    words.append(f"-c {_plain(found.seconds * computing)}")
    free = round(100 * parts.without_gil / computing) if computing else 0
    if free:
        words.append(f"--without-gil {free}%")
    return (
        "It blocks, so asyncio is measured with `to_thread`; to ask about an "
        f"asynchronous client in its place, use `decide {' '.join(words)}`."
    )


def _repaired(one: Decision) -> list[str]:
    """The predicted speed of a blocked loop, and its speed with all waits awaited."""
    found, mended = one.function, one.repaired
    if found is None or mended is None:
        return []
    said = [
        f"Each call blocks its loop for {units.seconds(found.blocking_seconds)} of its "
        "waiting. As the function is now, one loop does at most about "
        f"{units.per_second(mended.before_per_second)}, and this verdict is for that. "
        f"If every wait is awaited, {units.per_second(mended.jobs_per_second)} and "
        f"the verdict {mended.verdict} are predicted."
    ]
    return said


def _plain(seconds: float) -> str:
    """A time in the form of a command-line option."""
    return units.seconds(seconds).replace(" ", "").replace(",", "").replace("µ", "u")


def _share(share: float) -> str:
    return units.percent(round(share, 2))
