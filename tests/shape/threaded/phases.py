"""Phases kept in step by a barrier."""

import threading

log = []
lock = threading.Lock()


def worker(barrier, number):
    for phase in range(3):
        with lock:
            log.append((phase, number))
        barrier.wait()


def run():
    barrier = threading.Barrier(3)
    workers = [threading.Thread(target=worker, args=(barrier, n)) for n in range(3)]
    [w.start() for w in workers]
    [w.join() for w in workers]
    return [phase for phase, _ in log], sorted(log)


if __name__ == "__main__":
    print(run())
