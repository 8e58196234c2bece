// Package sso asks the organisation's own provider who somebody is, by OpenID Connect: the
// authorization code flow with PKCE. It keeps nothing and knows no accounts.
package sso
