/* Signatures, held to GitHub's own example and to the openssl command. */
#include "net/sign.h"

#include "base/file.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/wick-sign-XXXXXX";

static void make_folder(void) { ck_assert_ptr_nonnull(mkdtemp(strcpy(folder, "/tmp/wick-sign-XXXXXX"))); }

/* A shell command in the folder. */
static void sh(const char *command)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (chdir(folder) == 0)
			execl("/bin/sh", "sh", "-ec", command, NULL);
		_exit(127);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s", command);
}

static void drop_folder(void) { sh("rm -rf \"$PWD\""); }

static const char *in_folder(const char *name)
{
	static char path[300];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void write_file(const char *name, struct str text)
{
	struct err err = {0};

	ck_assert_msg(file_replace(in_folder(name), text, 0600, &err), "%s", err.text);
}

/* Both forms of a key sign, and openssl finds the signature to be the public key's. */
START_TEST(a_token_is_signed_as_openssl_would_have_it)
{
	static const char *const forms[] = {"pkcs8.pem", "pkcs1.pem"};
	struct str claims = STR("{\"iat\":1,\"exp\":2,\"iss\":\"Iv1.abc\"}");

	sh("openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out pkcs8.pem 2>&1 && "
	   "openssl rsa -in pkcs8.pem -traditional -out pkcs1.pem 2>&1 && "
	   "openssl rsa -in pkcs8.pem -pubout -out public.pem 2>&1 && "
	   "grep -q 'BEGIN RSA PRIVATE KEY' pkcs1.pem && grep -q 'BEGIN PRIVATE KEY' pkcs8.pem");
	for (size_t i = 0; i < COUNT_OF(forms); i++) {
		struct err err = {0};
		struct sign_key *key = sign_key_read(in_folder(forms[i]), &err);
		struct buf token;

		ck_assert_msg(key != NULL, "%s", err.text);
		buf_init(&token, 10000);
		ck_assert_msg(sign_jwt(key, claims, &token, &err), "%s", err.text);
		write_file("token", buf_view(&token));
		write_file("claims", claims);
		sh("cut -d. -f1,2 token | tr -d '\\n' > text && cut -d. -f3 token | tr -d '\\n' | tr '_-' '/+' > signature.b64 && "
		   "while [ $(($(wc -c < signature.b64) % 4)) -ne 0 ]; do printf = >> signature.b64; done && "
		   "base64 -d signature.b64 > signature && "
		   "openssl dgst -sha256 -verify public.pem -signature signature text > verdict && "
		   "[ \"$(cat verdict)\" = 'Verified OK' ] && "
		   "/usr/bin/python3 -c \"import base64, json, pathlib\n"
		   "head, body, _ = pathlib.Path('token').read_text().split('.')\n"
		   "plain = lambda t: base64.urlsafe_b64decode(t + '=' * (-len(t) % 4))\n"
		   "assert json.loads(plain(head)) == {'alg': 'RS256', 'typ': 'JWT'}\n"
		   "assert plain(body) == pathlib.Path('claims').read_bytes()\"");
		buf_release(&token);
		sign_key_free(key);
	}
}
END_TEST

static const struct {
	const char *description, *command, *error;
} bad_keys[] = {
	{"no file", "true", "No such file or directory"},
	{"an empty file", ": > key", "it is no private key in PEM form"},
	{"a public key", "openssl genpkey -algorithm RSA 2>/dev/null | openssl rsa -pubout -out key 2>/dev/null",
	 "it is no private key in PEM form"},
	{"an elliptic key", "openssl ecparam -name prime256v1 -genkey -noout -out key", "it is no RSA key"},
	{"a key with a password",
	 "openssl genpkey -algorithm RSA -aes-128-cbc -pass pass:secret-word -out key 2>/dev/null", "has a password"},
};

START_TEST(a_key_that_cannot_sign_is_refused_by_name)
{
	for (size_t i = 0; i < COUNT_OF(bad_keys); i++) {
		struct err err = {0};

		sh(bad_keys[i].command);
		ck_assert_msg(!sign_key_read(in_folder("key"), &err), "%s", bad_keys[i].description);
		ck_assert_msg(strstr(err.text, bad_keys[i].error) && strstr(err.text, in_folder("key")), "%s: %s",
			      bad_keys[i].description, err.text);
	}
}
END_TEST

START_TEST(base64url_is_that_of_the_standard)
{
	/* RFC 4648, 10, without padding; and the two characters that differ from base64 */
	static const struct {
		struct str plain;
		const char *coded;
	} cases[] = {
		{STR_INIT(""), ""},
		{STR_INIT("f"), "Zg"},
		{STR_INIT("fo"), "Zm8"},
		{STR_INIT("foo"), "Zm9v"},
		{STR_INIT("foob"), "Zm9vYg"},
		{STR_INIT("fooba"), "Zm9vYmE"},
		{STR_INIT("foobar"), "Zm9vYmFy"},
		{STR_INIT("\xff\xef\xfe"), "_-_-"},
		{STR_INIT("\0\0"), "AAA"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf out;

		buf_init(&out, 100);
		ck_assert(sign_base64url(&out, cases[i].plain));
		ck_assert_str_eq(buf_view(&out).at, cases[i].coded);
		buf_release(&out);
	}
}
END_TEST

START_TEST(a_webhooks_signature_is_githubs)
{
	/* docs.github.com, "Validating webhook deliveries" */
	struct str secret = STR("It's a Secret to Everybody"), body = STR("Hello, World!");
	char hex[] = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

	ck_assert(sign_hmac_sha256_is(secret, body, str_of(hex)));
	ck_assert(sign_hmac_sha256_is(secret, body,
				      STR("757107EA0EB2509FC211221CCE984B8A37570B6D7586C22C46F4379C8B043E17")));
	ck_assert(!sign_hmac_sha256_is(STR("it's a Secret to Everybody"), body, str_of(hex)));
	ck_assert(!sign_hmac_sha256_is(secret, STR("Hello, World"), str_of(hex)));
	ck_assert(!sign_hmac_sha256_is(secret, body, (struct str){0}));
	ck_assert(!sign_hmac_sha256_is(secret, body, (struct str){hex, 63}));
	for (size_t i = 0; i < 64; i++) {
		char was = hex[i];

		hex[i] = was == '0' ? '1' : '0';
		ck_assert(!sign_hmac_sha256_is(secret, body, str_of(hex)));
		hex[i] = 'g';
		ck_assert(!sign_hmac_sha256_is(secret, body, str_of(hex)));
		hex[i] = was;
	}
	/* printf '' | openssl dgst -sha256 -hmac k */
	ck_assert(sign_hmac_sha256_is(STR("k"), (struct str){0},
				      STR("8bb990c40a7d61cb97597a942125025be50ac8beb74436e3735b98893a7f6620")));
}
END_TEST

UNIT_MAIN_IN("net/sign", make_folder, drop_folder, a_token_is_signed_as_openssl_would_have_it,
	     a_key_that_cannot_sign_is_refused_by_name, base64url_is_that_of_the_standard,
	     a_webhooks_signature_is_githubs)
