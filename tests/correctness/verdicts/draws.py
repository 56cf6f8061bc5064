"""What a program draws: `_draws` must say so, and `_plain` has nothing to say."""

import datetime
import os
import random
import secrets
import threading
import time
import uuid


class B:
    def __init__(self):
        self.v = 0

    workers = ()


class Rand_draws(B):
    def w(self):
        self.v = random.randint(1, 10)

    workers = (w,)


class Unused_plain(B):
    def w(self):
        self.v = 1

    workers = (w,)


class OneInFour_draws(B):
    def __init__(self):
        self.v = random.randrange(4)

    def w(self):
        assert self.v != 2

    workers = (w,)


class Uuid_draws(B):
    def w(self):
        self.v = str(uuid.uuid4())

    def x(self):
        self.u = str(uuid.uuid1())

    workers = (w, x)

    def check(self):
        assert self.v != self.u


class Secrets_draws(B):
    def w(self):
        self.v = (
            secrets.token_hex(4),
            secrets.randbelow(10),
            secrets.choice([1, 2]),
            secrets.token_urlsafe(3),
        )

    workers = (w, w)


class Urandom_draws(B):
    def w(self):
        self.v = os.urandom(2)

    workers = (w, w)


class OwnSeed_plain(B):
    def w(self):
        self.v = random.Random(5).random()

    workers = (w, w)


class Own_draws(B):
    def w(self):
        self.v = random.Random().random(), random.SystemRandom().randint(1, 5)

    workers = (w, w)


class Time_draws(B):
    def w(self):
        self.v = time.time()

    workers = (w,)


class Hour_draws(B):
    def w(self):
        assert datetime.datetime.now(datetime.UTC).hour != 1

    workers = (w,)


class Monotonic_plain(B):
    def w(self):
        self.v = time.monotonic()

    workers = (w,)


class Shuffled_draws(B):
    def w(self):
        cards = [1, 2, 3, 4]
        random.shuffle(cards)
        self.v = cards

    workers = (w,)


class Seeded_plain(B):
    def w(self):
        self.v = 1 if threading.current_thread() else 0

    workers = (w,)


class Today_draws(B):
    def w(self):
        self.v = str(datetime.date.today())

    workers = (w,)


class Stamp_draws(B):
    def w(self):
        self.v = time.strftime("%H")

    workers = (w,)


class Elapsed_plain(B):
    def w(self):
        begun = time.perf_counter()
        self.v = time.perf_counter() - begun

    workers = (w,)


class Reseeded_draws(B):
    def w(self):
        random.seed()
        self.v = random.random()

    workers = (w,)
