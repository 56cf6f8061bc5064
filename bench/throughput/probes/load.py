"""The process that sends requests when they are due, and times the answers."""

import json
import socket
import struct
import sys
import threading
from time import perf_counter, sleep

REQUEST = struct.Struct("!I")  # the number of the request
START_SECONDS = 0.05  # seconds until the first request is due


def main() -> None:
    """Send requests at the rate of argument 1 for the seconds of argument 2."""
    rate, seconds = float(sys.argv[1]), float(sys.argv[2])
    end = socket.socket(fileno=0)
    count = int(rate * seconds)
    start = perf_counter() + START_SECONDS
    due = [start + number / rate for number in range(count)]
    latencies: list[float] = []

    def receive() -> None:
        with end.makefile("rb") as answers:
            while answer := answers.read(REQUEST.size):
                latencies.append(perf_counter() - due[REQUEST.unpack(answer)[0]])

    receiver = threading.Thread(target=receive)
    receiver.start()
    late = []
    for number, when in enumerate(due):
        if (pause := when - perf_counter()) > 0:
            sleep(pause)
        late.append(perf_counter() - when)
        end.sendall(REQUEST.pack(number))
    end.shutdown(socket.SHUT_WR)
    receiver.join()
    json.dump({"sent": [count], "seconds": latencies, "late": late}, sys.stdout)
