"""A thread begins with no context variable set, or runs in a context that is given."""

import contextvars
import threading
import time

user = contextvars.ContextVar("user", default="none")
log = []


def look(name):
    time.sleep(0.001)
    log.append((name, user.get()))


def change(name):
    user.set(name)
    time.sleep(0.001)
    return name


def main():
    user.set("root")
    thread = threading.Thread(target=look, args=("fresh",))
    thread.start()
    thread.join()
    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(change, "guest"))
    thread.start()
    thread.join()
    print(log, context[user], user.get())
    print(context.run(change, "host"), context[user], user.get())
    look("own")
    print(log)


if __name__ == "__main__":
    main()
