"""Which certificates a fetch trusts."""

import ssl

from fetching.options import Options


def tls_context(options: Options) -> ssl.SSLContext:
    """The system's certificates, or those of a file, verified unless told otherwise.

    Raises OSError when the file cannot be read, ssl.SSLError when it has none.
    """
    context = ssl.create_default_context(cafile=options.ca)
    context.set_alpn_protocols(["http/1.1"])
    if options.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
