// Package blob keeps bytes under the name of their SHA-256, in a folder.
//
// What Put has returned survives a power cut: the file is synced, renamed into place and
// its folder synced before the name is handed out. A row that names a hash is therefore
// written after the bytes, and every row finds its bytes. Bytes never change, so a copy
// of the folder taken after a copy of the database is complete.
package blob
