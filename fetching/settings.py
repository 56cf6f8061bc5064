"""What every session has in common, so that a comparison compares nothing else."""

CHUNK_BYTES = 64 * 1024  # of a body, at a time
WHOLE_BYTES = 256 * 1024  # bodies up to this size are held, and written at once
MOST_REDIRECTS = 10
REDIRECTS = {301, 302, 303, 307, 308}
HEADERS = {
    "Accept": "*/*",
    "Accept-Encoding": "identity",  # a body's length is then known beforehand
    "User-Agent": "threads-vs-asyncio",
}
