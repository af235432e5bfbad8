// Package access says who may do what, and who somebody is: the table of rights,
// local accounts, sessions, tokens, and signing in through OIDC or LDAP. It
// knows nothing of pages.
package access
