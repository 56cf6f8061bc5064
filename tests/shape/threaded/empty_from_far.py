"""`queue.Empty` is caught several calls above, and is also raised by the program."""

import queue

jobs = queue.Queue()


def take():
    return jobs.get(timeout=0.01)


def own():
    try:
        return jobs.get(timeout=0.01)
    except queue.Empty:
        raise queue.Empty("none") from None


def direct(kind):
    try:
        if kind:
            raise queue.Empty
        jobs.get(timeout=0.01)
    except queue.Empty:
        print("direct")


def main():
    for function in (take, own):
        try:
            function()
        except queue.Empty:
            print("empty")
    try:
        take()
    except (ValueError, queue.Empty):
        print("empty")
    try:
        own()
    except queue.Empty as e:
        print("empty", e)
    direct(0)
    direct(1)
    try:
        jobs.get_nowait()
    except queue.Empty:
        print("at once")


if __name__ == "__main__":
    main()
