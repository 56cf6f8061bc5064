"""Exit stacks: context managers that wait, an object, a pool."""

import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack


@contextlib.contextmanager
def borrowed(name, log):
    time.sleep(0.001)
    log.append(f"open {name}")
    try:
        yield name
    finally:
        time.sleep(0.001)
        log.append(f"close {name}")


class Session:
    def __init__(self, log):
        self.log = log

    def __enter__(self):
        time.sleep(0.001)
        self.log.append("begin")
        return self

    def __exit__(self, kind, value, trace):
        self.log.append("end")
        return kind is KeyError


def several(names):
    log = []
    with ExitStack() as stack:
        opened = [stack.enter_context(borrowed(n, log)) for n in names]
        session = stack.enter_context(Session(log))
        stack.callback(log.append, "called")
        log.append(f"{session is not None} {opened}")
        raise KeyError("x")
    return log


def pooled():
    lock, total = threading.Lock(), []
    with contextlib.ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(2))

        def add(n):
            time.sleep(0.001)
            with lock:
                total.append(n)

        for n in range(4):
            pool.submit(add, n)
    return sorted(total)


def main():
    print(several("ab"))
    print(pooled())


if __name__ == "__main__":
    main()
