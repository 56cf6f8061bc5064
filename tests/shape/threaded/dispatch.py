"""Commands by name: some wait, some do not; a worker reads them in order."""

import queue
import threading
import time


class Machine:
    def __init__(self):
        self.commands = queue.PriorityQueue()
        self.done = threading.Event()
        self.log = []
        self.handlers = {"sleep": self.sleep, "say": self.say, "stop": self.stop}
        self.worker = threading.Thread(target=self.serve)

    def sleep(self, seconds):
        time.sleep(float(seconds))
        self.log.append("slept")

    def say(self, text):
        self.log.append(text)

    def stop(self, _):
        self.done.set()

    def serve(self):
        while not self.done.is_set():
            _, name, argument = self.commands.get()
            handler = self.handlers.get(name)
            if handler is None:
                self.log.append(f"unknown {name}")
                continue
            handler(argument)

    def send(self, rank, name, argument=""):
        self.commands.put((rank, name, argument))


def main():
    machine = Machine()
    for rank, name, argument in [
        (3, "say", "three"),
        (1, "say", "one"),
        (2, "sleep", "0.001"),
        (4, "jump", ""),
        (5, "stop", ""),
    ]:
        machine.send(rank, name, argument)
    machine.worker.start()
    machine.worker.join(timeout=5)
    print(machine.log, machine.done.is_set())


main()
