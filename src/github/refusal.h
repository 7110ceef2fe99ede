/* What GitHub refuses, said so that people can mend it. Pure. */
#ifndef WICK_GITHUB_REFUSAL_H
#define WICK_GITHUB_REFUSAL_H

#include "base/err.h"
#include "base/str.h"

/* The permission of a fine-grained token or an App that a GET of this path takes ("actions: read"). */
const char *refusal_permission(struct str path);

/* 403: `accepted` is the header X-Accepted-GitHub-Permissions ("actions=read"), `message` GitHub's own words; either
 * may be empty. Sets the whole sentence. */
void refusal_say_permission(struct str url, struct str accepted, struct str message, struct err *err);
/* 401: the token itself is not taken. `who` is what was shown to GitHub: "the token", "no token". */
void refusal_say_token(struct str url, const char *who, struct str message, struct err *err);

/* GitHub's words are those of a limit, not of a right that is missing. */
bool refusal_names_limit(struct str message);

/* GitHub's words behind a sentence, in one line and cut; nothing where there are none. */
struct refusal_words {
	char text[220];
};
struct refusal_words refusal_words(struct str message);

/* Something is not there, as far as the token sees: what is not allowed is often answered like that. */
void refusal_say_gone(struct str url, const char *who, long status, struct str message, struct err *err);

#endif
