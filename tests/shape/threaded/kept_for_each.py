"""`threading.local` with a constructor, and set where the module is made."""

import threading
import time


class Context(threading.local):
    kind = "of a shop"

    def __init__(self, app, *, size=1):
        self.app, self.size, self.names = app, size, []

    def add(self, name):
        self.names.append(name)
        return f"{self.app} {self.size} {self.names} {self.kind}"


context = Context("shop", size=3)
local = threading.local()
local.user = "root"
context.add("first")
seen = []


def work(name):
    time.sleep(0.001)
    seen.append((context.add(name), getattr(local, "user", "unknown")))


def main():
    context.add("main")
    crew = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    print(sorted(seen), local.user, context.names)


if __name__ == "__main__":
    main()
