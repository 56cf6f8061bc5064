"""An actor: messages with a place for the answer."""

import queue
import threading


class Actor(threading.Thread):
    def __init__(self):
        threading.Thread.__init__(self, daemon=True)
        self.inbox = queue.Queue()
        self.state = 0

    def run(self):
        while True:
            message, reply = self.inbox.get()
            if message == "stop":
                break
            self.state += message
            reply.put(self.state)

    def ask(self, n, timeout=5):
        reply = queue.Queue(maxsize=1)
        self.inbox.put((n, reply))
        return reply.get(timeout=timeout)

    def stop(self):
        self.inbox.put(("stop", None))
        self.join()


with_actor = Actor()
with_actor.start()
print([with_actor.ask(n) for n in (1, 2, 3)])
with_actor.stop()
print(with_actor.is_alive())
