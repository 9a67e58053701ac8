// Prints what a package makes of the feed at a URL, an item a line of JSON:
// node shown.mjs FOLDER feedsmith|rss-parser URL
import { createRequire } from 'node:module'

const [folder, name, url] = process.argv.slice(2)
const load = createRequire(folder + '/')
const seconds = (date) => Math.floor(Date.parse(date) / 1000)
const text = (value) => value?.value ?? value

// rssParser fetches by itself; it says author for Atom and creator for RSS.
async function rssParser() {
	const feed = await new (load('rss-parser'))().parseURL(url)
	return feed.items.map((i) => ({
		id: i.guid ?? i.id, title: i.title, link: i.link, date: seconds(i.isoDate), author: i.creator ?? i.author,
	}))
}

// feedsmith parses only, and keeps each format's own structure.
async function feedsmith() {
	const answer = await fetch(url)
	const { feed } = load('feedsmith').parseFeed(await answer.text())
	return (feed.items ?? feed.entries).map((i) => ({
		id: text(i.guid) ?? i.id,
		title: text(i.title),
		link: i.link ?? i.url ?? i.links.find((link) => link.rel === 'alternate').href,
		date: seconds(i.pubDate ?? i.published ?? i.date_published),
		author: i.dc?.creators?.[0] ?? i.authors?.[0]?.name,
	}))
}

const items = await { 'rss-parser': rssParser, feedsmith }[name]()
for (const item of items) console.log(JSON.stringify(item))
