"""Functions that are handed on: a pool of its own, fields, routes, a list."""

import queue
import threading
import time
from dataclasses import dataclass
from typing import Any, Callable


class ThreadPool:
    def __init__(self, size):
        self.tasks = queue.Queue()
        self.workers = [threading.Thread(target=self._run) for _ in range(size)]
        for w in self.workers:
            w.start()

    def submit(self, function, *args, **kwargs):
        self.tasks.put((function, args, kwargs))

    def _run(self):
        while True:
            task = self.tasks.get()
            if task is None:
                return
            function, args, kwargs = task
            function(*args, **kwargs)
            self.tasks.task_done()

    def close(self):
        self.tasks.join()
        for _ in self.workers:
            self.tasks.put(None)
        for w in self.workers:
            w.join()


@dataclass
class Job:
    run: Callable[..., Any]
    args: tuple = ()


class App:
    def __init__(self):
        self.routes = {}
        self.hooks = []

    def route(self, name):
        def register(function):
            self.routes[name] = function
            return function

        return register

    def hook(self, function):
        self.hooks.append(function)
        return function

    def call(self, name, *args):
        for hook in self.hooks:
            hook(name)
        return self.routes[name](*args)


app = App()
seen = []


@app.hook
def note(name):
    seen.append(name)


@app.route("slow")
def slow(n):
    time.sleep(0.001)
    return n + 1


@app.route("fast")
def fast(n):
    return n


def square(out, n):
    time.sleep(0.001)
    out.append(n * n)


def run_jobs(jobs):
    for job in jobs:
        job.run(*job.args)


def apply_twice(function, value):
    return function(function(value))


def main():
    out = []
    pool = ThreadPool(2)
    for n in range(4):
        pool.submit(square, out, n)
    pool.close()
    print(sorted(out))
    print(app.call("slow", 1), app.call("fast", 5), seen)
    out = []
    run_jobs([Job(square, (out, 3)), Job(print, ("job",))])
    print(out)
    print(apply_twice(slow, 1))
    steps = [("a", slow), ("b", fast)]
    for name, step in steps:
        print(name, step(1))
    print({name: step(2) for name, step in steps})


if __name__ == "__main__":
    main()
