"""Names in certificates: as Java prints them, and whose they are."""

import pytest

from node.tls.names import is_for, subject


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        ((("organizationName", "lab"), ("commonName", "ada")), "CN=ada,O=lab"),
        ((("commonName", "a, b"),), r"CN=a\, b"),
        ((("commonName", " #x "),), r"CN=\ #x\ "),
        ((("commonName", 'say "x"+y'),), r"CN=say \"x\"\+y"),
        (
            (("commonName", "ada"), ("emailAddress", "a@b")),
            "1.2.840.113549.1.9.1=#1603614062,CN=ada",
        ),
    ],
)
def test_a_subject_reads_as_in_java(parts: tuple[tuple[str, str]], name: str) -> None:
    assert subject({"subject": tuple((part,) for part in parts)}) == name


NAMED = {
    "subjectAltName": (
        ("DNS", "zoo1.example"),
        ("DNS", "*.lab.example"),
        ("IP Address", "127.0.0.1"),
        ("IP Address", "0:0:0:0:0:0:0:1"),
    )
}


@pytest.mark.parametrize(
    ("host", "is_its"),
    [
        ("zoo1.example", True),
        ("ZOO1.example.", True),
        ("zoo2.example", False),
        ("n1.lab.example", True),
        ("lab.example", False),
        ("a.n1.lab.example", False),
        ("127.0.0.1", True),
        ("::1", True),
        ("127.0.0.2", False),
    ],
)
def test_a_certificate_is_for_the_hosts_it_names(host: str, *, is_its: bool) -> None:
    assert is_for(NAMED, [host]) is is_its


@pytest.mark.parametrize(("host", "is_its"), [("zoo1", True), ("zoo2", False)])
def test_without_alternative_names_the_common_name_counts(
    host: str, *, is_its: bool
) -> None:
    subject = ((("organizationName", "lab"),), (("commonName", "zoo1"),))
    assert is_for({"subject": subject}, [host]) is is_its
    other = {"subject": subject, "subjectAltName": (("DNS", "elsewhere"),)}
    assert not is_for(other, [host])


def test_an_address_that_is_none_is_nobodys() -> None:
    certificate = {"subjectAltName": (("IP Address", "<invalid>"),)}
    assert not is_for(certificate, ["127.0.0.1", "localhost"])
