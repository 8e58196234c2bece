// Package erasure finishes what internal/store begins when somebody is erased: the bytes,
// the journal that outlives backups, the mail on its server, and the files of the database.
//
// The order makes every step safe to repeat. The store's transaction removes the rows and
// keeps, as ids and keyed hashes, what is still to be done; the journal is written and
// synced; bytes go; only then is the erasure reported as finished. A process that dies in
// between leaves an unfinished erasure, which Finish takes up.
package erasure
