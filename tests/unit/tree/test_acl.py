"""Access control lists: numbers, checks, and what may be stored."""

import pytest

from node.tree.acl import (
    OPEN_ACL,
    OPEN_ID,
    WORLD,
    AclTable,
    acl_bytes,
    digest_id,
    masked,
    settle,
    skip_acl,
)
from node.wire.client import ACL, AskedACL, AskedId, Id, Perm
from node.wire.jute import MalformedRecord

BOB = digest_id("bob:secret")
LOCAL = Id("ip", "127.0.0.1")


def test_a_digest_is_the_user_and_a_hash_of_user_and_password() -> None:
    # The well-known pair of ZooKeeper's documentation.
    assert digest_id("super:test") == Id("digest", "super:D/InIHSb7yEEbrWz8b9l71RjZJU=")


def test_lists_are_numbered_in_the_order_of_their_first_use() -> None:
    table = AclTable()
    bobs = acl_bytes((ACL(31, BOB),))

    assert [table.number(raw) for raw in (OPEN_ACL, bobs, OPEN_ACL)] == [1, 2, 1]
    assert table.entries(2) == (ACL(31, BOB),)
    assert table.find(bobs) == 2
    assert table.find(b"") is None


def test_no_list_lets_everybody_do_everything() -> None:
    assert AclTable().allows(OPEN_ID, Perm.ADMIN, ())


def test_an_unknown_number_grants_nothing() -> None:
    assert not AclTable().allows(77, Perm.READ, (LOCAL,))


def test_only_those_named_may_do_what_is_named() -> None:
    table = AclTable()
    number = table.number(acl_bytes((ACL(Perm.READ, WORLD), ACL(Perm.WRITE, BOB))))

    assert table.allows(number, Perm.READ, (LOCAL,))
    assert not table.allows(number, Perm.WRITE, (LOCAL,))
    assert table.allows(number, Perm.WRITE, (LOCAL, BOB))
    assert table.allows(number, Perm.ADMIN, (Id("super", ""),))


def test_a_list_without_a_number_is_checked_by_its_bytes() -> None:
    table = AclTable()
    raw = acl_bytes((ACL(Perm.READ, WORLD), ACL(Perm.WRITE, BOB)))

    assert table.allows(raw, Perm.READ, ())
    assert not table.allows(raw, Perm.WRITE, (LOCAL,))
    assert table.allows(raw, Perm.WRITE, (BOB,))
    assert table.raw == {}


@pytest.mark.parametrize(
    ("pattern", "address", "fits"),
    [
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.0/8", "127.9.9.9", True),
        ("127.0.0.0/8", "128.0.0.1", False),
        ("0.0.0.0/0", "9.9.9.9", True),
        ("2001:db8::/32", "2001:db8:1::5", True),
        ("2001:db8::/32", "2001:db9::5", False),
        ("2001:db8::/32", "127.0.0.1", False),
    ],
)
def test_addresses_match_by_their_first_bits(
    pattern: str, address: str, fits: bool
) -> None:
    table = AclTable()
    number = table.number(acl_bytes((ACL(Perm.READ, Id("ip", pattern)),)))

    assert table.allows(number, Perm.READ, (Id("ip", address),)) is fits


def test_auth_stands_for_what_the_session_has_proved() -> None:
    auth = (ACL(Perm.READ, Id("auth", "")),)

    assert settle(auth, (LOCAL, BOB)) == (ACL(Perm.READ, BOB),)
    assert settle(auth, (LOCAL,)) is None


def test_auth_without_an_id_stands_for_the_same() -> None:
    """kazoo's CREATOR_ALL_ACL: it sends an empty id as null."""
    asked = AskedACL(Perm.ALL, AskedId("auth", None))
    bob = digest_id("bob:secret")
    assert settle((asked,), (bob,)) == (ACL(Perm.ALL, bob),)


@pytest.mark.parametrize("scheme", ["world", "digest", "ip"])
def test_a_null_id_of_any_other_scheme_is_no_request(scheme: str) -> None:
    with pytest.raises(MalformedRecord):
        settle((AskedACL(Perm.ALL, AskedId(scheme, None)),), ())


@pytest.mark.parametrize("scheme", [None, "unheard-of"])
def test_a_null_or_unknown_scheme_is_refused(scheme: str | None) -> None:
    assert settle((AskedACL(Perm.ALL, AskedId(scheme, None)),), ()) is None


def test_duplicates_go() -> None:
    assert settle((ACL(1, WORLD), ACL(1, WORLD)), ()) == (ACL(1, WORLD),)


@pytest.mark.parametrize(
    "who",
    [
        Id("world", "x"),
        Id("digest", "nocolon"),
        Id("ip", "10.0.0.0/33"),
        Id("ip", "10.0.0"),
        Id("ip", "10.0.0.0/x"),
        Id("unknown", "x"),
    ],
)
def test_what_means_nobody_is_refused(who: Id) -> None:
    assert settle((ACL(1, who),), ()) is None


def test_an_empty_list_is_refused() -> None:
    assert settle((), ()) is None


def test_digests_are_blotted_out() -> None:
    assert masked((ACL(1, BOB), ACL(1, WORLD))) == (
        ACL(1, Id("digest", "bob:x")),
        ACL(1, WORLD),
    )


def test_a_list_is_skipped_whatever_is_in_it() -> None:
    for raw in (OPEN_ACL, acl_bytes(()), acl_bytes((ACL(1, BOB),)), b"\xff" * 4):
        assert skip_acl(b"ab" + raw + b"tail", 2) == 2 + len(raw)
