"""Requests, responses and sessions of requests, in the form that aiohttp has."""
