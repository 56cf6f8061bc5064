"""Downloads limited by a bounded semaphore."""

import threading
import time

gate = threading.BoundedSemaphore(2)
lock = threading.Lock()
active = 0
most = 0
done = []


def download(name):
    global active, most
    with gate:
        with lock:
            active += 1
            most = max(most, active)
        time.sleep(0.01)
        with lock:
            active -= 1
            done.append(name)


def main():
    threads = []
    for name in "abcdef":
        t = threading.Thread(target=download, args=(name,), name=f"get-{name}")
        t.start()
        threads.append(t)
    for t in threads:
        t.join()
    print(sorted(done), most <= 2, any(t.is_alive() for t in threads))


if __name__ == "__main__":
    main()
