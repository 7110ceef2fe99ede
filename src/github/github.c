#include "github/github.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/mem.h"
#include "github/auth.h"
#include "github/link.h"
#include "github/quota.h"
#include "github/refusal.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <strings.h>

const char *const github_verdict_names[GITHUB_VERDICTS] = {"ok", "unchanged", "gone", "refused", "unfit", "later"};

/* While a call is under way it is looked at so often. */
#define LOOK_EVERY ((struct span){20})
/* Clocks that differ by more may be why GitHub does not take an App's signed claims. */
#define SKEW_OF_CLAIMS (30 * SPAN_SECOND)

enum wanted { W_LINK, W_ETAG, W_DATE, W_LIMIT, W_REMAINING, W_RESET, W_ACCEPTED, W_SCOPES, W_EXPIRES, W_ENTERPRISE };
enum { WANTED = W_ENTERPRISE + 1 };
static const char *const wanted_names[WANTED] = {
	"Link",
	"ETag",
	"Date",
	"X-RateLimit-Limit",
	"X-RateLimit-Remaining",
	"X-RateLimit-Reset",
	"X-Accepted-GitHub-Permissions",
	"X-OAuth-Scopes",
	"GitHub-Authentication-Token-Expiration",
	"X-GitHub-Enterprise-Version",
};

enum phase {
	PHASE_NONE,
	PHASE_TOKEN, /* a token is taken out for the App */
	PHASE_CALL,
	PHASE_DONE, /* to be returned */
};

struct github {
	struct arena arena;
	struct str url; /* without a slash at its end */
	bool loopback;
	struct http *http;
	struct auth *auth;
	struct quota quota;

	struct github_call *call;
	enum phase phase;
	bool retried, claims_retried;
	struct mono started; /* ns == 0: nothing yet */
	struct http_request request;
	struct http_wanted wanted[WANTED];
	struct http_header if_none_match;
	struct str call_url;
	struct arena call_arena;

	struct buf scopes, enterprise; /* as they were told last */
	struct instant expires;

	bool up;
	struct err error, refused;
	uint64_t calls[GITHUB_VERDICTS], retries, requests;
};

void github_call_init(struct github_call *call, struct str url, struct str etag)
{
	*call = (struct github_call){.url = url, .etag = etag, .verdict = GITHUB_LATER};
	buf_init(&call->next, LIMIT_HEADER_BYTES);
	buf_init(&call->new_etag, LIMIT_HEADER_BYTES);
}

void github_call_release(struct github_call *call)
{
	json_tree_free(call->answer);
	buf_release(&call->next);
	buf_release(&call->new_etag);
	call->answer = NULL;
}

/* The pages of github.com are no API; a person may well write that. */
static bool url_ok(struct str url, struct err *err)
{
	if (!http_url_check(url, err))
		return false;
	if (http_url_same_origin(url, STR("https://github.com")) ||
	    http_url_same_origin(url, STR("https://www.github.com")))
		return err_set(err, "cannot use the URL '%s': the API of github.com is 'https://api.github.com'",
			       http_url_text(url).text);
	return true;
}

static struct http *new_http(const struct github_settings *settings, struct http *beside, struct err *err)
{
	const struct http_header headers[] = {
		{STR("Accept"), STR("application/vnd.github+json")},
		{STR("X-GitHub-Api-Version"), settings->api_version.len ? settings->api_version : STR("2022-11-28")},
	};
	struct http_settings http = {
		.headers = headers,
		.headers_len = sizeof(headers) / sizeof(headers[0]),
		.ca_file = settings->ca_file,
		.connect_timeout = settings->connect_timeout,
		.timeout = settings->timeout,
		.apart = true,
	};

	return http_new_beside(beside, &http, 1, err);
}

struct github *github_new(const struct github_settings *settings, struct http *beside, struct err *err)
{
	struct github *github = xcalloc(1, sizeof(*github));
	struct str url = settings->url;

	arena_init(&github->arena);
	arena_init(&github->call_arena);
	quota_init(&github->quota, settings->quota_reserve);
	buf_init(&github->scopes, LIMIT_HEADER_BYTES);
	buf_init(&github->enterprise, LIMIT_HEADER_BYTES);
	github->up = true;
	while (str_ends(url, STR("/")))
		url.len--;
	github->url = arena_str(&github->arena, url);
	github->loopback = http_url_loopback(url);
	for (size_t i = 0; i < WANTED; i++)
		github->wanted[i].name = wanted_names[i];
	if (url_ok(url, err))
		github->auth = auth_new(settings, github->url, err);
	if (github->auth)
		github->http = new_http(settings, beside, err);
	if (github->http)
		return github;
	github_free(github);
	return NULL;
}

