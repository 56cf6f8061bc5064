"""A chat server: a line from one client goes to all the others."""

import asyncio


class Room:
    def __init__(self):
        self.clients = set()

    async def tell(self, sender, line):
        others = self.clients - {sender}
        for client in others:
            client.write(line)
            await client.drain()

    async def serve(self, reader, writer):
        self.clients.add(writer)
        try:
            while line := await reader.read(1024):
                await self.tell(writer, line)
        except ConnectionError:
            pass
        finally:
            self.clients.discard(writer)
            writer.close()


async def main(port):
    room = Room()
    async with await asyncio.start_server(room.serve, "127.0.0.1", port) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(8000))
