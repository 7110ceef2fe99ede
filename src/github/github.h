/* GitHub's REST API as a client that keeps its rules: one request at a time per token, conditional requests, primary
 * and secondary limits, a reserve of quota that is never touched, tokens of any kind. github.com and Enterprise Server.
 * Knows nothing of what is asked. One thread.
 *
 * Sources: docs.github.com, "Best practices for using the REST API" and "Rate limits for the REST API". */
#ifndef WICK_GITHUB_GITHUB_H
#define WICK_GITHUB_GITHUB_H

#include "format/json_tree.h"
#include "github/access.h"
#include "net/http.h"

struct github_settings {
	struct str url; /* "https://api.github.com", "https://HOST/api/v3" */
	/* One of: a token (personal, fine-grained or of an installation) or a file with one, read again whenever it
	 * changes; an App's id with its key, and the installation (0: found by the App, where it has one only). None:
	 * anonymous, 60 requests an hour. */
	struct secret *token; /* or NULL; not taken over */
	struct str token_file;
	struct str app_id;       /* or the client id */
	struct str app_key_file; /* PEM, RSA */
	uint64_t app_installation;
	struct str api_version; /* "2022-11-28", "2026-03-10" */
	/* Requests of an hour's quota that are left to others. One call may take up to four requests, so calls end
	 * three before it; where that is more than half the quota, it is half. */
	unsigned quota_reserve;
	struct str ca_file;
	struct span connect_timeout, timeout; /* 0: those of src/net */
};

struct github;
/* NULL with `err` where the settings cannot be used. Connects to nothing. `beside` may be NULL (http_new_beside). */
struct github *github_new(const struct github_settings *settings, struct http *beside, struct err *err);
void github_free(struct github *github); /* NULL is legal */

enum github_verdict {
	GITHUB_OK,        /* `answer` is there */
	GITHUB_UNCHANGED, /* 304: as it was when the ETag was given */
	GITHUB_GONE,      /* 404, 410, 451: not there, or not for us to see */
	GITHUB_REFUSED,   /* 401, 403: no right to it; `err` names the permission */
	GITHUB_UNFIT,     /* 422, 400: what was asked cannot be (a listing that is too deep) */
	GITHUB_LATER,     /* limits, 5xx, no or half an answer: ask again once github_wait is over */
};
enum { GITHUB_VERDICTS = GITHUB_LATER + 1 };
extern const char *const github_verdict_names[GITHUB_VERDICTS]; /* "ok", "unchanged", "gone", ... */

/* One GET. Texts belong to the caller and must stay until it has come back. */
struct github_call {
	struct str url;  /* below the API's address ("/repos/o/r/issues?page=2"), or whole, as a Link said it */
	struct str etag; /* of the time before; empty: none */

	/* out */
	enum github_verdict verdict;
	struct json_tree *answer; /* GITHUB_OK; the caller frees it with github_call_release */
	struct buf next;          /* the Link header's rel="next", as it stands; empty: the last page */
	struct buf new_etag;      /* empty: none */
	bool limited;             /* GITHUB_LATER: by a limit */
	struct err err;           /* a whole sentence; of verdicts other than OK and UNCHANGED */
	bool nobody;              /* GITHUB_REFUSED: the token itself is, or there is none to be had */
	bool off;                 /* GITHUB_GONE: it is turned off (410), whatever the rights */
	void *context;            /* the caller's */
};
void github_call_init(struct github_call *call, struct str url, struct str etag);
void github_call_release(struct github_call *call);

/* How long no call may be started: 0 where one may be. Limits, pauses after failures, and a call that is under way
 * (then it is a moment after which to look again). Calls start 70 ms apart, below GitHub's 900 a minute, but for a
 * server on this machine. */
struct span github_wait(const struct github *github, struct mono mono, struct instant now);
/* Starts one; only where github_wait is 0. `now` is the system's time: limits end at an instant. */
void github_start(struct github *github, struct github_call *call, struct mono mono, struct instant now);
/* Takes what has come, and waits up to `wait` for it or for `fd` (-1: none); the call that is done, or NULL. Token
 * exchanges and the retry after a 401 happen in here. */
struct github_call *github_next(struct github *github, struct span wait, int fd, struct instant now);
/* What was asked in vain is given up: the next call does not wait for the pause after its failures. Limits stay. */
void github_go_on(struct github *github);
bool github_busy(const struct github *github);

/* How it goes, for the health; counters since the start. Texts live until the next call. */
struct github_health {
	bool up;             /* the last call was answered */
	const char *error;   /* the last failure, "" while up */
	const char *refused; /* the last right that was missing, "" for none */
	uint64_t calls[GITHUB_VERDICTS];
	uint64_t retries, tokens;    /* calls that were put again; tokens that were taken out for an App */
	uint64_t requests;           /* that were sent for all of this; a redirect that was followed is none more */
	bool limited;                /* the host tells of limits (Enterprise Server need not) */
	double limit, remaining;     /* of the present hour; NaN: not told */
	struct instant reset;        /* when it is full again; ms == 0: not told */
	struct instant paused_until; /* ms == 0: not paused */
};
struct github_health github_health(const struct github *github);

/* Who asks, as far as the token's text and the answers so far tell. Texts live until the next call. */
struct github_access {
	enum github_token_kind kind;
	bool of_app;            /* taken out with the App's key */
	bool scopes_told;       /* a classic token's */
	const char *scopes;     /* "repo, read:org"; "": none */
	struct instant expires; /* ms == 0: not told */
	const char *enterprise; /* the version of an Enterprise Server, "" for none */
};
struct github_access github_access(struct github *github);

#endif
