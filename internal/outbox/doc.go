// Package outbox writes to applicants and sees the messages off: templates with named
// fields, what an application lacks in words, invitations for calendars, acknowledgements,
// and the conversation with the mail server.
//
// A message is a row of the store from the moment it is written. Its Message-ID is fixed
// then, so that a message sent twice can be recognised as one. A process takes the row,
// talks to the server, and notes that it hands over before it sends the end of the content
// (HandingOver in the store). Until that note a crash, a cut line or a temporary refusal
// puts the row back to be sent again. Afterwards only the server's answer settles it: when
// none comes, because the line was cut or the process was killed, the server may or may not
// have the message. SMTP has no way to ask. Such a row is held for a person, who can have it
// sent again, under the same Message-ID, or leave it. What cannot be promised either is what
// happens behind the first server: a message it took may be lost there, or doubled, without
// a word.
package outbox
