"""Each thread has a depth of calls of its own; many may meet at one place."""

import threading


class Divers:
    """Three threads meet 120 calls deep."""

    def __init__(self):
        self.meeting = threading.Barrier(2)

    def dive(self, depth=120):
        if depth:
            self.dive(depth - 1)
        else:
            self.meeting.wait()

    workers = (dive, dive)


class DiversAlone(Divers):
    """One of those that are to meet never comes."""

    def __init__(self):
        self.meeting = threading.Barrier(3)


class TooDeep:
    """A recursion without an end is the program's error, in whatever thread."""

    def dive(self):
        self.dive()

    def wait(self):
        pass

    workers = (dive, wait)


class Walk:
    """Threads that a worker starts go deep too."""

    def __init__(self):
        self.ends = []

    def down(self, depth):
        if depth:
            self.down(depth - 1)
        else:
            self.ends.append(depth)

    def main(self):
        threads = [threading.Thread(target=self.down, args=(150,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    workers = (main,)

    def check(self):
        assert self.ends == [0, 0]
