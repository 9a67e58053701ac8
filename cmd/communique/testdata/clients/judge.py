"""Compares what readers showed with what is stored, and prints a table:
judge.py FOLDER TOPIC. The exit status is 1 if anything is wrong, or if no
reader was tried.

FOLDER holds before/ and after/, a reading each: store.ndjson, printed by
'communique export', and CLIENT.FEED.FORMAT.ndjson, what CLIENT showed. It also
holds versions.tsv, and missing.tsv with the readers that can't be had."""

import collections
import datetime
import json
import os
import sys

FORMATS, FEEDS = ("atom", "rss", "json"), ("all", "topic")
HEAD = ("CLIENT", "VERSION", "FORMAT", "ITEMS", "TITLES", "DATES", "LINKS", "AUTHOR", "AFTER A CORRECTION")
MOST = 3  # faults of one line of the table that are told one by one
PLACE, LINE, MAIL = "place", "line", "mail"
AFTER = {PLACE: "shown once, new title", LINE: "one line more", MAIL: "one mail more"}


def main(folder, topic):
    store = {reading: stored(folder, reading, topic) for reading in ("before", "after")}
    corrected = set(titles(store["after"]["all"])) - set(titles(store["before"]["all"]))
    if len(corrected) != 1 or not corrected < set(titles(store["after"]["topic"])):
        sys.exit(f"the correction is not what it should be: {corrected}")
    here = os.path.dirname(os.path.abspath(__file__))
    versions, missing = pairs(folder, "versions.tsv"), pairs(folder, "missing.tsv")
    table, faults = [HEAD], []
    for client, formats, habit in rows(os.path.join(here, "clients.tsv")):
        for form in FORMATS:
            if form not in formats.split():
                told = ("doesn't read this format",)
            elif client in missing:
                told = ("NOT TRIED: " + missing[client],)
            else:
                told, found = judge(folder, store, client, form, habit)
                faults += found[:MOST] + [f"and {len(found) - MOST} more of {client}, {form}"] * (len(found) > MOST)
            table.append((client, versions.get(client, "-"), form) + told)
    show(table)
    print("\n".join(faults or ["Everything that was tried is right."]))
    if missing:
        print("Not tried:", ", ".join(missing))
    return 1 if faults or not versions else 0


def judge(folder, store, client, form, habit):
    """Returns the cells of one line of the table, and the faults behind them."""
    counts, authors, faults, later = [], set(), collections.defaultdict(list), []
    for feed in FEEDS:
        before, after = (shown(folder, reading, client, form, feed) for reading in ("before", "after"))
        counts.append(len(before))
        authors |= {item["author"] or "NONE" for item in before + after}
        where = f"{client}, {form}, {feed}"
        for column, found in differences(store["before"][feed], before).items():
            faults[column] += [f"{where}, {column}: {fault}" for fault in found]
        for column, found in differences(expected(store, feed, habit), after).items():
            later += [f"{where}, {column} after the correction: {fault}" for fault in found]
    cells = (" + ".join(map(str, counts)) + (" WRONG" if faults["id"] else ""),)
    cells += tuple(f"{len(faults[c])} WRONG" if faults[c] else "?" if faults["id"] else "equal" for c in ("title", "date", "link"))
    cells += (", ".join(sorted(authors)), f"{len(later)} WRONG" if later else AFTER[habit])
    faults = sum(faults.values(), []) + later
    if authors - {"OSCE"}:
        faults.append(f"{client}, {form}: shows as author: {', '.join(sorted(authors))}")
    return cells, faults


def expected(store, feed, habit):
    """Readers that don't update in place show the new version beside the old."""
    before, after = store["before"][feed], store["after"][feed]
    return after if habit == PLACE else before + [item for item in after if item not in before]


def differences(want, got):
    """Says for each column what is only in one of both, doubles included. An
    item that is missing is told once, by its id."""
    found = {"id": differ(want, got, "id")}
    if not found["id"]:
        found |= {column: differ(want, got, column) for column in ("title", "date", "link")}
    return found


def differ(want, got, column):
    wanted, found = values(want, column), values(got, column)
    return [f"want {w}, got {g} of {id}" for id in wanted | found if (w := wanted.get(id, [])) != (g := found.get(id, []))]


def values(items, column):
    """Returns what the items of each id have there."""
    by_id = collections.defaultdict(list)
    for item in items:
        by_id[item["id"]].append(item[column])
    return {id: sorted(found) for id, found in by_id.items()}


def stored(folder, reading, topic):
    releases = lines(os.path.join(folder, reading, "store.ndjson"))
    items = [(r, {"id": r["id"], "title": r["title"], "link": r["url"], "date": seconds(r["published"])}) for r in releases]
    return {"all": [i for _, i in items], "topic": [i for r, i in items if topic in r["topics"]]}


def seconds(instant):
    return int(datetime.datetime.fromisoformat(instant.replace("Z", "+00:00")).timestamp())


def titles(items):
    return [(item["id"], item["title"]) for item in items]


def shown(folder, reading, client, form, feed):
    return lines(os.path.join(folder, reading, f"{client}.{feed}.{form}.ndjson"))


def lines(path):
    with open(path, encoding="utf-8", newline="\n") as file:
        return [json.loads(line) for line in file]


def rows(path):
    with open(path, encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file]


def pairs(folder, name):
    return dict(rows(os.path.join(folder, name)))


def show(table):
    widths = [max(len(line[i]) for line in table if len(line) == len(HEAD)) for i in range(len(HEAD))]
    for line in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
    print()


sys.exit(main(*sys.argv[1:]))
