"""Whom an address stands for."""

from ipaddress import ip_network

import pytest

from graphql_blog.throttle.addresses import Addresses


@pytest.mark.parametrize(
    ("host", "group"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_an_address_is_counted_with_those_of_the_same_client(host, group):
    assert Addresses().group(host) == group


@pytest.mark.parametrize("host", ["10.9.8.7", "::ffff:10.9.8.7", "2001:db8::7"])
def test_those_that_stand_for_many_are_not_counted(host):
    exempt = [ip_network("10.0.0.0/8"), ip_network("2001:db8::7")]

    assert Addresses(exempt).group(host) is None
    assert Addresses(exempt).group("2001:db8::8") == "2001:db8::/64"
