"""Works until a signal says to stop, then ends cleanly."""

import os
import queue
import signal
import threading
import time

stop = threading.Event()
jobs = queue.Queue()
done = []


def handle(signum, frame):
    print("got", signal.Signals(signum).name)
    stop.set()


def worker():
    while True:
        job = jobs.get()
        if job is None:
            break
        time.sleep(0.001)
        done.append(job * job)


def main():
    signal.signal(signal.SIGUSR1, handle)
    thread = threading.Thread(target=worker, daemon=True)
    thread.start()
    for n in range(5):
        jobs.put(n)
    threading.Timer(0.01, os.kill, (os.getpid(), signal.SIGUSR1)).start()
    while not stop.is_set():
        stop.wait()
    jobs.put(None)
    thread.join()
    print(done)


if __name__ == "__main__":
    main()
