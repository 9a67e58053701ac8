# shellcheck shell=bash
# Gets the readers, for run: Debian's packages if they are not there and root
# asks, npm's into $tmp, which run has made. versions.tsv there says which ones
# there are, missing.tsv which can't be had, and why.

have() { printf '%s\t%s\n' "$1" "$2" >>"$tmp/versions.tsv"; }
miss() { printf '%s\t%s\n' "$1" "$2" >>"$tmp/missing.tsv"; }
missing() { grep -q "^$1	" "$tmp/missing.tsv"; }

# debian CHECK PACKAGE installs a package unless CHECK succeeds without it.
debian() {
	if eval "$1" >/dev/null 2>&1; then return; fi
	if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then return 1; fi
	echo "Installing $2" >&2
	if [[ ! -e $tmp/updated ]]; then within 300 apt-get update -qq >"$tmp/apt.log" 2>&1 && touch "$tmp/updated"; fi
	within 300 apt-get install -y -qq --no-install-recommends "$2" >>"$tmp/apt.log" 2>&1 && eval "$1" >/dev/null 2>&1
}

# package CLIENT PACKAGE CHECK gets a reader from Debian.
package() {
	if debian "$3" "$2"; then
		have "$1" "$(dpkg-query -W -f '${Version}' "$2" 2>/dev/null || echo '?')"
	else
		miss "$1" "$2 is not there and can't be installed"
	fi
}

# module CLIENT MAJOR gets a reader from the npm registry.
module() {
	if debian 'command -v npm' npm && within 120 npm install --silent --no-audit --no-fund \
		--cache "$tmp/npm/cache" --prefix "$tmp/npm" "$1@$2" >"$tmp/npm.log" 2>&1; then
		have "$1" "$(node -p 'require(process.argv[1]).version' "$tmp/npm/node_modules/$1/package.json")"
	else
		miss "$1" "npm can't install $1@$2"
	fi
}

install_readers() {
	mkdir -p "$tmp/npm"
	touch "$tmp/versions.tsv" "$tmp/missing.tsv"
	if ! debian 'command -v curl' curl; then
		echo "run: curl is needed" >&2
		return 1
	fi
	package newsboat newsboat 'command -v newsboat'
	package sfeed sfeed 'command -v sfeed_update'
	package rss2email rss2email 'command -v r2e'
	package feedparser python3-feedparser '/usr/bin/python3 -c "import feedparser"'
	module feedsmith 3
	module rss-parser 3
	have gofeed "$(cd "$root" && go list -m -f '{{.Version}}' github.com/mmcdole/gofeed)"
}
