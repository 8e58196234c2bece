// Package backup copies an instance while it works, and puts a copy back.
//
// A folder of backups holds sets, one for each backup, and the blobs they share:
//
//	blobs/ab/abcd...          every blob that a set names, copied once
//	sets/20260301T041500Z/    one backup: manifest.json, blobs.txt, the copy of the database
//	sets/.20260301T.../       one that was interrupted; it never looks whole
//	erasures.jsonl            erasures since the last backup, written there as they happen
//
// The database is copied first, as of one instant, and then the blobs it names: blobs never
// change, so every row of the copy finds its own. A set gets its name last.
package backup