static void release_answer(struct github *github)
{
	buf_release(&github->request.body);
	for (size_t i = 0; i < WANTED; i++)
		buf_release(&github->wanted[i].value);
}

void github_free(struct github *github)
{
	if (!github)
		return;
	http_free(github->http);
	auth_free(github->auth);
	release_answer(github);
	buf_release(&github->scopes);
	buf_release(&github->enterprise);
	arena_release(&github->call_arena);
	arena_release(&github->arena);
	free(github);
}

bool github_busy(const struct github *github) { return github->call != NULL; }

struct span github_wait(const struct github *github, struct mono mono, struct instant now)
{
	struct span wait = quota_wait(&github->quota, now);

	if (github->call)
		return LOOK_EVERY;
	/* a server on this machine is a test's, or a demonstration's */
	if (github->started.ns && !github->loopback) {
		int64_t left = QUOTA_SPACING.ms - mono_since(github->started, mono).ms;

		if (left > wait.ms)
			wait.ms = left;
	}
	return wait;
}

void github_go_on(struct github *github)
{
	if (!github->up)
		quota_well(&github->quota);
}

/* Puts the request that is written down on its way. */
static void send(struct github *github)
{
	github->request.body_ceiling = LIMIT_GITHUB_ANSWER_BYTES;
	github->request.wanted = github->wanted;
	github->request.wanted_len = WANTED;
	github->requests++;
	http_start(github->http, &github->request);
}

static void send_call(struct github *github)
{
	github->phase = PHASE_CALL;
	github->request = (struct http_request){.url = github->call_url, .bearer = auth_token(github->auth)};
	if (github->call->etag.len) {
		github->if_none_match = (struct http_header){STR("If-None-Match"), github->call->etag};
		github->request.headers = &github->if_none_match;
		github->request.headers_len = 1;
	}
	send(github);
}

/* The call is over; `limited`: by a limit, so that it was answered nevertheless. */
static void end(struct github *github, enum github_verdict verdict, bool limited)
{
	struct github_call *call = github->call;

	call->verdict = verdict;
	github->phase = PHASE_DONE;
	github->calls[verdict]++;
	github->call->limited = limited;
	github->up = verdict != GITHUB_LATER || limited;
	github->error = verdict == GITHUB_LATER ? call->err : (struct err){0};
	if (verdict == GITHUB_REFUSED)
		github->refused = call->err;
	if (verdict != GITHUB_LATER)
		quota_well(&github->quota);
}

/* Sends what comes first: the exchange of a token, or the call. */
static void go(struct github *github, struct instant now)
{
	struct instant server = quota_server_time(&github->quota, now);

	if (!auth_wants(github->auth, server)) {
		send_call(github);
		return;
	}
	github->phase = PHASE_TOKEN;
	github->request = (struct http_request){0};
	if (auth_ask(github->auth, &github->request, server, &github->call->err)) {
		send(github);
	} else {
		github->call->nobody = true;
		end(github, GITHUB_REFUSED, false);
	}
}

void github_start(struct github *github, struct github_call *call, struct mono mono, struct instant now)
{
	assert(!github->call);
	arena_release(&github->call_arena);
	arena_init(&github->call_arena);
	github->call = call;
	github->retried = github->claims_retried = false;
	github->started = mono;
	if (str_starts(call->url, STR("/")))
		github->call_url = arena_fmt(&github->call_arena, "%.*s%.*s", STR_ARG(github->url), STR_ARG(call->url));
	else
		github->call_url = arena_str(&github->call_arena, call->url);
	if (http_url_same_origin(github->call_url, github->url)) {
		go(github, now);
		return;
	}
	err_set(&call->err, "'%s' is not asked: it is another server than '%.*s'", http_url_text(github->call_url).text,
		STR_ARG(github->url));
	end(github, GITHUB_UNFIT, false);
}

static struct str header(const struct github *github, enum wanted which)
{
	return buf_view(&github->wanted[which].value);
}

/* Nothing that can be used came: again later. Returns that verdict. */
static enum github_verdict fail(struct github *github, struct instant now)
{
	quota_failed(&github->quota, github->request.retry_after, now);
	return GITHUB_LATER;
}

