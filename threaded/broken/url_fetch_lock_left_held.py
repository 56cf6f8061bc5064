"""Counter-example: an exception during a write leaves the lock held for ever.

If the disk is full or the file is closed, the write raises an exception between
acquire and release.  Every other worker then waits for a lock whose owner has ended.
Symptom: TimeoutError: worker 2 still waits for the lock, which worker 1 left held
"""

from contextlib import suppress

from fetching.body_file import Place
from threaded import url_fetch
from threaded.broken import must_end


class Fetch(url_fetch.Fetch):
    def append(self, number: int, body: bytearray) -> Place:
        self.lock.acquire()  # must be `with self.lock`
        place = self.file.reserve(number, len(body))
        self.file.write(place, 0, body)
        self.lock.release()
        return place


def provoke(fetch: url_fetch.Fetch) -> None:
    """Let a write fail, and another worker come for the lock."""
    fetch.close()
    with suppress(OSError):
        fetch.append(1, bytearray(b"body"))
    must_end(
        fetch.lock.acquire,
        otherwise="worker 2 still waits for the lock, which worker 1 left held",
        rescue=fetch.lock.release,
    )


if __name__ == "__main__":
    provoke(Fetch())
