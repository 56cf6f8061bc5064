"""Counter-example: a client gives its place back twice.

A bounded semaphore notices as soon as there would be more places than at first.
Symptom: ValueError: Semaphore released too many times
"""

from threaded import semaphore


class Server(semaphore.Server):
    def serve(self, client: str, pause: float = 0.0) -> int:
        crowd = super().serve(client, pause)
        self.room.release()  # must be once for each acquire: `with` does it
        return crowd


def provoke(server: semaphore.Server) -> None:
    """Serve one client: no order is unlucky, every one fails."""
    server.serve("client 0")


if __name__ == "__main__":
    provoke(Server())
