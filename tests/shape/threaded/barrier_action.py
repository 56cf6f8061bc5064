import threading, time


class Simulation:
    def __init__(self, n):
        self.step = 0
        self.cells = [0] * n
        self.barrier = threading.Barrier(n, action=self.advance, timeout=10)
        self.log = []

    def advance(self):
        self.step += 1
        self.log.append(sum(self.cells))

    def cell(self, i, steps):
        for _ in range(steps):
            time.sleep(0.001 * (i % 2))
            self.cells[i] += i
            self.barrier.wait()

    def run(self, steps):
        ts = [
            threading.Thread(target=self.cell, args=(i, steps))
            for i in range(len(self.cells))
        ]
        for t in ts:
            t.start()
        for t in ts:
            t.join()
        return self.log


print(Simulation(4).run(3))
