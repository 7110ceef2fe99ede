/* Signatures: tokens that a private key vouches for (JWT, RS256), and texts that a shared secret does (HMAC-SHA256).
 * The one home of GnuTLS. */
#ifndef WICK_NET_SIGN_H
#define WICK_NET_SIGN_H

#include "base/buf.h"
#include "base/err.h"

struct sign_key; /* a private RSA key */

/* From a PEM file: PKCS#1 ("BEGIN RSA PRIVATE KEY", as GitHub hands it out) or PKCS#8 ("BEGIN PRIVATE KEY"), without a
 * password. NULL with `err`, which never shows anything of the file. */
struct sign_key *sign_key_read(const char *path, struct err *err);
void sign_key_free(struct sign_key *key); /* NULL is legal */

/* Appends a JSON Web Token in its compact form (RFC 7519) with these claims, a JSON object, signed with RS256
 * (RFC 7518, 3.3). */
bool sign_jwt(struct sign_key *key, struct str claims, struct buf *out, struct err *err);

/* Appends base64url without padding (RFC 4648, 5). */
bool sign_base64url(struct buf *out, struct str bytes);

/* True where `hex` (64 digits of either case) is the HMAC-SHA256 (RFC 2104) of the text under this secret. Takes as
 * long wherever the two differ. */
bool sign_hmac_sha256_is(struct str secret, struct str text, struct str hex);

#endif
