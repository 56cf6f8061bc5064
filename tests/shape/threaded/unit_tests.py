"""Tests of unittest: those that wait are awaited, and one that fails still fails."""

import io
import queue
import threading
import time
import unittest
from unittest import TestCase


def half(number):
    time.sleep(0.001)
    if number % 2:
        raise ValueError(number)
    return number // 2


ended = []


class Served(TestCase):
    def setUp(self):
        self.jobs = queue.Queue()
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()
        self.addCleanup(self.end)

    def serve(self):
        while (job := self.jobs.get()) is not None:
            time.sleep(job / 1000)

    def end(self):
        self.jobs.put(None)
        self.thread.join()
        ended.append(self.id().rpartition(".")[2])


class HalfTest(Served):
    def test_right(self):
        self.assertEqual(half(4), 2)

    def test_wrong(self):
        self.assertEqual(half(4), 3)

    def test_raises(self):
        self.assertRaises(ValueError, half, 3)

    def test_raises_within(self):
        with self.assertRaises(ValueError):
            half(5)

    def test_plain(self):
        self.assertTrue(self.jobs.empty())


class PlainTest(unittest.TestCase):
    def test_plain(self):
        self.assertEqual(len("ab"), 2)


def main():
    runner = unittest.TextTestRunner(stream=io.StringIO())
    result = unittest.main(exit=False, testRunner=runner).result
    print(result.testsRun, len(result.failures), len(result.errors), sorted(ended))


if __name__ == "__main__":
    main()
