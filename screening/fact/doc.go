// Package fact reads facts out of the text of one document: periods of work, diplomas,
// language levels, dates, referees, who wrote it and what kind of document it is. A fact
// is a typed value or an interval, where it stands, and the rule that read it; nothing is
// concluded here.
package fact
