"""A chat server: a line from one client goes to all the others."""

import socket
import threading


class Room:
    def __init__(self):
        self.clients = set()
        self.guard = threading.Lock()

    def tell(self, sender, line):
        with self.guard:
            others = self.clients - {sender}
        for client in others:
            client.sendall(line)

    def serve(self, client: socket.socket):
        with self.guard:
            self.clients.add(client)
        try:
            while line := client.recv(1024):
                self.tell(client, line)
        except ConnectionError:
            pass
        finally:
            with self.guard:
                self.clients.discard(client)
            client.close()


def main(port):
    room = Room()
    with socket.create_server(("127.0.0.1", port)) as listener:
        while True:
            client, _ = listener.accept()
            threading.Thread(target=room.serve, args=(client,), daemon=True).start()
