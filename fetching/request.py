"""The bytes of a request, equal in all forms, and the choice of a proxy for it."""

from collections.abc import Mapping

from fetching.failure import FetchError
from fetching.options import USER_AGENT, Options
from fetching.target import Target, target_of

FOR_HOME_ONLY = {"authorization", "cookie", "proxy-authorization"}


def fields_of(target: Target, options: Options) -> dict[str, str]:
    """The header fields of a request, except Host.

    Fields of the user (--header) replace the usual ones.  After a redirect to another
    origin, the fields that identify the user are not sent.
    """
    fields = {
        "Accept": "*/*",
        # "identity" asks for an uncompressed body, whose length is known beforehand
        "Accept-Encoding": "gzip, deflate" if options.compressed else "identity",
        "User-Agent": USER_AGENT,
    }
    if target.authorization:
        fields["Authorization"] = target.authorization
    names = {name.lower(): name for name in fields}
    for name, value in options.headers:
        if target.home or name.lower() not in FOR_HOME_ONLY:
            fields.pop(names.get(name.lower(), ""), None)
            fields[name] = value
    return fields


def common_fields(options: Options) -> dict[str, str]:
    """The header fields that all requests have, to whichever host they go."""
    return fields_of(Target("http", "", 80, "/", "", home=False), options)


def own_fields(
    target: Target, options: Options, common: Mapping[str, str]
) -> dict[str, str]:
    """The header fields of a request, without those in `common`."""
    if not options.headers and target.authorization is None:
        return {}  # the usual case
    fields = fields_of(target, options)
    return {name: value for name, value in fields.items() if name not in common}


class Requests:
    """Makes requests as bytes; fields that many requests share are made only once."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.alike: dict[bool, str] = {}
        self.names_host = any(name.lower() == "host" for name, _ in options.headers)

    def of(self, target: Target, proxy: Target | None = None) -> bytes:
        """Make a GET request; for http through a proxy, it has the whole URL."""
        if target.authorization:
            fields = written(fields_of(target, self.options))
        else:
            if target.home not in self.alike:
                self.alike[target.home] = written(fields_of(target, self.options))
            fields = self.alike[target.home]
        if proxy and target.scheme == "http":
            fields = written(proxy_fields(proxy)) + fields
            path = target.url
        else:
            path = target.path
        if self.names_host and "host: " in fields.lower():
            return f"GET {path} HTTP/1.1\r\n{fields}\r\n".encode("latin-1")
        return (
            f"GET {path} HTTP/1.1\r\nHost: {target.authority}\r\n{fields}\r\n"
        ).encode("latin-1")


def tunnel_request(target: Target, proxy: Target) -> bytes:
    """Make the CONNECT request, which asks a proxy to connect to the host of a URL."""
    host = f"[{target.host}]" if ":" in target.host else target.host
    place = f"{host}:{target.port}"
    fields = written(proxy_fields(proxy))
    return f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n{fields}\r\n".encode("ascii")


def proxy_fields(proxy: Target) -> dict[str, str]:
    if proxy.authorization:
        return {"Proxy-Authorization": proxy.authorization}
    return {}


def written(fields: Mapping[str, str]) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items())


def proxy_for(target: Target, options: Options) -> Target | None:
    """Return the proxy for a URL, or None; raises FetchError."""
    proxies = options.proxies
    address = proxies and (proxies.get(target.scheme) or proxies.get("all"))
    if not address:
        return None
    from urllib.request import (  # type: ignore[attr-defined]  # and so documented
        proxy_bypass_environment,
    )

    if proxy_bypass_environment(target.host, dict(proxies)):
        return None
    try:
        proxy = target_of(address if "://" in address else f"http://{address}")
    except FetchError as error:
        raise FetchError(f"the proxy is {error}") from error
    if proxy.scheme != "http":
        raise FetchError("the proxy must be one that is spoken to in http://")
    return proxy


__all__ = [
    "Requests",
    "common_fields",
    "fields_of",
    "own_fields",
    "proxy_for",
    "tunnel_request",
]
