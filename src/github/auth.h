/* What GitHub is shown: a token, a token in a file, the token of an App's installation, or nothing. An App's token is
 * taken out with requests of their own, which are written down here and carried by the caller. */
#ifndef WICK_GITHUB_AUTH_H
#define WICK_GITHUB_AUTH_H

#include "github/github.h"

struct auth;

/* NULL with `err` where the settings cannot be used; `url` is the API's address without a slash at its end. */
struct auth *auth_new(const struct github_settings *settings, struct str url, struct err *err);
void auth_free(struct auth *auth); /* NULL is legal */

/* What a call is sent with now, or NULL: nothing. A file is read again where it changed. Lives until the next call. */
const struct secret *auth_token(struct auth *auth);
bool auth_is_app(const struct auth *auth);
/* "the token", "the App's token", "a call without a token": for messages. */
const char *auth_who(const struct auth *auth);
/* 401 came on a call: true where the next one will be sent with another token. */
bool auth_renew(struct auth *auth);

/* True where a token has to be taken out before a call: none is there, or it ends within 10 minutes of the server's
 * time `now`. */
bool auth_wants(const struct auth *auth, struct instant now);
/* Writes down the next request of the exchange; its texts live until the next one. False where the key cannot be used.
 */
bool auth_ask(struct auth *auth, struct http_request *request, struct instant now, struct err *err);
/* Takes its answer; auth_wants says whether there is more to ask. False where there will be no token. */
bool auth_take(struct auth *auth, const struct json_tree *answer, struct instant now, struct err *err);
/* The exchange was refused, or there was nothing: says so in the words of an App. */
void auth_failed(struct auth *auth, enum github_verdict verdict, struct str message, struct err *err);

/* Tokens that were taken out. */
uint64_t auth_tokens(const struct auth *auth);

#endif
