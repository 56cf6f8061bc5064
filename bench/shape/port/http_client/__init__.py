"""Requests, responses and sessions of requests, as aiohttp has them."""
