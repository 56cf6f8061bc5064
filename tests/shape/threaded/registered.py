"""Handlers that are found by a name, a class or a proxy, and called from threads."""

import queue
import threading
import time
from dataclasses import dataclass

done = []
steps = {}


def step(function):
    steps[function.__name__] = function
    return function


@step
def paint(item):
    time.sleep(0.001)
    done.append(f"paint {item}")


handlers = {}


def on(event):
    def keep(function):
        handlers[event] = function
        return function

    return keep


@on("sent")
def tell(item):
    time.sleep(0.001)
    done.append(f"sent {item}")


class Check:
    every = []

    def __init_subclass__(cls):
        Check.every.append(cls)


class Weight(Check):
    def run(self):
        time.sleep(0.001)
        done.append("weight")


class Export:
    def write(self):
        raise NotImplementedError


class Csv(Export):
    def write(self):
        time.sleep(0.001)
        done.append("csv")


class Named:
    def __init__(self, **functions):
        self.functions = functions

    def call(self, name, item):
        self.functions[name](item)


class Proxy:
    def __init__(self, target):
        self._inner = target

    def __getattr__(self, name):
        return getattr(self._inner, name)


class Printer:
    def put(self, text):
        time.sleep(0.001)
        done.append(f"put {text}")


@dataclass
class Sink:
    write: callable

    def send(self, item):
        self.write(item)


class Jobs(queue.Queue):
    def add(self, function, *args):
        self.put((function, args))

    def work(self):
        while (job := self.get()) is not None:
            function, args = job
            function(*args)


def all_of(item):
    steps["paint"](item)
    handlers["sent"](item)
    for check in Check.every:
        check().run()
    for export in Export.__subclasses__():
        export().write()
    Named(first=paint).call("first", "by name")
    Proxy(Printer()).put(item)
    Sink(tell).send("sink")


def main():
    thread = threading.Thread(target=all_of, args=("box",))
    thread.start()
    thread.join()
    jobs = Jobs()
    worker = threading.Thread(target=jobs.work)
    worker.start()
    jobs.add(paint, "last")
    jobs.put(None)
    worker.join()
    print(*done, sep="\n")


if __name__ == "__main__":
    main()
