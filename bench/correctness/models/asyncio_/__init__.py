"""Models of `asyncio`: an event loop on the kernel, and the stock code over it."""
