"""Whom an address stands for."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

Network: TypeAlias = IPv4Network | IPv6Network

IPV6_PREFIX = 64
"""What one customer has at least: the addresses in it are as many as they like."""
REMEMBERED = 10_000


class Addresses:
    """Groups addresses as they are handed out; those that stand for many people are `exempt`."""

    def __init__(self, exempt: Iterable[Network] = ()) -> None:
        self._exempt = tuple(exempt)
        # Reading an address takes longer than all the rest of a decision.
        self.group = lru_cache(REMEMBERED)(self._group)

    def _group(self, host: str) -> str | None:
        """The name of all addresses that are one client's; None for one that is not counted."""
        try:
            address = ip_address(host.partition("%")[0])
        except ValueError:
            return host
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        if any(address in network for network in self._exempt):
            return None
        if isinstance(address, IPv4Address):
            return str(address)
        return str(ip_network((address, IPV6_PREFIX), strict=False))
