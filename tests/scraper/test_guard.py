"""Which addresses and which spellings of a URL may be asked."""
from __future__ import annotations

import pytest

from scraper.canonical import canonical_url, joined_url, same_site
from scraper.errors import BadUrl
from scraper.guard import address_fault, authority, checked_url

GUARDED = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254", "168.63.129.16",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.31.196.1", "192.52.193.1",
    "192.88.99.1", "192.168.0.1", "192.175.48.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::808:808",
    "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1",
    "2001:20::1", "2001:db8::1", "2002:7f00:1::1", "2002:808:808::1", "2620:4f:8000::1", "3fff::1", "5f00::1", "fc00::1",
    "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "not an address"]
PUBLIC = ["8.8.8.8", "93.184.215.14", "100.63.255.255", "100.128.0.1", "172.15.255.255", "172.32.0.1", "192.0.1.1",
          "198.17.255.255", "198.20.0.1", "223.255.255.255", "2001:200::1", "2606:4700::1111", "2a00:1450:4001::1"]


@pytest.mark.parametrize("address", GUARDED)
def test_special_addresses_are_guarded(address: str) -> None:
    assert address_fault(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_not(address: str) -> None:
    assert address_fault(address) is None


@pytest.mark.parametrize("url", [
    "", "news.example", "//news.example/", "ftp://news.example/", "javascript:alert(1)", "http:/news.example", "http://",
    "http:///path", "http://user@news.example/", "http://user:word@news.example/", "http://news.example\\@10.0.0.1/",
    "http://news.example\t/", "http://news .example/", "http://news.example/a b", "http://news.example/\x00",
    "http://news.example/\u202e", "http://%31%30.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/",
    "http://0177.0.0.1/", "http://0x7f.1/", "http://127.0.0.1.1/", "http://1.2.3.256/", "http://[::1/", "http://[v1.x]/",
    "http://[fe80::1%25eth0]/", "http://[1.2.3.4]/", "http://a..b/", "http://.news.example/", "http://-a.example/",
    "http://news.example:0/", "http://news.example:99999/", "http://news.example:x/", "http://a,b/", "http://a;b/",
    "http://" + "a" * 64 + ".example/", "http://news.example/" + "a" * 9000])
def test_a_url_on_which_parsers_disagree_is_refused(url: str) -> None:
    with pytest.raises(BadUrl):
        checked_url(url)


@pytest.mark.parametrize(("url", "checked"), [
    ("HTTP://News.Example", "http://news.example/"),
    ("https://news.example:443/a#b", "https://news.example/a"),
    ("http://news.example:8080/a?b=c d".replace(" ", "%20"), "http://news.example:8080/a?b=c%20d"),
    ("https://präsident.example/", "https://xn--prsident-1za.example/"),
    ("https://ｎｅｗｓ.example/", "https://news.example/"),
    ("https://news.example/ä?ö", "https://news.example/%C3%A4?%C3%B6"),
    ("https://news.example/%C3%A4", "https://news.example/%C3%A4"),
    ("http://8.8.8.8/", "http://8.8.8.8/"),
    ("http://[2606:4700:0::1111]/", "http://[2606:4700::1111]/"),
    ("http://news.example./a", "http://news.example./a")])
def test_other_urls_get_one_spelling(url: str, checked: str) -> None:
    assert checked_url(url) == checked
    assert checked_url(checked) == checked


@pytest.mark.parametrize("url", ["http://１２７.０.０.１/", "http://⑯⑨.254.169.254/", "http://127。0。0。1/"])
def test_numbers_in_other_scripts_become_the_address_that_the_socket_guard_sees(url: str) -> None:
    try:
        host = authority(checked_url(url)).rsplit(":", 1)[0]
    except BadUrl:
        return
    assert address_fault(host)


def test_the_authority_always_carries_its_port() -> None:
    assert authority("http://news.example/a") == "news.example:80"
    assert authority("https://news.example/a") == "news.example:443"
    assert authority("http://[2606:4700::1]:8080/") == "[2606:4700::1]:8080"


@pytest.mark.parametrize(("url", "canonical"), [
    ("https://News.example/a/../b?utm_source=x&id=5&fbclid=y#top", "https://news.example/b?id=5"),
    ("https://news.example/a?utm_medium=rss", "https://news.example/a"),
    ("https://news.example/a?page=2", "https://news.example/a?page=2"),
    ("https://news.example/%7Ea", "https://news.example/~a"),
    ("https://news.example/x//y", "https://news.example/x//y")])
def test_one_page_has_one_address(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


def test_references_are_joined_to_their_page_and_others_lead_nowhere() -> None:
    base = "https://news.example/world/"
    assert joined_url(base, " ../a b\n") == "https://news.example/a%20b"
    assert joined_url(base, "//other.example/x") == "https://other.example/x"
    for reference in ("", "mailto:a@b.example", "javascript:void(0)", "tel:1", "http://[", "http://127.1/"):
        assert joined_url(base, reference) is None


def test_a_site_is_a_registrable_domain() -> None:
    assert same_site("https://www.gov.example.com/", "https://news.example.com/")
    assert same_site("https://a.news.co.uk/", "https://news.co.uk/")
    assert not same_site("https://a.co.uk/", "https://b.co.uk/")
    assert not same_site("https://news.example.com/", "https://example.org/")
    assert same_site("http://127.0.0.1:1/", "http://127.0.0.1:2/")
    assert not same_site("http://127.0.0.1/", "http://127.0.0.2/")
