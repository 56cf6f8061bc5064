"""A URL taken apart into host and request, and checked by one rule for all forms."""

import re
from base64 import b64encode
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import quote, unquote, urljoin, urlsplit

import msgspec
from msgspec.structs import replace

from fetching.failure import bad_url

MOST_URL_CHARACTERS = 8000
KEPT = "!#$%&'()*+,/:;=?@[]~"  # characters that `quote` must not change
# Most URLs match these two patterns.  Such a URL needs no `urlsplit`, which is slow,
# and its origin is often in the cache of `usual_origin`.
USUAL_URL = re.compile(r"(https?://[a-z0-9.:-]+)(/[\w!$%&'()*+,/:;=?@~.-]*)", re.ASCII)
USUAL_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]+)(?::([1-9]\d{0,4}))?", re.ASCII)
PASSWORD = re.compile(r"^((?:[A-Za-z][\w+.-]*:)?(?://)?[^/?#@:]*):[^/?#]*@")
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")


class Target(msgspec.Struct, frozen=True, gc=False):
    """Where a request goes: the host, the path, and what the request says of them."""

    scheme: str
    host: str  # the host in ASCII; an IPv6 address has no brackets
    port: int
    path: str  # the path with the query, as it is sent
    authority: str  # host and port in the form of the Host field
    authorization: str | None = None  # a field that is sent to this origin only
    # Whether all redirects from the URL of the list to here stayed at its origin.
    home: bool = True

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    @property
    def url(self) -> str:
        """The whole URL for a proxy or a library, without the password."""
        return f"{self.scheme}://{self.authority}{self.path}"

    def redirected(self, location: str) -> "Target":
        """Return the target of a redirect; raises FetchError.

        The password of a URL is not sent to another origin.
        """
        if not location.isascii():
            location = location.encode("latin-1").decode("utf-8", "replace")
        try:
            url = urljoin(self.url, location)
        except ValueError as error:
            raise bad_url("its address in brackets is not one") from error
        target = target_of(url)
        same = target.origin == self.origin
        return replace(
            target,
            authorization=target.authorization
            or (self.authorization if same else None),
            home=same and self.home,
        )


def target_of(url: str) -> Target:
    """Take a URL apart; raises FetchError that says what is wrong."""
    usual = USUAL_URL.fullmatch(url) if len(url) < 2000 else None
    if not usual:
        return unusual(url)
    start, path = usual.groups()
    origin = usual_origin(start)
    if not origin:
        return unusual(url)
    scheme, host, port, authority = origin
    return Target(scheme, host, port, path, authority)


@lru_cache(maxsize=4096)
def usual_origin(text: str) -> tuple[str, str, int, str] | None:
    """Return scheme, host, port and authority; None if the origin is not a usual one.

    Raises FetchError for an invalid host name.
    """
    usual = USUAL_ORIGIN.fullmatch(text)
    if not usual:
        return None
    scheme, host, port = usual.groups()
    number = int(port) if port else 443 if scheme == "https" else 80
    if number > 65535:
        return None
    target = assembled(scheme, checked_name(host), number, "")
    return target.scheme, target.host, target.port, target.authority


def unusual(url: str) -> Target:
    """Take apart a URL that is not of the usual form, or not valid.

    Raises FetchError that says what is wrong.
    """
    if len(url) > MOST_URL_CHARACTERS:
        raise bad_url(f"longer than {MOST_URL_CHARACTERS} characters")
    try:
        parts = urlsplit(url)
        name, port = parts.hostname or "", parts.port
    except ValueError as error:
        part = "address in brackets" if "[" in url or "]" in url else "port"
        raise bad_url(f"its {part} is not one") from error
    if parts.scheme not in ("http", "https"):
        raise bad_url("it does not start with http:// or https://")
    if not name:
        raise bad_url("it names no host")
    if not url.isprintable() or " " in url:
        raise bad_url("spaces and control characters must be %-encoded")
    number = port if port is not None else 443 if parts.scheme == "https" else 80
    query = f"?{quote(parts.query, safe=KEPT)}" if parts.query else ""
    path = quote(parts.path, safe=KEPT) or "/"
    if not path.startswith("/"):
        raise bad_url("its path does not start with /")
    return assembled(
        parts.scheme, checked_host(name, parts.netloc), number, path + query,
        credentials(parts.username, parts.password),
    )  # fmt: skip


def assembled(
    scheme: str, host: str, port: int, path: str, authorization: str | None = None
) -> Target:
    place = f"[{host}]" if ":" in host else host
    default = 443 if scheme == "https" else 80
    authority = place if port == default else f"{place}:{port}"
    return Target(scheme, host, port, path, authority, authorization)


def checked_host(name: str, netloc: str) -> str:
    """Return a host as it is sent: an address, or a name in ASCII."""
    if "[" in netloc:
        try:
            return str(IPv6Address(name))
        except AddressValueError as error:
            raise bad_url("its address in brackets is not one") from error
    if not name.isascii():
        import idna  # large tables, seldom used

        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise bad_url(f"{name} is not a host name") from error
    return checked_name(name.lower())


@lru_cache(maxsize=4096)  # cached, because many URLs name the same host
def checked_name(name: str) -> str:
    """Return a host name or IPv4 address in ASCII; raises FetchError.

    Some programs read 127.1, 0x7f.1 and 2130706433 as IPv4 addresses, others as names.
    So that no other program is misled, such a host is an error here.
    """
    name = name.removesuffix(".")
    labels = name.split(".")
    if re.fullmatch(r"\d+|0x[0-9a-f]*", labels[-1]):
        try:
            return str(IPv4Address(name))
        except AddressValueError as error:
            raise bad_url(f"{name} is not an IPv4 address") from error
    if len(name) > 253 or not all(map(LABEL.fullmatch, labels)):
        raise bad_url(f"{name} is not a host name")
    return name


def credentials(user: str | None, password: str | None) -> str | None:
    """Return the Authorization field for the user and password of a URL."""
    if user is None:
        return None
    pair = f"{unquote(user)}:{unquote(password or '')}".encode()
    return "Basic " + b64encode(pair).decode("ascii")


def masked(url: str) -> str:
    """Return the URL without its password, for messages and for the index."""
    if "@" not in url:
        return url
    return PASSWORD.sub(r"\1:***@", url)
