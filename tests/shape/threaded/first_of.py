"""The first mirror that answers wins; the others are cancelled or ignored."""

import concurrent.futures
import threading
import time

MIRRORS = {"slow": 0.4, "quick": 0.01, "broken": None}
asked = []
asked_lock = threading.Lock()


def ask(name):
    with asked_lock:
        asked.append(name)
    pause = MIRRORS[name]
    if pause is None:
        raise ConnectionError(f"{name} is down")
    time.sleep(pause)
    return f"answer of {name}"


def first(names, timeout=5):
    pool = concurrent.futures.ThreadPoolExecutor(len(names))
    pending = {pool.submit(ask, name) for name in names}
    deadline = time.monotonic() + timeout
    try:
        while pending:
            done, pending = concurrent.futures.wait(
                pending,
                timeout=deadline - time.monotonic(),
                return_when=concurrent.futures.FIRST_COMPLETED,
            )
            if not done:
                raise TimeoutError("no mirror answered")
            for future in done:
                if future.exception() is None:
                    return future.result()
        raise ConnectionError("all are down")
    finally:
        for future in pending:
            future.cancel()
        pool.shutdown(wait=False)


def main():
    print(first(["slow", "quick", "broken"]))
    try:
        first(["broken"])
    except ConnectionError as error:
        print("error:", error)
    try:
        first(["slow"], timeout=0.02)
    except TimeoutError as error:
        print("timeout:", error)
    print(sorted(asked))


if __name__ == "__main__":
    main()
