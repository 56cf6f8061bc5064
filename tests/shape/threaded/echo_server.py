"""A server of socketserver, asked by threads with sockets."""

import contextlib
import socket
import socketserver
import threading


class Echo(socketserver.StreamRequestHandler):
    seen = []
    guard = threading.Lock()

    def handle(self):
        for line in self.rfile:
            with self.guard:
                self.seen.append(line.strip().decode())
            self.wfile.write(line.upper())


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextlib.contextmanager
def running():
    server = Server(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_address
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ask(address, text, answers):
    with socket.create_connection(address) as connection:
        connection.sendall(text.encode() + b"\n")
        connection.shutdown(socket.SHUT_WR)
        parts = []
        while part := connection.recv(100):
            parts.append(part)
        answers[text] = b"".join(parts).decode().strip()


def main():
    answers = {}
    with running() as address:
        threads = [
            threading.Thread(target=ask, args=(address, text, answers))
            for text in ("one", "two", "three")
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=5)
    print(sorted(answers.items()))
    print(sorted(Echo.seen))


if __name__ == "__main__":
    main()
