"""Topics with subscribers, each with a queue and a thread that reads it."""

import queue
import threading
from collections import defaultdict


class Subscriber:
    def __init__(self, name):
        self.name = name
        self.inbox = queue.Queue()
        self.seen = []
        self.thread = threading.Thread(target=self._listen, daemon=True)

    def start(self):
        self.thread.start()

    def _listen(self):
        while True:
            message = self.inbox.get()
            try:
                if message is None:
                    return
                self.seen.append(message)
            finally:
                self.inbox.task_done()


class Broker:
    def __init__(self):
        self._topics = defaultdict(list)
        self._lock = threading.Lock()

    def subscribe(self, topic, subscriber):
        with self._lock:
            self._topics[topic].append(subscriber)

    def publish(self, topic, message):
        with self._lock:
            for subscriber in self._topics[topic]:
                subscriber.inbox.put(message)

    def close(self):
        with self._lock:
            everyone = {s for group in self._topics.values() for s in group}
        for subscriber in everyone:
            subscriber.inbox.put(None)
            subscriber.inbox.join()
            subscriber.thread.join()


def main():
    broker = Broker()
    ann, bob = Subscriber("ann"), Subscriber("bob")
    broker.subscribe("news", ann)
    broker.subscribe("news", bob)
    broker.subscribe("sport", bob)
    ann.start()
    bob.start()
    for n in range(3):
        broker.publish("news", f"news {n}")
        broker.publish("sport", f"sport {n}")
    broker.close()
    print(ann.name, ann.seen)
    print(bob.name, bob.seen)


if __name__ == "__main__":
    main()
