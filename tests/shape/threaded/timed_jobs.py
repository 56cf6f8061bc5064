"""A scheduler of repeated and single jobs, built on threading.Timer."""

import functools
import logging
import threading
import time

logging.basicConfig(format="%(levelname)s %(message)s", level=logging.ERROR)


class Job:
    def __init__(self, scheduler, interval, action, repeat):
        self.scheduler = scheduler
        self.interval = interval
        self.action = action
        self.repeat = repeat
        self.runs = 0
        self._timer = None
        self._cancelled = False

    def schedule(self):
        self._timer = threading.Timer(self.interval, self._fire)
        self._timer.daemon = True
        self._timer.start()

    def _fire(self):
        if self._cancelled:
            return
        try:
            self.action()
        except Exception as error:
            self.scheduler.failed(self, error)
        self.runs += 1
        if self.repeat and self.runs >= self.repeat:
            self.scheduler.finished(self)
        else:
            self.schedule()

    def cancel(self):
        self._cancelled = True
        if self._timer:
            self._timer.cancel()
        self.scheduler.finished(self)


class Scheduler:
    def __init__(self):
        self._jobs = set()
        self._lock = threading.Lock()
        self._idle = threading.Event()
        self._idle.set()
        self.errors = []

    def every(self, interval, action, *args, repeat=0):
        job = Job(self, interval, functools.partial(action, *args), repeat)
        with self._lock:
            self._jobs.add(job)
            self._idle.clear()
        job.schedule()
        return job

    def once(self, delay, action, *args):
        return self.every(delay, action, *args, repeat=1)

    def finished(self, job):
        with self._lock:
            self._jobs.discard(job)
            if not self._jobs:
                self._idle.set()

    def failed(self, job, error):
        with self._lock:
            self.errors.append(str(error))

    def wait(self, timeout=None):
        return self._idle.wait(timeout)

    def stop(self):
        for job in list(self._jobs):
            job.cancel()


class Ticks:
    def __init__(self):
        self.count = 0

    def tick(self, by):
        time.sleep(0.0005)
        self.count += by


def boom():
    raise ValueError("boom")


def main():
    scheduler, ticks = Scheduler(), Ticks()
    job = scheduler.every(0.002, ticks.tick, 2, repeat=4)
    scheduler.once(0.003, boom)
    said = []
    scheduler.once(0.001, said.append, "hello")
    endless = scheduler.every(60, ticks.tick, 1000)
    print(scheduler.wait(0.05))
    endless.cancel()
    print(scheduler.wait(5), ticks.count, job.runs, said)
    print(scheduler.errors)
    scheduler.every(60, boom)
    scheduler.stop()
    print(scheduler.wait(1))


if __name__ == "__main__":
    main()
