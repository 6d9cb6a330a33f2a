"""Reads a web edition's feed and site map with Python's own XML parser and holds them against the rules of RSS 2.0
(https://www.rssboard.org/rss-specification) and sitemaps.org: what it finds wrong, and how many entries there are, as JSON.

Only the standard library, and nothing of Masthead's: a feed that this parser understands, a reader's program does too.
"""

import json
import pathlib
import sys
import xml.etree.ElementTree as tree
from email.utils import parsedate_to_datetime
from urllib.parse import urlparse

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
CHANNEL = {"title", "link", "description", "language", "item", f"{ATOM}link"}
ITEM = {"title", "link", "description", "pubDate", "guid"}


def absolute(address):
    parts = urlparse(address or "")
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def lies_there(site, web, address):
    """Whether the page an address of the site leads to is among its files."""
    return address.startswith(web) and (site / address[len(web) :].lstrip("/") / "index.html").is_file()


def feed(site, web):
    root = tree.parse(site / "feed.xml").getroot()
    channels = root.findall("channel")
    if root.tag != "rss" or root.get("version") != "2.0" or len(channels) != 1 or len(root) != 1:
        yield "it is not one channel of RSS 2.0"
        return
    channel = channels[0]
    yield from (f"an unknown <{child.tag}>" for child in channel if child.tag not in CHANNEL)
    for required in ("title", "link", "description"):
        if len(channel.findall(required)) != 1 or not (channel.findtext(required) or "").strip():
            yield f"the channel has no <{required}>, or several"
    if not absolute(channel.findtext("link")):
        yield "the channel leads nowhere"
    atom = channel.find(f"{ATOM}link")
    if atom is None or atom.get("rel") != "self" or not absolute(atom.get("href")):
        yield "the channel does not say where it is itself"
    seen = set()
    for item in channel.findall("item"):
        name = item.findtext("title") or "an item"
        yield from (f"{name}: an unknown or second <{child.tag}>" for child in item if child.tag not in ITEM or len(item.findall(child.tag)) > 1)
        if not (item.findtext("title") or item.findtext("description")):
            yield f"{name} has neither title nor description"
        for leading in ("link", "guid"):
            if not absolute(item.findtext(leading)) or not lies_there(site, web, item.findtext(leading)):
                yield f"{name}: its <{leading}> leads to no page of the site"
        if item.findtext("guid") in seen:
            yield f"{name}: its <guid> is another's, too"
        seen.add(item.findtext("guid"))
        try:
            if parsedate_to_datetime(item.findtext("pubDate")).tzinfo is None:
                yield f"{name}: its date has no zone"
        except (TypeError, ValueError):
            yield f"{name}: its date is none of RFC 822"


def sitemap(site, web):
    root = tree.parse(site / "sitemap.xml").getroot()
    if root.tag != f"{MAP}urlset":
        yield "the site map is none"
    for place in root:
        address = place.findtext(f"{MAP}loc")
        if not absolute(address) or not lies_there(site, web, address):
            yield f"the site map names {address}, where no page is"


def main(folder, web):
    site = pathlib.Path(folder)
    faults = [*feed(site, web), *sitemap(site, web)]
    items = len(tree.parse(site / "feed.xml").getroot().findall("channel/item"))
    places = len(tree.parse(site / "sitemap.xml").getroot())
    json.dump({"items": items, "places": places, "faults": faults}, sys.stdout)


main(sys.argv[1], sys.argv[2])
