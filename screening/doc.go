// Package screening judges one dossier against one checklist, and says why.
//
// It is pure: no clock, file, network or database. The same dossier, checklist and
// engine version give the same findings, byte for byte. A verdict is Met or NotMet only
// when the text proves it, and Unclear otherwise; nothing here rejects anybody.
package screening
