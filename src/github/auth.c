#include "github/auth.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/num.h"
#include "github/refusal.h"
#include "net/sign.h"

#include <inttypes.h>
#include <stdlib.h>

#define RENEW_BEFORE   (10 * SPAN_MINUTE)
#define TOKEN_LIFETIME SPAN_HOUR /* where GitHub does not say */

enum {
	ISSUED_BEFORE_S = 60, /* clocks differ; GitHub's own advice */
	EXPIRES_AFTER_S = 540,
	INSTALLATIONS_NAMED = 10,
};

struct auth {
	struct arena arena;
	struct str url;
	struct secret *fixed; /* a token that stays */
	struct secret_file file;
	struct str app_id, key_file; /* an App's; empty: none */
	uint64_t installation;       /* 0: not known yet */
	struct secret *issued;       /* its token; NULL: none */
	struct instant renew;        /* of the server's time: it is to be another one from then on */
	struct secret *jwt;
	bool found;                     /* the installation was found, not set */
	struct str list_url, token_url; /* the second of the installation; empty: not made yet */
	uint64_t tokens;
};

static bool printable(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] <= ' ' || text.at[i] >= 0x7F)
			return false;
	return text.len > 0;
}

static bool check(const struct github_settings *settings, struct err *err)
{
	int ways = (settings->token != NULL) + (settings->token_file.len > 0) + (settings->app_id.len > 0);

	if (ways > 1)
		return err_set(err, "cannot show GitHub more than one of a token, a token file and an App");
	if (settings->app_id.len == 0 && settings->app_key_file.len > 0)
		return err_set(err, "cannot use an App's key without the App's id");
	if (settings->app_id.len > 0 && settings->app_key_file.len == 0)
		return err_set(err, "cannot be the App '%.*s' without its private key", STR_ARG(settings->app_id));
	for (size_t i = 0; i < settings->app_id.len; i++)
		if (!ascii_alpha(settings->app_id.at[i]) && !ascii_digit(settings->app_id.at[i]) &&
		    !strchr("._-", settings->app_id.at[i]))
			return err_set(err, "cannot be the App '%.*s': an id is a number, or letters and digits",
				       STR_ARG(settings->app_id));
	if (settings->token && !printable(secret_reveal(settings->token)))
		return err_set(err,
			       "cannot use the token for GitHub: it is empty, or holds a blank or a control character");
	return true;
}

/* The key is read for each token, so that it is not in memory all the time; the first time here, to see that it can. */
static bool key_ok(struct str path, struct err *err)
{
	struct sign_key *key = path.len ? sign_key_read(path.at, err) : NULL;
	bool ok = key || path.len == 0;

	sign_key_free(key);
	return ok;
}

struct auth *auth_new(const struct github_settings *settings, struct str url, struct err *err)
{
	struct auth *auth = xcalloc(1, sizeof(*auth));

	arena_init(&auth->arena);
	auth->url = arena_str(&auth->arena, url);
	auth->list_url = arena_fmt(&auth->arena, "%.*s/app/installations?per_page=100", STR_ARG(url));
	auth->app_id = arena_str(&auth->arena, settings->app_id);
	auth->key_file = arena_str(&auth->arena, settings->app_key_file);
	auth->installation = settings->app_installation;
	if (check(settings, err) && secret_file_init(&auth->file, settings->token_file, err) &&
	    key_ok(auth->key_file, err)) {
		auth->fixed = settings->token ? secret_new(secret_reveal(settings->token)) : NULL;
		return auth;
	}
	auth_free(auth);
	return NULL;
}

void auth_free(struct auth *auth)
{
	if (!auth)
		return;
	secret_free(auth->fixed);
	secret_free(auth->issued);
	secret_free(auth->jwt);
	secret_file_release(&auth->file);
	arena_release(&auth->arena);
	free(auth);
}

const struct secret *auth_token(struct auth *auth)
{
	if (auth->app_id.len)
		return auth->issued;
	secret_file_refresh(&auth->file);
	return auth->file.path ? auth->file.secret : auth->fixed;
}

bool auth_is_app(const struct auth *auth) { return auth->app_id.len > 0; }

const char *auth_who(const struct auth *auth)
{
	if (auth->app_id.len)
		return "the App's token";
	return auth->file.path || auth->fixed ? "the token" : "a call without a token";
}

bool auth_renew(struct auth *auth)
{
	if (auth->app_id.len == 0)
		return secret_file_refresh(&auth->file);
	secret_free(auth->issued);
	auth->issued = NULL;
	return true;
}

bool auth_wants(const struct auth *auth, struct instant now)
{
	return auth->app_id.len && (!auth->issued || now.ms >= auth->renew.ms);
}

uint64_t auth_tokens(const struct auth *auth) { return auth->tokens; }

