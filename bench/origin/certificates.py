"""Makes certificates for an origin with TLS, good ones and bad ones."""

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from bench.errors import CannotRunError

Kind = Literal["good", "expired", "self-signed", "wrong-host"]
KINDS = get_args(Kind)
LONG_AGO = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Certificate:
    """Files in PEM: the origin's certificate, and the one for clients to trust."""

    chain: Path  # certificate and key
    authority: Path


def make(kind: Kind, host: str, directory: Path) -> Certificate:
    """Make a certificate for a host; the certificate is good, or bad in one way.

    Raises CannotRunError if the package trustme is not installed.
    """
    try:
        import trustme
    except ImportError as error:
        raise CannotRunError(
            "certificates are made by trustme, which is not installed; "
            "install it, or serve without TLS"
        ) from error
    authority = trustme.CA()
    chain, trusted = directory / "origin.pem", directory / "authority.pem"
    authority.cert_pem.write_to_path(trusted)
    if kind == "self-signed":
        itself = trustme.CA()
        chain.write_bytes(itself.private_key_pem.bytes() + itself.cert_pem.bytes())
    else:
        names = ["other.example"] if kind == "wrong-host" else [host, "localhost"]
        after = LONG_AGO if kind == "expired" else None
        issued = authority.issue_cert(*names, not_after=after)
        issued.private_key_and_cert_chain_pem.write_to_path(chain)
    return Certificate(chain, trusted)
