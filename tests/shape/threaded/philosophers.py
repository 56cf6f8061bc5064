"""Dining philosophers: forks in a list, taken in order."""

import threading
import time


class Philosopher(threading.Thread):
    def __init__(self, seat, forks, meals):
        super().__init__(name=f"seat-{seat}")
        self.seat, self.forks, self.meals = seat, forks, meals

    def run(self):
        low, high = sorted((self.seat, (self.seat + 1) % len(self.forks)))
        for _ in range(3):
            with self.forks[low]:
                with self.forks[high]:
                    self.meals[self.seat] += 1
                    time.sleep(0.001)


def dine(seats):
    forks = [threading.Lock() for _ in range(seats)]
    meals = [0] * seats
    people = [Philosopher(n, forks, meals) for n in range(seats)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    return meals


if __name__ == "__main__":
    print(dine(5))