static bool make_jwt(struct auth *auth, struct instant now, struct err *err)
{
	struct sign_key *key = sign_key_read(auth->key_file.at, err);
	int64_t seconds = now.ms / SPAN_SECOND;
	struct buf claims, text;
	bool ok;

	buf_init(&claims, LIMIT_TOKEN_BYTES);
	buf_init(&text, LIMIT_TOKEN_BYTES);
	buf_fmt(&claims, "{\"iat\":%" PRId64 ",\"exp\":%" PRId64 ",\"iss\":\"%.*s\"}", seconds - ISSUED_BEFORE_S,
		seconds + EXPIRES_AFTER_S, STR_ARG(auth->app_id));
	ok = key && sign_jwt(key, buf_view(&claims), &text, err);
	secret_free(auth->jwt);
	auth->jwt = ok ? secret_new(buf_view(&text)) : NULL;
	if (text.at)
		explicit_bzero(text.at, text.cap);
	sign_key_free(key);
	buf_release(&claims);
	buf_release(&text);
	return ok;
}

bool auth_ask(struct auth *auth, struct http_request *request, struct instant now, struct err *err)
{
	if (!make_jwt(auth, now, err))
		return err_prefix(err, "no token for the App '%.*s'", STR_ARG(auth->app_id));
	request->bearer = auth->jwt;
	request->url = auth->list_url;
	if (!auth->installation)
		return true;
	if (auth->token_url.len == 0)
		auth->token_url = arena_fmt(&auth->arena, "%.*s/app/installations/%" PRIu64 "/access_tokens",
					    STR_ARG(auth->url), auth->installation);
	request->url = auth->token_url;
	request->post_body = STR("{}");
	request->content_type = STR("application/json");
	return true;
}

static bool installation_id(const struct json_tree *installation, uint64_t *id)
{
	double number;

	if (!json_tree_number(json_tree_get(installation, "id"), &number) || !num_whole(number) || number < 1)
		return false;
	*id = (uint64_t)number;
	return true;
}

/* "the App 'x' has 2 installations: set one of 17 (acme), 18 (acme-labs)". */
static bool say_many(const struct auth *auth, const struct json_tree *list, struct err *err)
{
	size_t len = json_tree_len(list);
	struct buf names;

	buf_init(&names, sizeof(err->text));
	for (size_t i = 0; i < len && i < INSTALLATIONS_NAMED; i++) {
		const struct json_tree *one = json_tree_at(list, i);
		struct str login = json_tree_text(json_tree_get(json_tree_get(one, "account"), "login"));
		uint64_t id;

		if (installation_id(one, &id))
			buf_fmt(&names, "%s%" PRIu64 " (%.*s)", names.len ? ", " : "", id, STR_ARG(login));
	}
	err_set(err, "the App '%.*s' has %zu installations: the settings have to name one of %.*s%s",
		STR_ARG(auth->app_id), len, STR_ARG(buf_view(&names)), len > INSTALLATIONS_NAMED ? ", ..." : "");
	buf_release(&names);
	return false;
}

static bool take_installations(struct auth *auth, const struct json_tree *list, struct err *err)
{
	if (!json_tree_is_array(list))
		return err_set(err, "no token for the App '%.*s': GitHub's list of its installations is none",
			       STR_ARG(auth->app_id));
	if (json_tree_len(list) == 0)
		return err_set(err, "no token for the App '%.*s': it is not installed anywhere", STR_ARG(auth->app_id));
	if (json_tree_len(list) > 1)
		return say_many(auth, list, err);
	if (!installation_id(json_tree_at(list, 0), &auth->installation))
		return err_set(err, "no token for the App '%.*s': its installation has no id", STR_ARG(auth->app_id));
	auth->found = true;
	return true;
}

bool auth_take(struct auth *auth, const struct json_tree *answer, struct instant now, struct err *err)
{
	struct str token = json_tree_text(json_tree_get(answer, "token"));
	struct instant expires;
	int64_t left;

	if (!auth->installation)
		return take_installations(auth, answer, err);
	if (!printable(token))
		return err_set(err, "no token for the App '%.*s': GitHub's answer holds none", STR_ARG(auth->app_id));
	if (!instant_read(json_tree_text(json_tree_get(answer, "expires_at")), &expires))
		expires.ms = now.ms + TOKEN_LIFETIME;
	secret_free(auth->issued);
	auth->issued = secret_new(token);
	auth->tokens++;
	/* One that lives shortly is used for half its time: it is not to be taken out for each call. */
	left = expires.ms - now.ms;
	auth->renew.ms = now.ms + (left / 2 > left - RENEW_BEFORE ? left / 2 : left - RENEW_BEFORE);
	if (auth->renew.ms <= now.ms) /* already over, by clocks that differ: once more than never */
		auth->renew.ms = now.ms + SPAN_MINUTE;
	return true;
}

void auth_failed(struct auth *auth, enum github_verdict verdict, struct str message, struct err *err)
{
	if (verdict == GITHUB_GONE && auth->installation)
		err_set(err, "no token for the App '%.*s': it has no installation %" PRIu64 "%s", STR_ARG(auth->app_id),
			auth->installation, refusal_words(message).text);
	else
		err_set(err,
			"no token for the App '%.*s': GitHub refuses it; its id and its private key have to belong together, and its installation must not be suspended%s",
			STR_ARG(auth->app_id), refusal_words(message).text);
	if (verdict == GITHUB_GONE && auth->found) { /* installed anew it has another id */
		auth->installation = 0;
		auth->token_url = (struct str){0};
	}
}
