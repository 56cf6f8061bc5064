"""A script that grew: imports and functions stand below its first threads."""

import threading
import time


def count(counted, number):
    time.sleep(0.001)
    counted.append(number)


counted = []
first = [threading.Thread(target=count, args=(counted, n)) for n in range(3)]
for thread in first:
    thread.start()
for thread in first:
    thread.join()

import json  # noqa: E402
from collections import Counter as Tally  # noqa: E402


class Report:
    """What is printed,
    of several lines."""

    def text(self):
        return json.dumps(sorted(counted))


def report():
    count(counted, 7)
    return Report().text()


print(report(), Tally(counted)[7])
