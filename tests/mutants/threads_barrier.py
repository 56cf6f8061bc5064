"""Barrier: the wrong number, a missing meeting, a broken one."""

import contextlib
import threading
from threading import Barrier, BrokenBarrierError


class OnePartyTooMany:
    """It waits for three, and two come.

    Symptom: deadlock
    """

    parties = 3

    def __init__(self):
        self.meeting = Barrier(self.parties)

    def work(self):
        self.meeting.wait()

    workers = (work, work)


class OnePartyTooManyMended(OnePartyTooMany):
    """As many parties as workers."""

    parties = 2


class OddOneOut:
    """Three workers, and a barrier for two: the last one stays.

    Symptom: deadlock
    """

    parties = 2

    def __init__(self):
        self.meeting = Barrier(self.parties)

    def work(self):
        self.meeting.wait()

    workers = (work, work, work)


class OddOneOutMended(OddOneOut):
    """A barrier for three."""

    parties = 3


class ReadBeforeAllHaveWritten:
    """No meeting between writing one's own half and reading the other's.

    Symptom: AssertionError
    """

    def __init__(self):
        self.halves = [None, None]
        self.written = Barrier(2)

    def meet(self):
        pass

    def work(self, me):
        self.halves[me] = me
        self.meet()
        assert self.halves == [0, 1]

    workers = (lambda self: self.work(0), lambda self: self.work(1))


class ReadBeforeAllHaveWrittenMended(ReadBeforeAllHaveWritten):
    """They meet."""

    def meet(self):
        self.written.wait()


class OneMeetingForTwoPhases:
    """A fast one writes its next value while a slow one still reads the last.

    Symptom: AssertionError
    """

    def __init__(self):
        self.values = [0, 0]
        self.meeting = Barrier(2)

    def work(self, me):
        for phase in (1, 2):
            self.values[me] = phase
            self.meeting.wait()
            assert self.values[1 - me] == phase
            self.part()

    def part(self):
        pass

    workers = (lambda self: self.work(0), lambda self: self.work(1))


class OneMeetingForTwoPhasesMended(OneMeetingForTwoPhases):
    """A second meeting, after reading."""

    def part(self):
        self.meeting.wait()


class FailsBeforeTheMeeting:
    """One fails on its way; the other waits for it.

    Symptom: deadlock
    """

    def __init__(self):
        self.meeting = Barrier(2)

    def fail(self):
        try:
            int("full")
        except ValueError:
            self.give_up()

    def give_up(self):
        pass

    def work(self):
        with contextlib.suppress(BrokenBarrierError):
            self.meeting.wait()

    workers = (fail, work)


class FailsBeforeTheMeetingMended(FailsBeforeTheMeeting):
    """It breaks the barrier, and the other learns of it."""

    def give_up(self):
        self.meeting.abort()


class ImpatientParty:
    """One waits a second only, and breaks the barrier for the other.

    Symptom: BrokenBarrierError
    """

    patience = 1

    def __init__(self):
        self.meeting = threading.Barrier(2)

    def wait_a_while(self):
        self.meeting.wait(timeout=self.patience)

    def wait(self):
        self.meeting.wait()

    workers = (wait_a_while, wait)


class ImpatientPartyMended(ImpatientParty):
    """Waits as long as it takes."""

    patience = None


class ResetWhileOthersWait:
    """`reset` between two rounds, by one who does not know that the next began.

    Symptom: BrokenBarrierError
    """

    def __init__(self):
        self.meeting = Barrier(2)

    def lead(self):
        self.meeting.wait()
        self.between()
        self.meeting.wait()

    def between(self):
        self.meeting.reset()

    def follow(self):
        self.meeting.wait()
        self.meeting.wait()

    workers = (lead, follow)


class ResetWhileOthersWaitMended(ResetWhileOthersWait):
    """A barrier is ready for the next round by itself."""

    def between(self):
        pass


class EveryPartyTheLeader:
    """What one should do after the meeting, all do.

    Symptom: AssertionError
    """

    def __init__(self):
        self.meeting = Barrier(2)
        self.front, self.back = "old", "new"
        self.lock = threading.Lock()

    def swap(self):
        with self.lock:
            self.front, self.back = self.back, self.front

    def work(self):
        self.meeting.wait()
        self.swap()

    def check(self):
        assert self.front == "new"

    workers = (work, work)


class EveryPartyTheLeaderMended(EveryPartyTheLeader):
    """`wait` returns 0 to one of them."""

    def work(self):
        if self.meeting.wait() == 0:
            self.swap()

    workers = (work, work)


class LeaderActsAfterTheMeeting:
    """The leader swaps while the others already look.

    Symptom: AssertionError
    """

    def __init__(self):
        self.front, self.back = "old", "new"
        self.meeting = self.make_barrier()

    def make_barrier(self):
        return Barrier(2)

    def swap(self):
        self.front, self.back = self.back, self.front

    def work(self):
        if self.meeting.wait() == 0:
            self.lead()
        assert self.front == "new"

    def lead(self):
        self.swap()

    workers = (work, work)


class LeaderActsAfterTheMeetingMended(LeaderActsAfterTheMeeting):
    """The barrier's action is done before anyone goes on."""

    def make_barrier(self):
        return Barrier(2, action=self.swap)

    def lead(self):
        pass
