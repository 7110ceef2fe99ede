#include "net/sign.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>

enum { HMAC_BYTES = 32 };

struct sign_key {
	gnutls_privkey_t key;
};

static gnutls_datum_t datum(struct str text)
{
	union {
		const char *text;
		unsigned char *bytes; /* only looked at, though GnuTLS's type allows more */
	} same = {text.at};

	return (gnutls_datum_t){same.bytes, (unsigned)text.len};
}

static struct sign_key *from_pem(const char *path, struct str pem, struct err *err)
{
	struct sign_key *key = xcalloc(1, sizeof(*key));
	gnutls_datum_t bytes = datum(pem);
	int code;

	if (gnutls_privkey_init(&key->key) < 0)
		abort();
	code = gnutls_privkey_import_x509_raw(key->key, &bytes, GNUTLS_X509_FMT_PEM, NULL, 0);
	if (code < 0)
		err_set(err, "cannot use the key file '%s': it is no private key in PEM form, or has a password (%s)",
			path, gnutls_strerror(code));
	else if (gnutls_privkey_get_pk_algorithm(key->key, NULL) != GNUTLS_PK_RSA)
		err_set(err, "cannot use the key file '%s': it is no RSA key", path);
	else
		return key;
	sign_key_free(key);
	return NULL;
}

struct sign_key *sign_key_read(const char *path, struct err *err)
{
	struct sign_key *key = NULL;
	struct buf content;

	buf_init(&content, LIMIT_KEY_BYTES);
	/* all the room at once: growing would leave copies of the key behind in freed memory */
	if (buf_reserve(&content, LIMIT_KEY_BYTES) && file_read(path, &content, err))
		key = from_pem(path, buf_view(&content), err);
	if (content.at)
		explicit_bzero(content.at, content.cap);
	buf_release(&content);
	return key;
}

void sign_key_free(struct sign_key *key)
{
	if (!key)
		return;
	gnutls_privkey_deinit(key->key);
	free(key);
}

bool sign_base64url(struct buf *out, struct str bytes)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	bool ok = true;

	for (size_t i = 0; i < bytes.len && ok; i += 3) {
		size_t len = bytes.len - i < 3 ? bytes.len - i : 3;
		uint32_t group = 0;
		char text[4];

		for (size_t n = 0; n < 3; n++)
			group = group << 8 | (n < len ? (unsigned char)bytes.at[i + n] : 0);
		for (size_t n = 0; n < 4; n++)
			text[n] = digits[group >> (18 - 6 * n) & 63];
		ok = buf_put(out, text, len + 1);
	}
	return ok;
}

bool sign_jwt(struct sign_key *key, struct str claims, struct buf *out, struct err *err)
{
	size_t begin = out->len;
	gnutls_datum_t text, signature = {0};
	int code;

	sign_base64url(out, STR("{\"alg\":\"RS256\",\"typ\":\"JWT\"}"));
	buf_char(out, '.');
	sign_base64url(out, claims);
	text = datum(str_slice(buf_view(out), begin, out->len));
	code = gnutls_privkey_sign_data(key->key, GNUTLS_DIG_SHA256, 0, &text, &signature);
	if (code < 0)
		return err_set(err, "cannot sign with the private key: %s", gnutls_strerror(code));
	buf_char(out, '.');
	sign_base64url(out, (struct str){(const char *)signature.data, signature.size});
	gnutls_free(signature.data);
	return !out->full || err_set(err, "cannot sign a token that is longer than %zu bytes", out->ceiling);
}

/* The value of a digit, or 16. */
static unsigned hex_digit(char c)
{
	c = ascii_lower(c);
	if (ascii_digit(c))
		return (unsigned)(c - '0');
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) : 16;
}

bool sign_hmac_sha256_is(struct str secret, struct str text, struct str hex)
{
	unsigned char told[HMAC_BYTES], right[HMAC_BYTES];

	if (hex.len != (size_t)2 * HMAC_BYTES)
		return false;
	for (size_t i = 0; i < HMAC_BYTES; i++) {
		unsigned high = hex_digit(hex.at[2 * i]), low = hex_digit(hex.at[2 * i + 1]);

		if (high > 15 || low > 15)
			return false;
		told[i] = (unsigned char)(high << 4 | low);
	}
	if (gnutls_hmac_fast(GNUTLS_MAC_SHA256, secret.at, secret.len, text.at, text.len, right) < 0)
		return false;
	return gnutls_memcmp(told, right, HMAC_BYTES) == 0;
}
