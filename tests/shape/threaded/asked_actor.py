"""An actor that answers by futures made by hand."""

import queue, threading, time
from concurrent.futures import Future


class Actor:
    def __init__(self):
        self._inbox = queue.Queue()
        self._thread = threading.Thread(target=self._loop, daemon=True)
        self._thread.start()
        self.state = {}

    def _loop(self):
        while True:
            message = self._inbox.get()
            if message is None:
                return
            future, method, args = message
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(getattr(self, "on_" + method)(*args))
            except Exception as error:
                future.set_exception(error)

    def ask(self, method, *args):
        future = Future()
        self._inbox.put((future, method, args))
        return future

    def on_put(self, key, value):
        time.sleep(0.001)
        self.state[key] = value
        return len(self.state)

    def on_get(self, key):
        return self.state[key]

    def stop(self):
        self._inbox.put(None)
        self._thread.join()


def main():
    actor = Actor()
    print(actor.ask("put", "a", 1).result(timeout=5))
    print(actor.ask("get", "a").result())
    try:
        actor.ask("get", "b").result()
    except KeyError as error:
        print("missing", error)
    print(type(actor.ask("get", "zz").exception(5)).__name__)
    actor.stop()


if __name__ == "__main__":
    main()
