"""Faults of the explorer: in its clocks, races, search, waiting and waking.

Each fault would have an effect in a user's program: a wrong proof, a wrong count, or a
search that does not end.
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
    # --- Happens-before ---------------------------------------------------------------
    Fault(
        "the next holder of a lock knows what was done after its release",
        f"{ENGINE}/execution.py",
        "            worker.hb_clock = clock | epoch\n        return clock",
        "            worker.hb_clock = clock | epoch\n        return clock | epoch",
        (COUNTED,),
    ),
    Fault(
        "a new worker does not know what the worker that started it did",
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
        "daemons, too, happen before the end",
        f"{ENGINE}/races.py",
        "            if not worker.daemon:\n                hb_clock |=",
        "            if True:\n                hb_clock |=",
        (COUNTED,),
    ),
    # --- Races ------------------------------------------------------------------------
    Fault(
        "only operations that happened before are reversed",
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
        "an access to one item hides races of another item",
        f"{ENGINE}/last_accesses.py",
        "return [self, *self.parts.values()]",
        "return [self]",
        ("tests/correctness/test_two_places.py",),
    ),
    Fault(
        "an operation that waited is compared with the last write only",
        f"{ENGINE}/races.py",
        "                    and not waited\n",
        "",
        (COUNTED,),
    ),
    Fault(
        "an access to a whole object does not race with one to its part",
        f"{ENGINE}/races.py",
        "                key is None or other_key is None or key == other_key\n"
        "            ):\n                if other.worker",
        "                key == other_key\n"
        "            ):\n                if other.worker",
        (COUNTED,),
    ),
    Fault(
        "the next operation of a blocked worker races with nothing",
        f"{ENGINE}/races.py",
        "return missed + self.still_enabled + blocked",
        "return missed + self.still_enabled",
        (COUNTED,),
    ),
    Fault(
        "an operation still enabled at the end races with nothing",
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
        "an object that only the explorer holds is not finalized",
        f"{ENGINE}/object_registry.py",
        "            if fewest > HELD_ONLY:",
        "            if fewest:",
        ("tests/correctness/test_finalizers.py",),
    ),
    # --- Search -----------------------------------------------------------------------
    Fault(
        "a worker never leaves the sleep set",
        f"{SEARCH}/dpor.py",
        "if number != last.chosen and independent(footprint, made)",
        "if number != last.chosen",
        (COUNTED,),
    ),
    Fault(
        "the sleep set is always empty",
        f"{SEARCH}/dpor.py",
        "if last.sleep or last.done:",
        "if False:",
        (COUNTED,),
    ),
    Fault(
        "races that a sleeping worker had in another run are not reversed",
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
        "the search forgets that a bound left schedules out",
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
        "a switch away from an enabled worker is no preemption",
        f"{ENGINE}/scheduling.py",
        "                preempts = 1",
        "                preempts = 0",
        ("tests/correctness/test_shortest.py",),
    ),
    Fault(
        "a search is complete although some runs were too long",
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
        "`notify` wakes no worker",
        f"{THREADING}/conditions.py",
        "waiter = self.__waiters.popleft()\n            waiter.wake(hb_clock)",
        "waiter = self.__waiters.popleft()",
        (COUNTED,),
    ),
    Fault(
        "an event wakes only one worker",
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
        "virtual time can move backwards",
        f"{ENGINE}/virtual_time.py",
        "self.now = max(self.now, timer.deadline, timer.due)",
        "self.now = max(timer.deadline, timer.due)",
        (COUNTED,),
    ),
    Fault(
        "the end of a program waits for daemons",
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
        "the end of a task does not conflict with waiting for it",
        f"{ASYNCIO}/running.py",
        "                record_access(task.key, None, True)",
        "                pass",
        (EXPLORE,),
    ),
)
