"""Counter-example: the vendor logs its result while it still holds the lock.

A slow reader of the log stops the whole machine.  asyncio has no such file: there a
slow reader stops the loop and all its tasks, whether the lock is held or not.
Symptom: TimeoutError: buyer 1 still waits for the lock while vendor 0 logs
"""

import threading
from concurrent.futures import ThreadPoolExecutor

from threaded import candy_machine
from threaded.broken import must_end


class CandyMachine(candy_machine.CandyMachine):
    def refill(self, who: str, log: candy_machine.Log) -> str:
        with self.guard:
            self.transcript.append((who, "Refilling candy..."))
            result = "OK" if self.put_bar() else "full, skipping"
            self.transcript.append((who, result))
            log(who, "Refilling candy...", result)  # must be after the `with`
        return result


def provoke(machine: candy_machine.CandyMachine) -> None:
    """Stop the vendor while it logs, and let a buyer come."""
    shown, read = threading.Event(), threading.Event()

    def slow(*words: object) -> None:
        shown.set()
        read.wait()

    with ThreadPoolExecutor(1) as workers:
        workers.submit(machine.refill, "vendor 0", slow)
        shown.wait()
        must_end(
            lambda: machine.buy("buyer 1", lambda *words: None),
            otherwise="buyer 1 still waits for the lock while vendor 0 logs",
            rescue=read.set,
        )


if __name__ == "__main__":
    provoke(CandyMachine())
