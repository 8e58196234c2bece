// Package message turns the bytes of an e-mail into sender, subject, text and documents,
// however odd the mail, and says what sort of mail it is.
//
// Parse never fails on a message it can read any part of: what could not be read becomes
// a Warning or a Problem of the attachment. Classify names the rule that decided.
package message