/* The document of an answer; its errors are those of a server that is not well. */
static enum github_verdict read_answer(struct github *github, struct instant now, struct json_tree **tree,
				       struct err *err)
{
	*tree = json_tree_read(buf_view(&github->request.body), err);
	if (*tree)
		return GITHUB_OK;
	err_prefix(err, "'%s' answered with what is no JSON", http_url_text(github->request.url).text);
	return fail(github, now);
}

/* What a status other than success means. */
static enum github_verdict verdict_of_status(struct github *github, struct instant now, struct err *err)
{
	const struct http_request *request = &github->request;
	struct url_text url = http_url_text(request->url);

	switch (request->status) {
	case 401:
	case 403:
		return GITHUB_REFUSED;
	case 404:
	case 409: /* a repository without any commit */
	case 410:
	case 451:
		err_set(err, "'%s' is not there (status %ld)", url.text, request->status);
		return GITHUB_GONE;
	default:
		break;
	}
	if (request->status >= 400 && request->status < 500 && request->status != 408) {
		err_set(err, "'%s' cannot be asked like this (status %ld)", url.text, request->status);
		return GITHUB_UNFIT;
	}
	err_set(err, "'%s' answered with status %ld", url.text, request->status);
	return fail(github, now);
}

/* GitHub's own words for an error. */
static struct str message_of(const struct json_tree *tree) { return json_tree_text(json_tree_get(tree, "message")); }

/* Of this answer, whatever it was asked for. `tree` may be an error's document, or NULL; the caller frees it. */
static enum github_verdict judge(struct github *github, struct instant now, struct json_tree **tree, bool *limited,
				 struct err *err)
{
	const struct http_request *request = &github->request;
	struct quota_answer answer = {
		.status = request->status,
		.limit = header(github, W_LIMIT),
		.remaining = header(github, W_REMAINING),
		.reset = header(github, W_RESET),
		.retry_after = request->retry_after,
	};

	quota_note_date(&github->quota, header(github, W_DATE), now);
	if (github->phase == PHASE_CALL) /* an App itself has another limit than its installation */
		quota_note(&github->quota, &answer, now);
	if (request->failed) {
		*err = request->err;
		return request->too_large ? GITHUB_UNFIT : fail(github, now);
	}
	if (request->status == 200 || request->status == 201)
		return read_answer(github, now, tree, err);
	if (request->status == 304 && github->phase == PHASE_CALL && github->call->etag.len)
		return GITHUB_UNCHANGED;
	*tree = json_tree_read(buf_view(&request->body), NULL);
	answer.limit_named = refusal_names_limit(message_of(*tree));
	*limited =
		(request->status == 403 || request->status == 429) && quota_limited(&github->quota, &answer, now, err);
	return *limited ? GITHUB_LATER : verdict_of_status(github, now, err);
}

/* Takes over an ETag that can be sent back, and the next page. */
static bool take_headers(struct github *github, struct err *err)
{
	struct github_call *call = github->call;
	struct str etag = header(github, W_ETAG), next;

	for (size_t i = 0; i < etag.len; i++)
		if (etag.at[i] < ' ' || etag.at[i] == 0x7F)
			etag.len = 0;
	buf_clear(&call->new_etag);
	buf_str(&call->new_etag, etag);
	buf_clear(&call->next);
	if (github->wanted[W_LINK].value.full || !link_next(header(github, W_LINK), &next))
		return err_set(err, "the Link header of '%s' cannot be read: there may be more pages",
			       http_url_text(github->request.url).text);
	if (next.len && !http_url_same_origin(next, github->url))
		return err_set(err, "the next page of '%s' is said to be '%s', which is another server than '%.*s'",
			       http_url_text(github->request.url).text, http_url_text(next).text, STR_ARG(github->url));
	buf_str(&call->next, next);
	return true;
}

/* What an answer tells of the token, whatever else it says. */
static void take_access(struct github *github)
{
	if (github->request.failed)
		return;
	buf_clear(&github->scopes);
	buf_str(&github->scopes, str_trim(header(github, W_SCOPES)));
	if (header(github, W_ENTERPRISE).len) {
		buf_clear(&github->enterprise);
		buf_str(&github->enterprise, str_trim(header(github, W_ENTERPRISE)));
	}
	if (!github_expiration_read(header(github, W_EXPIRES), &github->expires))
		github->expires.ms = 0;
}

