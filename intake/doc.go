// Package intake takes a message from mailbox to assessed application, one restartable
// step at a time.
//
// The raw message is kept before anything is understood. Every later step asks the store
// what is not done yet, works outside transactions, and is safe to run twice.
package intake
