"""Counter-example: URLs are popped, so the last URL of the list is requested first.

If URLs are still added to the list, the first URL may never be requested.
Symptom: AssertionError: asked for http://second/ before http://first/
"""

import queue

from threaded import url_fetch


class Fetch(url_fetch.Fetch):
    def __init__(self) -> None:
        super().__init__()
        self.urls = queue.LifoQueue()  # must be a Queue


def provoke(fetch: url_fetch.Fetch) -> None:
    """List two URLs, and take them."""
    fetch.put([(1, "http://first/"), (2, "http://second/")])
    (_, first), (_, second) = fetch.take(), fetch.take()
    if second == "http://first/":
        raise AssertionError(f"asked for {first} before {second}")


if __name__ == "__main__":
    provoke(Fetch())
