"""Workers that poll a queue or an event with a time limit, in a loop.

The library computes the end of the wait itself, and waits again if it woke too early.
"""

import queue
import threading


class Jobs:
    def __init__(self):
        self.jobs = queue.Queue()
        self.stop = threading.Event()
        self.done = []

    def work(self):
        while not self.done:
            try:
                job = self.jobs.get(timeout=0.1)
            except queue.Empty:
                continue
            self.done.append(job)

    def put(self):
        self.jobs.put(1)

    def work_until_stop(self):
        while not self.stop.wait(0.1):
            pass
        self.done.append(self.jobs.qsize())

    def put_and_stop(self):
        self.jobs.put(1)
        self.stop.set()

    def stop_and_put(self):
        self.stop.set()
        self.jobs.put(1)


class HoldsPoll(Jobs):
    """The worker polls until there is a job."""

    workers = (Jobs.work, Jobs.put)

    def check(self):
        assert self.done == [1]


class BrokenPoll(Jobs):
    """The worker gives up when its first wait times out."""

    def work_once(self):
        try:
            self.done.append(self.jobs.get(timeout=0.1))
        except queue.Empty:
            return

    workers = (work_once, Jobs.put)

    def check(self):
        assert self.done == [1]


class HoldsStop(Jobs):
    """The job is there before the event is set."""

    workers = (Jobs.work_until_stop, Jobs.put_and_stop)

    def check(self):
        assert self.done == [1]


class BrokenStop(Jobs):
    """The event is set before the job is there."""

    workers = (Jobs.work_until_stop, Jobs.stop_and_put)

    def check(self):
        assert self.done == [1]


class HoldsThirdWait(Jobs):
    """Three waits of 0.1 s end no earlier than the sum that the program computes."""

    def work(self):
        for _ in range(3):
            try:
                self.jobs.get(timeout=0.1)
            except queue.Empty:
                self.done.append(1)

    workers = (work,)

    def check(self):
        assert self.done == [1, 1, 1]


class BrokenThirdWait(HoldsThirdWait):
    """All three waits time out."""

    def check(self):
        assert self.done == [1, 1]
