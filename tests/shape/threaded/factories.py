"""Methods that make an object of a class, and then set the attributes of the object."""

import queue
import threading


class Loop:
    made = None
    _lock = threading.Lock()

    @classmethod
    def started(cls, n=2):
        self = cls()
        self.out, self.jobs = [], queue.Queue()
        self.threads = [threading.Thread(target=self.work, args=(k,)) for k in range(n)]
        for each in self.threads:
            each.start()
        return self

    @staticmethod
    def other():
        loop = Loop()
        loop.out, loop.jobs = [], queue.Queue(3)
        loop.jobs.put(1)
        return loop

    @classmethod
    def single(cls):
        with cls._lock:
            if cls.made is None:
                cls.made = cls.started(1)
        return cls.made

    def work(self, k):
        self.out.append(self.jobs.get() + k * 0)

    def stop(self):
        for each in self.threads:
            each.join()


class Old:
    _one = None

    def __new__(cls):
        if cls._one is None:
            made = super().__new__(cls)
            made.ready = threading.Event()
            cls._one = made
        return cls._one


def main():
    loop = Loop.started()
    loop.jobs.put(1)
    loop.jobs.put(2)
    loop.stop()
    print(sorted(loop.out), Loop.other().jobs.get())
    single = Loop.single()
    single.jobs.put(7)
    single.stop()
    print(single.out, single is Loop.single())
    old = Old()
    setter = threading.Thread(target=old.ready.set)
    setter.start()
    print(Old().ready.wait(1))
    setter.join()


if __name__ == "__main__":
    main()
