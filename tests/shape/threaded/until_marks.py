"""Loops until an end mark: a lambda, a partial, a method that waits, a socket."""

import functools
import io
import queue
import socket
import threading
import time


def reader(sock, out):
    for chunk in iter(lambda: sock.recv(4), b""):
        out.append(chunk)


def lines(sock, out):
    with sock.makefile("rb") as stream:
        for line in iter(stream.readline, b""):
            out.append(line)


def blocks(stream):
    return [len(b) for b in iter(lambda: stream.read(3), b"")]


class Feed:
    def __init__(self):
        self.left = 3

    def next_item(self):
        time.sleep(0.001)
        self.left -= 1
        return self.left

    def all(self):
        return [n for n in iter(self.next_item, 0)]

    def pairs(self):
        found = []
        for n in iter(lambda: self.next_item(), -2):
            found.append(n)
        return found


def drain(q, out):
    for key, value in iter(lambda: q.get(), None):
        out.append((key, value))


def drain_partial(q, out):
    for item in iter(functools.partial(q.get, timeout=1), None):
        out.append(item)


def run(target, data):
    a, b = socket.socketpair()
    out = []
    t = threading.Thread(target=target, args=(b, out))
    t.start()
    a.sendall(data)
    a.close()
    t.join()
    b.close()
    return out


def main():
    print(run(reader, b"abcdefgh"))
    print(run(lines, b"a\nb\n"))
    print(blocks(io.BytesIO(b"abcdefgh")))
    f = Feed()
    print(f.all(), f.pairs())
    q, out = queue.Queue(), []
    for x in ((1, 2), (3, 4), None, 5, None):
        q.put(x)
    drain(q, out)
    drain_partial(q, out)
    print(out)


if __name__ == "__main__":
    main()
