"""A chat server: a thread for each client, lines over sockets."""

import socket
import threading


class Room:
    def __init__(self):
        self._lock = threading.Lock()
        self._members = {}

    def join(self, name, connection):
        with self._lock:
            if name in self._members:
                return False
            self._members[name] = connection
            return True

    def leave(self, name):
        with self._lock:
            self._members.pop(name, None)

    def say(self, sender, text):
        with self._lock:
            others = [c for n, c in self._members.items() if n != sender]
        for connection in others:
            try:
                connection.sendall(f"{sender}: {text}\n".encode())
            except OSError:
                pass

    def __len__(self):
        with self._lock:
            return len(self._members)


class ChatServer:
    def __init__(self, host="127.0.0.1", port=0):
        self.room = Room()
        self._listener = socket.create_server((host, port))
        self.address = self._listener.getsockname()
        self._threads = []
        self._accepting = threading.Thread(target=self._accept)

    def start(self):
        self._accepting.start()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,))
            thread.start()
            self._threads.append(thread)

    def _serve(self, connection):
        with connection, connection.makefile("r", encoding="utf-8") as lines:
            name = lines.readline().strip()
            if not self.room.join(name, connection):
                connection.sendall(b"taken\n")
                return
            connection.sendall(b"welcome\n")
            try:
                for line in lines:
                    if line.strip() == "/quit":
                        break
                    self.room.say(name, line.strip())
            finally:
                self.room.leave(name)

    def stop(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()
        for thread in self._threads:
            thread.join()


class Client:
    def __init__(self, name):
        self.name = name
        self._socket = self._file = None

    def connect(self, address):
        self._socket = socket.create_connection(address, timeout=5)
        self._file = self._socket.makefile("r", encoding="utf-8")
        self.send(self.name)
        return self.read()

    def send(self, text):
        self._socket.sendall(f"{text}\n".encode())

    def read(self):
        return self._file.readline().strip()

    def close(self):
        self._file.close()
        self._socket.close()


def main():
    server = ChatServer()
    server.start()
    ann, bob, other = Client("ann"), Client("bob"), Client("ann")
    print(ann.connect(server.address), bob.connect(server.address))
    print(len(server.room), other.connect(server.address))
    ann.send("hello")
    print(bob.read())
    bob.send("hi yourself")
    print(ann.read())
    for client in (ann, bob):
        client.send("/quit")
    for client in (ann, bob, other):
        client.close()
    server.stop()
    print(len(server.room))


if __name__ == "__main__":
    main()
