"""A decorator that starts a thread for each call and gives it back."""

import functools
import threading
import time


def background(function):
    @functools.wraps(function)
    def start(*args, **kwargs):
        thread = threading.Thread(target=function, args=args, kwargs=kwargs)
        thread.start()
        return thread

    return start


out = []


@background
def job(n):
    time.sleep(n / 1000)
    out.append(n)


class Tool:
    @background
    def work(self, x):
        time.sleep(0.001)
        out.append(x)


def main():
    threads = [job(1), job(2), Tool().work(5)]
    for t in threads:
        t.join()
    print(sorted(out))


if __name__ == "__main__":
    main()
