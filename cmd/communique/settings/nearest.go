package settings

import "unicode/utf8"

// didYouMean ends a sentence about an unknown name with the known one that is
// next to it, if one is near enough to have been meant.
func didYouMean(name string, known []string) string {
	const longest = 64 // beyond, it is no slip of the pen
	nearest, least := "", 1+utf8.RuneCountInString(name)/3
	if len(name) > longest {
		return ""
	}
	for _, candidate := range known {
		if d := distance(name, candidate); d <= least && (nearest == "" || d < least) {
			nearest, least = candidate, d
		}
	}
	if nearest == "" {
		return ""
	}
	return "; did you mean \"" + nearest + "\"?"
}

// distance counts the letters to insert, delete, replace or swap with their
// neighbour that make one word of the other.
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	rows := make([][]int, len(from)+1)
	for i := range rows {
		rows[i] = make([]int, len(to)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(from); i++ {
		for j := 1; j <= len(to); j++ {
			replace := rows[i-1][j-1]
			if from[i-1] != to[j-1] {
				replace++
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, replace)
			if i > 1 && j > 1 && from[i-1] == to[j-2] && from[i-2] == to[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(from)][len(to)]
}
