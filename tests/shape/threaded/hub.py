"""A hub: publishers send to topics, each subscriber has a bounded mailbox."""

import fnmatch
import itertools
import queue
import threading


class Closed(Exception):
    pass


class Subscription:
    _ids = itertools.count(1)

    def __init__(self, hub, pattern, size):
        self.id = next(self._ids)
        self.pattern = pattern
        self.dropped = 0
        self._hub = hub
        self._mailbox = queue.Queue(maxsize=size)

    def offer(self, topic, message):
        try:
            self._mailbox.put_nowait((topic, message))
        except queue.Full:
            self.dropped += 1

    def __iter__(self):
        return self

    def __next__(self):
        item = self._mailbox.get()
        if item is None:
            raise StopIteration
        return item

    def receive(self, timeout=None):
        try:
            item = self._mailbox.get(timeout=timeout)
        except queue.Empty:
            return None
        if item is None:
            raise Closed(self.id)
        return item

    def close(self):
        self._hub.unsubscribe(self)
        self._mailbox.put(None)


class Hub:
    def __init__(self):
        self._lock = threading.Lock()
        self._subscriptions = {}
        self.published = 0

    def subscribe(self, pattern, size=100):
        subscription = Subscription(self, pattern, size)
        with self._lock:
            self._subscriptions[subscription.id] = subscription
        return subscription

    def unsubscribe(self, subscription):
        with self._lock:
            self._subscriptions.pop(subscription.id, None)

    def publish(self, topic, message):
        with self._lock:
            targets = [
                s
                for s in self._subscriptions.values()
                if fnmatch.fnmatch(topic, s.pattern)
            ]
            self.published += 1
        for target in targets:
            target.offer(topic, message)
        return len(targets)

    def shutdown(self):
        with self._lock:
            all_of_them = list(self._subscriptions.values())
        for subscription in all_of_them:
            subscription.close()


def listen(subscription, into):
    for topic, message in subscription:
        into.append(f"{topic}={message}")


def publish_many(hub, prefix, count, ready):
    ready.wait()
    for number in range(count):
        hub.publish(f"{prefix}.{number % 2}", number)


def main():
    hub = Hub()
    ready = threading.Barrier(3)
    heard = {"all": [], "a": []}
    listeners = [
        threading.Thread(target=listen, args=(hub.subscribe("*"), heard["all"])),
        threading.Thread(target=listen, args=(hub.subscribe("a.*"), heard["a"])),
    ]
    tiny = hub.subscribe("b.1", size=2)
    publishers = [
        threading.Thread(target=publish_many, args=(hub, name, 6, ready))
        for name in "ab"
    ]
    for thread in listeners + publishers:
        thread.start()
    ready.wait()
    for thread in publishers:
        thread.join()
    print(tiny.receive(), tiny.receive(timeout=1), tiny.receive(timeout=0.01))
    print("dropped", tiny.dropped)
    hub.shutdown()
    for thread in listeners:
        thread.join()
    print({name: sorted(items) for name, items in heard.items()})
    print(hub.published)
    try:
        tiny.receive()
    except Closed as closed:
        print("closed", closed)


if __name__ == "__main__":
    main()
