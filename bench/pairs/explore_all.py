"""Explores all forms of the pairs, several at a time, each in a process of its own.

After that, a form whose locks are tried is explored again without each of its locks.
"""

import math
import os
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from typing import TypeVar

from bench.correctness.watch.process import end_all
from bench.correctness.watch.without_locks import LocksOf
from bench.pairs import explore_one
from bench.pairs.explore_one import Answers, Explorable
from bench.pairs.lock_needs import lock_needs, without_answer
from bench.records.certificates import Certificate
from bench.records.locks import LockNeeds

Records = Sequence[Certificate | LockNeeds]
T = TypeVar("T")


def explore_pairs(
    wanted: Iterable[Explorable],
    left_seconds: Callable[[], float] = lambda: math.inf,
) -> Generator[tuple[Explorable, Records], None, None]:
    """Explore forms of pairs on all cores; yield each form when its exploration ends.

    A form is yielded with its certificates.  A form whose locks are tried is yielded
    once more, with the answers for its locks.

    If the system kills an exploration, for example when memory runs out, the form is
    explored once more after all other forms, without any exploration beside it.  If
    that is killed too, or if a form cannot be explored, its outcome is `cut`.  If
    `left_seconds` returns 0, or if the iterator is closed early, the processes are
    ended at once.
    """
    killed = []
    cores = os.cpu_count() or 1
    for explorable, records in _explore(wanted, cores, left_seconds, again=True):
        if any(map(was_killed, records)):
            killed.append(explorable)
        else:
            yield explorable, records
    yield from _explore(killed, 1, left_seconds)


def was_killed(record: Certificate | LockNeeds) -> bool:
    return (
        isinstance(record, Certificate)
        and record.outcome == "cut"
        and "SIGKILL" in (record.reason or "")
    )


def _explore(
    wanted: Iterable[Explorable],
    processes: int,
    left_seconds: Callable[[], float],
    *,
    again: bool = False,
) -> Generator[tuple[Explorable, Records], None, None]:
    """Explore forms, with at most `processes` explorations at the same time.

    `again`: whether the caller will explore a killed form once more.  If so, the locks
    of a killed form are not tried here.  They are tried after its second exploration.
    """
    over = threading.Event()
    with ThreadPoolExecutor(processes) as waiting:
        explore = partial(explore_one.answers, stopped=over.is_set)
        exploring = {waiting.submit(explore, one): one for one in wanted}
        asking = {}
        try:
            for ended in _completed(exploring, left_seconds):
                explorable = exploring[ended]
                found: Answers = ()
                if (error := ended.exception()) is None:
                    found = ended.result()
                    made = explore_one.certificates(explorable, found)
                else:
                    made = [explore_one.unexplored(explorable, "", words_of(error))]
                if explorable.locks_are_tried and not (
                    again and any(map(was_killed, made))
                ):
                    asked = waiting.submit(ask, explorable, found, over.is_set)
                    asking[asked] = explorable
                yield explorable, made
            for asked in _completed(asking, left_seconds):
                explorable = asking[asked]
                if (error := asked.exception()) is None:
                    yield explorable, [asked.result()]
                else:
                    yield explorable, [without_answer(explorable, words_of(error))]
        finally:
            over.set()
            waiting.shutdown(wait=False, cancel_futures=True)
            end_all()


def _completed(
    futures: Iterable[Future[T]], left_seconds: Callable[[], float]
) -> Iterator[Future[T]]:
    """Yield futures as they complete, until no time is left."""
    left = set(futures)
    while left and (seconds := left_seconds()) > 0:
        limit = None if math.isinf(seconds) else seconds
        done, left = wait(left, limit, FIRST_COMPLETED)
        yield from done


def words_of(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def ask(
    explorable: Explorable, found: Answers, stopped: Callable[[], bool]
) -> LockNeeds:
    """Find the locks that a form needs, after its exploration with all of them."""
    asked = LocksOf(
        partial(explore_one.calls, explorable),
        explore_one.options_with(explore_one.LIMIT_SCHEDULES),
        fork=False,
        stopped=stopped,
    )
    return lock_needs(explorable, asked, [answer for _, answer in found])
