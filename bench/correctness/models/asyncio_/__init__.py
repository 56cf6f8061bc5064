"""Models of `asyncio`: CPython's own code on an event loop of the kernel."""
