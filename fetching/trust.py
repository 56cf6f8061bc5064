"""The certificates that a fetch trusts."""

from typing import TYPE_CHECKING

from fetching.options import Options

if TYPE_CHECKING:
    import ssl


def tls_context(options: Options) -> "ssl.SSLContext":
    """Make a context that trusts the system's certificates, or those of a file (--ca).

    With --insecure, it checks no certificate.  Raises OSError if the file cannot be
    read, ssl.SSLError if it has no certificate.
    """
    import ssl  # slow to import, and a fetch by plain HTTP does not need it

    context = ssl.create_default_context(cafile=options.ca)
    context.set_alpn_protocols(["http/1.1"])
    if options.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
