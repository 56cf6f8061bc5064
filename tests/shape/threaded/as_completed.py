"""Thread pool with as_completed."""

import time
from concurrent.futures import ThreadPoolExecutor, as_completed


def fetch(n):
    time.sleep(0.01 * n)
    if n == 3:
        raise ValueError(f"bad {n}")
    return n * n


def main():
    results = {}
    with ThreadPoolExecutor(max_workers=3) as executor:
        futures = {executor.submit(fetch, n): n for n in range(6)}
        for future in as_completed(futures):
            n = futures[future]
            try:
                results[n] = future.result()
            except ValueError as error:
                results[n] = str(error)
    for n in sorted(results):
        print(n, results[n])


if __name__ == "__main__":
    main()
