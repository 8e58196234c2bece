// Package secret seals what must not stand readable in the database: passwords and tokens
// that people enter on a page. It knows a key, and nothing of who asks.
package secret
