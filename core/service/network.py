"""Where the server listens: on this machine alone, unless people sign in or it is allowed.

The server may be anybody's (`streamlit run`, uvicorn), so what it listens on is asked of the
system, and each connection is looked at by the address that it has reached.
"""

import asyncio
import ipaddress
import os
import sys
from collections.abc import Iterable
from functools import lru_cache

import psutil

SOON_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""When a server that begins to listen after us is looked at again."""
OPEN = (
    "turnsmith: this server would listen on {address}, where other machines can reach it, and "
    "nobody has to sign in. Set API_KEYS or OIDC ([auth] in .streamlit/secrets.toml), or "
    "OPEN_TO_NETWORK=1 if that is meant; else let it listen on 127.0.0.1.\n"
)


@lru_cache(maxsize=256)
def local(address: str) -> bool:
    """Whether only this machine reaches an address; the path of a Unix socket is one, too."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return True
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return (mapped or ip).is_loopback


def listening() -> tuple[str, ...]:
    """TCP addresses that this process listens on; none where the system does not tell."""
    try:
        sockets = psutil.Process().net_connections("tcp")
    except (psutil.Error, OSError):
        return ()
    return tuple(each.laddr[0] for each in sockets if each.status == psutil.CONN_LISTEN)


def close() -> None:
    """End the process with a sentence where it listens on the network.

    Now, if the server listens already, and when it has begun to, if not. Call it on the loop.
    """
    heard = listening()
    _end(heard)
    if not heard:
        loop = asyncio.get_running_loop()
        for later_s in SOON_S:
            loop.call_later(later_s, lambda: _end(listening()))


def _end(heard: Iterable[str]) -> None:
    """At once: the servers that can be in front of us all turn an exit into a traceback."""
    if found := next((address for address in heard if not local(address)), None):
        sys.stderr.write(OPEN.format(address=found))
        sys.stderr.flush()
        os._exit(1)
