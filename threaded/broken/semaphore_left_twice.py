"""Counter-example: a client releases its place twice.

A bounded semaphore raises an error when places would exceed the initial number.
Symptom: ValueError: Semaphore released too many times
"""

from threaded import semaphore


class Server(semaphore.Server):
    def serve(self, client: str, pause: float = 0.0) -> int:
        crowd = super().serve(client, pause)
        self.room.release()  # must be once for each acquire: `with` does it
        return crowd


def provoke(server: semaphore.Server) -> None:
    """Serve one client: this fails in every order."""
    server.serve("client 0")


if __name__ == "__main__":
    provoke(Server())