static void finish_call(struct github *github, struct instant now)
{
	struct github_call *call = github->call;
	struct json_tree *tree = NULL;
	bool limited = false;
	enum github_verdict verdict = judge(github, now, &tree, &limited, &call->err);
	struct str message = verdict == GITHUB_OK ? (struct str){0} : message_of(tree);
	long status = github->request.status;

	if (verdict == GITHUB_REFUSED && status == 401 && !github->retried && auth_renew(github->auth)) {
		json_tree_free(tree);
		github->retried = true;
		github->retries++;
		release_answer(github);
		go(github, now);
		return;
	}
	take_access(github);
	call->nobody = verdict == GITHUB_REFUSED && status == 401;
	if (call->nobody)
		refusal_say_token(github->call_url, auth_who(github->auth), message, &call->err);
	else if (verdict == GITHUB_REFUSED)
		refusal_say_permission(github->call_url, header(github, W_ACCEPTED), message, &call->err);
	call->off = verdict == GITHUB_GONE && status == 410;
	if (verdict == GITHUB_GONE)
		refusal_say_gone(github->call_url, auth_who(github->auth), status, message, &call->err);
	if (verdict == GITHUB_OK && !take_headers(github, &call->err))
		verdict = fail(github, now);
	if (verdict == GITHUB_OK)
		call->answer = tree;
	else
		json_tree_free(tree);
	end(github, verdict, limited);
}

static void finish_token(struct github *github, struct instant now)
{
	struct err *err = &github->call->err;
	struct json_tree *tree = NULL;
	bool limited = false, taken = false;
	enum github_verdict verdict = judge(github, now, &tree, &limited, err);
	struct instant server = quota_server_time(&github->quota, now);
	int64_t skew = llabs(github->quota.skew.ms);

	if (verdict == GITHUB_OK)
		taken = auth_take(github->auth, tree, server, err);
	else if (verdict == GITHUB_REFUSED && github->request.status == 401 && skew > SKEW_OF_CLAIMS)
		taken = !github->claims_retried; /* now by the server's clock */
	if (taken) {
		github->claims_retried |= verdict != GITHUB_OK;
		github->retries += verdict != GITHUB_OK;
		release_answer(github);
		go(github, now);
	} else {
		if (verdict != GITHUB_OK && verdict != GITHUB_LATER)
			auth_failed(github->auth, verdict, message_of(tree), err);
		github->call->nobody = verdict != GITHUB_LATER;
		end(github, verdict == GITHUB_LATER ? GITHUB_LATER : GITHUB_REFUSED, limited);
	}
	json_tree_free(tree);
}

/* What is done is handed out, once. */
static struct github_call *take_done(struct github *github)
{
	struct github_call *call = github->call;

	release_answer(github);
	github->call = NULL;
	github->phase = PHASE_NONE;
	return call;
}

struct github_call *github_next(struct github *github, struct span wait, int fd, struct instant now)
{
	struct mono begun = mono_now();

	for (;;) {
		struct span over = mono_since(begun, mono_now()), left = {wait.ms > over.ms ? wait.ms - over.ms : 0};
		struct http_request *done;

		if (github->phase == PHASE_DONE)
			return take_done(github);
		done = http_next(github->http, left, fd);
		if (!done)
			return NULL;
		now.ms += mono_since(begun, mono_now()).ms - over.ms;
		if (github->phase == PHASE_TOKEN)
			finish_token(github, now);
		else
			finish_call(github, now);
	}
}

struct github_health github_health(const struct github *github)
{
	const struct quota *quota = &github->quota;
	struct github_health health = {
		.up = github->up,
		.error = github->error.text,
		.refused = github->refused.text,
		.retries = github->retries,
		.requests = github->requests,
		.tokens = auth_tokens(github->auth),
		.limited = quota->told,
		.limit = quota->told ? quota->limit : NAN,
		.remaining = quota->told ? quota->remaining : NAN,
		.reset = quota->told ? quota->reset : (struct instant){0},
		.paused_until = quota_paused_until(quota),
	};

	memcpy(health.calls, github->calls, sizeof(health.calls));
	return health;
}

struct github_access github_access(struct github *github)
{
	const struct secret *token = auth_token(github->auth);
	struct github_access access = {
		.kind = token ? github_token_kind_of(secret_reveal(token)) : GITHUB_TOKEN_NONE,
		.of_app = auth_is_app(github->auth),
		.scopes = buf_view(&github->scopes).at,
		.expires = github->expires,
		.enterprise = buf_view(&github->enterprise).at,
	};

	if (access.of_app)
		access.kind = GITHUB_TOKEN_INSTALLATION;
	else if (access.kind == GITHUB_TOKEN_OTHER && github->scopes.len)
		access.kind = GITHUB_TOKEN_CLASSIC;
	access.scopes_told = access.kind == GITHUB_TOKEN_CLASSIC;
	return access;
}
