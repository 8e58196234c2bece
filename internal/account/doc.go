// Package account holds what an account is apart from being kept: roles and what they
// may do, password hashes, session tokens. It knows no database and no web.
package account
