"""Locals of each thread."""

import threading
import time

context = threading.local()
seen = {}


def current_user():
    return getattr(context, "user", None)


def handle(user):
    context.user = user
    time.sleep(0.01)
    seen[user] = current_user()


def main():
    threads = [threading.Thread(target=handle, args=(u,)) for u in ("ann", "bob", "cy")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(sorted(seen.items()), current_user())


if __name__ == "__main__":
    main()
