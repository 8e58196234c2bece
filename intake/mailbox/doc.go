// Package mailbox is where raw messages come from: a folder of an IMAP account, a folder
// of .eml files, an mbox, a Maildir.
//
// A Source hands over bytes and accounts for every message it was asked for. It understands
// nothing of what it carries, changes nothing where it reads, and trusts nothing but a body
// that is as long as announced.
package mailbox
