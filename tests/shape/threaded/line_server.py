"""A line server on plain sockets: an accept loop, a thread for each client."""

import socket
import threading


class LineServer:
    def __init__(self, host="127.0.0.1", port=0):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((host, port))
        self.socket.listen()
        self.address = self.socket.getsockname()
        self.running = False
        self.lock = threading.Lock()
        self.served = 0
        self.threads = []

    def start(self):
        self.running = True
        self.acceptor = threading.Thread(target=self._accept)
        self.acceptor.start()

    def stop(self):
        self.running = False
        self.acceptor.join()
        for thread in self.threads:
            thread.join()
        self.socket.close()

    def _accept(self):
        self.socket.settimeout(0.05)
        while self.running:
            try:
                connection, _ = self.socket.accept()
            except socket.timeout:
                continue
            connection.settimeout(None)
            thread = threading.Thread(target=self._serve, args=(connection,))
            thread.start()
            self.threads.append(thread)

    def _serve(self, connection):
        with connection:
            data = b""
            while chunk := connection.recv(1024):
                data += chunk
                while b"\n" in data:
                    line, data = data.split(b"\n", 1)
                    connection.sendall(line[::-1] + b"\n")
                    with self.lock:
                        self.served += 1


def client(address, words):
    answers = []
    with socket.create_connection(address) as connection:
        reader = connection.makefile("rb")
        for word in words:
            connection.sendall(word.encode() + b"\n")
            answers.append(reader.readline().strip().decode())
        reader.close()
    return answers


def main():
    server = LineServer()
    server.start()
    print(client(server.address, ["abc", "hello"]))
    print(client(server.address, ["xyz"]))
    server.stop()
    print(server.served)


if __name__ == "__main__":
    main()
