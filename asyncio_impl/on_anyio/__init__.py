"""The asyncio examples on anyio's primitives: one text for asyncio, uvloop and trio."""
