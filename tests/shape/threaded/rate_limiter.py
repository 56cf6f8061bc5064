"""A rate limiter that refills by Timer."""

import threading


class RateLimiter:
    def __init__(self, per_period, period):
        self.per_period = per_period
        self.period = period
        self.tokens = threading.Semaphore(per_period)
        self.timer = None
        self.refills = 0

    def start(self):
        self.timer = threading.Timer(self.period, self.refill)
        self.timer.daemon = True
        self.timer.start()

    def refill(self):
        self.refills += 1
        for _ in range(self.per_period):
            self.tokens.release()
        self.start()

    def acquire(self):
        self.tokens.acquire()

    def stop(self):
        if self.timer is not None:
            self.timer.cancel()


def main():
    limiter = RateLimiter(2, 0.02)
    limiter.start()
    for i in range(6):
        limiter.acquire()
        print("call", i)
    limiter.stop()
    print(limiter.refills >= 2)


if __name__ == "__main__":
    main()
