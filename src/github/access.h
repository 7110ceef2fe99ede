/* Who asks: what a token's own text tells of it, and what GitHub's headers do. Pure.
 *
 * Sources: docs.github.com, "Understanding GitHub's authentication tokens" (the prefixes), "Scopes for OAuth apps"
 * (X-OAuth-Scopes), "Token expiration and revocation". */
#ifndef WICK_GITHUB_ACCESS_H
#define WICK_GITHUB_ACCESS_H

#include "base/str.h"
#include "base/when.h"

enum github_token_kind {
	GITHUB_TOKEN_NONE,
	GITHUB_TOKEN_CLASSIC,      /* a person's, with scopes */
	GITHUB_TOKEN_FINE_GRAINED, /* a person's, with permissions */
	GITHUB_TOKEN_INSTALLATION, /* of an App's installation; that of a job of Actions is one, too */
	GITHUB_TOKEN_USER,         /* of an OAuth or GitHub App on behalf of a person */
	GITHUB_TOKEN_OTHER,        /* its text does not tell */
};
enum { GITHUB_TOKEN_KINDS = GITHUB_TOKEN_OTHER + 1 };

/* By how it begins; a classic one of before 2021 is 40 hexadecimal digits. */
enum github_token_kind github_token_kind_of(struct str token);

/* The header GitHub-Authentication-Token-Expiration: "2026-12-01 07:30:00 UTC", or with an offset "-0700". False for
 * what is neither. */
bool github_expiration_read(struct str text, struct instant *expires);

#endif
