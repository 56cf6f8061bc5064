"""A server that sends the very bytes it is told to, however wrong they are."""

import contextlib
import re
import socket
import struct
import threading

RESET = struct.pack("ii", 1, 0)  # SO_LINGER of 0 seconds: close() sends a reset
REQUEST = re.compile(rb"GET /(\w+)/(\d+)")


class ScriptedServer:
    """Answers /hostile/N with the Nth answer, /good/N with `good N`.

    Piecemeal, each byte is a segment of its own.
    """

    def __init__(self, answers, piecemeal=False):
        self.answers = answers
        self.piecemeal = piecemeal
        self.opened = []
        self.requests = []  # as they came, all connections together

    def __enter__(self):
        self.server = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.base = f"http://127.0.0.1:{self.server.getsockname()[1]}"
        self.threads = [threading.Thread(target=self.accept)]
        self.threads[0].start()
        return self

    def __exit__(self, *failed):
        with contextlib.suppress(OSError):
            self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        for thread in self.threads:
            thread.join()

    def push(self, sent):
        """Send bytes that were not asked for on every connection that is open."""
        for connection in self.opened:
            with contextlib.suppress(OSError):
                connection.sendall(sent)

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.server.accept()
                self.opened.append(connection)
                thread = threading.Thread(target=self.serve, args=(connection,))
                self.threads.append(thread)
                thread.start()

    def serve(self, connection):
        with connection, contextlib.suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            received = b""
            while True:
                while b"\r\n\r\n" not in received:
                    chunk = connection.recv(65536)
                    if not chunk:
                        return
                    received += chunk
                request, _, received = received.partition(b"\r\n\r\n")
                self.requests.append(request)
                if not self.answer(connection, *REQUEST.match(request).groups()):
                    return

    def answer(self, connection, kind, number):
        """Send an answer; whether the connection stays open."""
        if kind == b"good":
            body = b"good " + number
            head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
            connection.sendall(head + body)
            return True
        answer = self.answers[int(number)]
        if self.piecemeal:
            for at in range(len(answer.sent)):
                connection.sendall(answer.sent[at : at + 1])
        else:
            connection.sendall(answer.sent)
        if answer.end == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        return answer.end == "stay"
