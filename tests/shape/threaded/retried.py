import functools, random, threading, time


def retry(times=3, delay=0.001, errors=(Exception,)):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            for attempt in range(1, times + 1):
                try:
                    return function(*args, **kwargs)
                except errors as e:
                    if attempt == times:
                        raise
                    time.sleep(delay * 2**attempt)

        return wrapper

    return decorate


calls = []


@retry(times=4, errors=(ConnectionError,))
def flaky(n):
    calls.append(n)
    if calls.count(n) < n:
        raise ConnectionError(n)
    return f"ok {n}"


def worker(n, out):
    try:
        out[n] = flaky(n)
    except ConnectionError as e:
        out[n] = f"gave up: {e}"


def main():
    out = {}
    ts = [
        threading.Thread(target=worker, args=(n, out), name=f"w{n}") for n in (1, 3, 9)
    ]
    for t in ts:
        t.start()
    for t in ts:
        t.join()
    for n in sorted(out):
        print(n, out[n], flaky.__name__)


if __name__ == "__main__":
    main()
