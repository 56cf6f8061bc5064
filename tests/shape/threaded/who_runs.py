"""A program that asks which threads it has, and which of them runs."""

import threading
import time

names = []


def here():
    return threading.current_thread().name


class Worker(threading.Thread):
    def run(self):
        time.sleep(0.02)
        names.append((self.name, here(), self.ident is not None))


def work(ready):
    ready.set()
    time.sleep(0.02)
    names.append(here())


def main():
    first, second = threading.Event(), Worker(name="second")
    crew = [threading.Thread(target=work, args=(first,), name="first"), second]
    crew[0].label = "of its own"
    for each in crew:
        each.start()
    first.wait()
    me = threading.current_thread()
    print(me is threading.main_thread(), me.name, here())
    print(sorted(each.name for each in threading.enumerate()))
    print(threading.active_count(), crew[0].daemon, crew[0].label)
    for each in threading.enumerate():
        if each is not threading.current_thread():
            each.join()
    print(threading.active_count(), crew[0].is_alive(), sorted(map(str, names)))


if __name__ == "__main__":
    main()
