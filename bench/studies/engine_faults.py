"""Faults of the explorer: of its clocks, its races, its search, and of what waits.

Each is one that a reader's program would show: a wrong proof, a wrong count, a search
that does not end.
"""

from bench.studies.fault import Fault

ENGINE = "bench/correctness/engine"
SEARCH = "bench/correctness/search"
THREADING = "bench/correctness/models/threading_"
ASYNCIO = "bench/correctness/models/asyncio_"
EQUALITY = "tests/correctness/test_equality.py"
EXPLORE = "tests/correctness/test_explore.py"
COUNTED = "tests/correctness/test_search_counts.py"

ENGINE_FAULTS = (
    # --- What happened before what ----------------------------------------------------
    Fault(
        "what a worker does after a release is known to the next holder",
        f"{ENGINE}/execution.py",
        "            worker.hb_clock = clock | epoch\n        return clock",
        "            worker.hb_clock = clock | epoch\n        return clock | epoch",
        (COUNTED,),
    ),
    Fault(
        "a new worker does not know what its maker did",
        f"{ENGINE}/execution.py",
        "Worker(name, known.setdefault(name, len(known)), self.current.hb_clock)",
        "Worker(name, known.setdefault(name, len(known)), 0)",
        (COUNTED,),
    ),
    Fault(
        "an acquisition does not follow the release before it",
        f"{ENGINE}/operations.py",
        "                worker.hb_clock |= source.hb_clock\n"
        "                self.transition.hb_clock |= worker.hb_clock",
        "                pass",
        (COUNTED,),
    ),
    Fault(
        "the end follows daemons too",
        f"{ENGINE}/races.py",
        "            if not worker.daemon:\n                hb_clock |=",
        "            if True:\n                hb_clock |=",
        (COUNTED,),
    ),
    # --- Which operations race --------------------------------------------------------
    Fault(
        "only what happened before is reversed",
        f"{ENGINE}/races.py",
        "if not hb_before & other.hb_epoch and other not in",
        "if hb_before & other.hb_epoch and other not in",
        (COUNTED,),
    ),
    Fault(
        "two reads and a write of one place are no race",
        f"{ENGINE}/operations.py",
        "or (write and last.epochs_read & unknown):",
        "or (not write and last.epochs_read & unknown):",
        (COUNTED,),
    ),
    Fault(
        "an access to one item hides what races with another",
        f"{ENGINE}/last_accesses.py",
        "return [self, *self.parts.values()]",
        "return [self]",
        ("tests/correctness/test_two_places.py",),
    ),
    Fault(
        "what waited is compared with the last write only",
        f"{ENGINE}/races.py",
        "                    and not waited\n",
        "",
        (COUNTED,),
    ),
    Fault(
        "an access to all of a thing does not race with one to a part",
        f"{ENGINE}/races.py",
        "                key is None or other_key is None or key == other_key\n"
        "            ):\n                if other.worker",
        "                key == other_key\n"
        "            ):\n                if other.worker",
        (COUNTED,),
    ),
    Fault(
        "what a blocked worker would do next races with nothing",
        f"{ENGINE}/races.py",
        "return missed + self.still_enabled + blocked",
        "return missed + self.still_enabled",
        (COUNTED,),
    ),
    Fault(
        "what could still run at the end races with nothing",
        f"{ENGINE}/races.py",
        "return missed + self.still_enabled + blocked",
        "return missed + blocked",
        (COUNTED,),
    ),
    Fault(
        "a timer that was cancelled races with nothing",
        f"{ENGINE}/races.py",
        "return missed + self.still_enabled + blocked",
        "return self.still_enabled + blocked",
        (COUNTED,),
    ),
    Fault(
        "what only the explorer still holds does not die",
        f"{ENGINE}/object_registry.py",
        "            if fewest > HELD_ONLY:",
        "            if fewest:",
        ("tests/correctness/test_finalizers.py",),
    ),
    # --- Which schedules are run ------------------------------------------------------
    Fault(
        "a worker that sleeps is never woken",
        f"{SEARCH}/dpor.py",
        "if number != last.chosen and independent(footprint, made)",
        "if number != last.chosen",
        (COUNTED,),
    ),
    Fault(
        "nothing sleeps",
        f"{SEARCH}/dpor.py",
        "if last.sleep or last.done:",
        "if False:",
        (COUNTED,),
    ),
    Fault(
        "a worker that sleeps is not reversed beyond its sleep",
        f"{SEARCH}/dpor.py",
        "        elif beyond:",
        "        elif False:",
        (EQUALITY,),
    ),
    Fault(
        "the later of two racing transitions need not be an initial",
        f"{SEARCH}/dpor.py",
        "if not hb_clock & epochs & ~earlier.hb_epoch:",
        "if hb_clock & epochs & ~earlier.hb_epoch:",
        (COUNTED,),
    ),
    Fault(
        "a bound that left schedules out is forgotten",
        f"{SEARCH}/exhaustive.py",
        "self.skipped |= len(within) < len(enabled)",
        "self.skipped |= len(within) > len(enabled)",
        ("tests/correctness/test_shortest.py",),
    ),
    Fault(
        "one more preemption is allowed than was asked for",
        f"{SEARCH}/exhaustive.py",
        "left = self.preemptions - used",
        "left = self.preemptions - used + 1",
        ("tests/correctness/test_shortest.py",),
    ),
    Fault(
        "a worker that was left for another counts as no preemption",
        f"{ENGINE}/scheduling.py",
        "                preempts = 1",
        "                preempts = 0",
        ("tests/correctness/test_shortest.py",),
    ),
    Fault(
        "a search with runs that were too long is complete",
        f"{SEARCH}/exploration.py",
        "self.complete &= not result.long",
        "self.complete &= True",
        (COUNTED,),
    ),
    Fault(
        "a schedule that passed is not run again",
        f"{SEARCH}/exploration.py",
        "for _ in range(times_to_repeat(self.first, self.earlier, self.runs)):",
        "for _ in range(0):",
        ("tests/correctness/test_repeats.py",),
    ),
    Fault(
        "every interleaving leaves out places that only two workers use",
        f"{ENGINE}/operations.py",
        "users.written and len(users.workers) > 1:",
        "users.written and len(users.workers) > 2:",
        (COUNTED,),
    ),
    # --- Waiting and waking -----------------------------------------------------------
    Fault(
        "a notice wakes no worker",
        f"{THREADING}/conditions.py",
        "waiter = self.__waiters.popleft()\n            waiter.wake(hb_clock)",
        "waiter = self.__waiters.popleft()",
        (COUNTED,),
    ),
    Fault(
        "an event wakes one worker alone",
        f"{THREADING}/conditions.py",
        "        for waiter in self.__waiters:\n            waiter.wake(hb_clock)",
        "        for waiter in self.__waiters[:1]:\n            waiter.wake(hb_clock)",
        (COUNTED,),
    ),
    Fault(
        "a timer may fire before an earlier one",
        f"{ENGINE}/virtual_time.py",
        "                deadline < other.deadline  # type: ignore[operator]\n",
        "                deadline != other.deadline\n",
        (COUNTED,),
    ),
    Fault(
        "a clock that was moved on can be moved back",
        f"{ENGINE}/virtual_time.py",
        "self.now = max(self.now, timer.deadline)",
        "self.now = timer.deadline",
        (COUNTED,),
    ),
    Fault(
        "daemons are waited for",
        f"{ENGINE}/kernel.py",
        "self.unended += not daemon",
        "self.unended += 1",
        (COUNTED,),
    ),
    Fault(
        "a lock that is held can be acquired",
        f"{THREADING}/locks.py",
        "        return self.holder is None\n\n    def acquire",
        "        return True\n\n    def acquire",
        (COUNTED,),
    ),
    Fault(
        "a task that ends does not change what waits for it",
        f"{ASYNCIO}/running.py",
        "                record_access(task.key, None, True)",
        "                pass",
        (EXPLORE,),
    ),
)
