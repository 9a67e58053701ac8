"""Prints what a reader shows of the feed at a URL, an item a line of JSON:
shown.py CLIENT PLACE URL. All but feedparser have read it before, and keep it
in PLACE, a file or folder."""

import calendar
import email
import email.policy
import email.utils
import json
import mailbox
import sqlite3
import sys


def newsboat(file, url):
    cache = sqlite3.connect(file)
    rows = cache.execute("SELECT guid, title, url, pubDate, author FROM rss_item WHERE feedurl = ? AND deleted = 0", (url,))
    return [item(*row) for row in rows]


def sfeed(file, _):
    with open(file, encoding="utf-8", newline="\n") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return [item(row[5], row[1], row[2], int(row[0]), row[6]) for row in rows]


def rss2email(folder, url):
    box = mailbox.Maildir(folder, create=False, factory=lambda f: email.message_from_binary_file(f, policy=email.policy.default))
    return [mail(m) for m in box if m["X-RSS-Feed"] == url]


def mail(m):
    """The name in From is the author: the configuration says so."""
    date = int(email.utils.parsedate_to_datetime(m["Date"]).timestamp())
    return item(m["X-RSS-ID"], m["Subject"], m["X-RSS-URL"], date, m["From"].addresses[0].display_name)


def feedparser(_, url):
    import feedparser as parser

    feed = parser.parse(url)
    if feed.bozo:
        raise feed.bozo_exception
    return [item(e.id, e.title, e.link, calendar.timegm(e.published_parsed), e.get("author", "")) for e in feed.entries]


def item(id, title, link, date, author):
    return {"id": id, "title": title, "link": link, "date": date, "author": author}


client, place, url = sys.argv[1:]
for shown in {"newsboat": newsboat, "sfeed": sfeed, "rss2email": rss2email, "feedparser": feedparser}[client](place, url):
    print(json.dumps(shown))
