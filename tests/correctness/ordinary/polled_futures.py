"""Futures that are polled, by `wait` and `as_completed` without time.

`Broken...` is wrong in some order, `Holds...` in none.
"""

from concurrent.futures import (
    FIRST_COMPLETED,
    Future,
    ThreadPoolExecutor,
    as_completed,
    wait,
)


class Saved:
    def __init__(self):
        self.future = Future()
        self.saved = False

    def finish(self):
        self.future.set_result(1)
        self.saved = True

    def save_first(self):
        self.saved = True
        self.future.set_result(1)


class BrokenPoll(Saved):
    """The result is there before the flag."""

    def poll(self):
        if wait([self.future], timeout=0).done:
            assert self.saved

    workers = (Saved.finish, poll)


class HoldsPoll(BrokenPoll):
    """The flag is there before the result."""

    workers = (Saved.save_first, BrokenPoll.poll)


class BrokenNeverDone(Saved):
    """A poll may find it done."""

    def poll(self):
        assert not wait([self.future], timeout=-1).done

    workers = (Saved.finish, poll)


class BrokenAlwaysDone(Saved):
    """A poll may find it not done."""

    def poll(self):
        assert not wait([self.future], 0).not_done

    workers = (Saved.finish, poll)


class BrokenAsCompleted(Saved):
    """`as_completed` without time gives what is done, or TimeoutError."""

    def poll(self):
        try:
            for _ in as_completed([self.future], timeout=0):
                assert self.saved
        except TimeoutError:
            pass

    workers = (Saved.finish, poll)


class Two:
    def __init__(self):
        self.first = Future()
        self.second = Future()

    def finish(self):
        self.first.set_result(1)
        self.second.set_result(2)

    def finish_first(self):
        self.first.set_result(1)

    def finish_second(self):
        self.second.set_result(2)


class BrokenHalf(Two):
    """A poll may come between the two."""

    def poll(self):
        assert len(wait([self.first, self.second], timeout=0).done) != 1

    workers = (Two.finish, poll)


class HoldsInOrder(Two):
    """The second is done after the first only."""

    def poll(self):
        done = wait([self.first, self.second], timeout=0).done
        assert self.first in done or self.second not in done

    workers = (Two.finish, poll)


class BrokenFirst(Two):
    """The first that ends may be either."""

    def poll(self):
        done = wait([self.first, self.second], return_when=FIRST_COMPLETED).done
        assert self.first in done

    workers = (Two.finish_first, Two.finish_second, poll)


class BrokenOnlyOne(Two):
    """Both may have ended when the first wait returns."""

    def poll(self):
        done = wait([self.first, self.second], return_when=FIRST_COMPLETED).done
        assert len(done) == 1

    workers = (Two.finish_first, Two.finish_second, poll)


class HoldsAll(Two):
    """A wait without a time limit returns when all have ended."""

    def poll(self):
        assert len(wait([self.first, self.second]).done) == 2

    workers = (Two.finish_first, Two.finish_second, poll)


class BrokenPool:
    """A job may be done before its maker polls it."""

    def __init__(self):
        self.pool = ThreadPoolExecutor(1)
        self.done = []

    def work(self):
        future = self.pool.submit(self.done.append, 1)
        done = wait([future], timeout=0).done
        self.pool.shutdown()
        assert not done

    workers = (work,)
