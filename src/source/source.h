/* A Prometheus-compatible server (Prometheus, Mimir, Thanos, VictoriaMetrics, ...) that answers PromQL.
 * One thread uses a source: the engine's. Whoever waits for answers goes on serving the caller's own descriptors, and
 * stops early when the caller says so. Sources beside each other are waited for together: one that hangs holds up
 * nobody who waits for another. */
#ifndef WICK_SOURCE_SOURCE_H
#define WICK_SOURCE_SOURCE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/when.h"
#include "model/histogram.h"
#include "model/labels.h"
#include "model/sample.h"
#include "net/http.h"

struct source;

struct source_settings {
	struct str name;           /* of a source beside the default one; else empty */
	struct str url;            /* "http://host:9090" or with a path prefix */
	struct http_settings http; /* authentication, headers, TLS, time-outs (net/http.h) */
	struct str password_file;  /* where http.password is read from, by whoever reads the settings */
	unsigned concurrency;      /* requests under way at once; 1 to 64 */
	unsigned attempts;         /* tries per request, the first included */
	size_t answer_bytes;       /* ceiling of one answer */
	struct span backoff;       /* 0: 250 ms; the nth retry waits at random up to 2^n times as long, or as long as
				      Retry-After wants */
};

/* NULL with `err` where the settings cannot be used (bad URL, missing certificate file, ...). Does not connect. */
struct source *source_new(const struct source_settings *settings, struct err *err);
/* One that is waited for together with `beside` and all that is beside that; NULL: alone. */
struct source *source_new_beside(struct source *beside, const struct source_settings *settings, struct err *err);
void source_free(struct source *source);

/* One series of an answer; all of it is valid only inside the callback. */
struct source_series {
	struct str raw_labels; /* the bytes of the JSON object `metric`: the same labels give the same bytes from the
				  same server */
	const struct sample *samples; /* in time order; one for an instant vector */
	size_t len;
	const struct histogram *histograms; /* samples of a native histogram, likewise */
	size_t histograms_len;
};

/* The labels of a series, sorted, copied to the arena (with __name__ where it is there). */
bool source_series_labels(const struct source_series *series, struct arena *arena, struct labels *labels,
			  struct err *err);

enum ask_outcome {
	ASK_OK,
	ASK_REFUSED, /* the server understood the question and says no (400, 422, "bad_data", "execution"): the question
			is at fault */
	ASK_UNAVAILABLE, /* no answer, 429, 5xx, time-out, half an answer, garbage, no access (401, 403), no such API
			  * there (404, a redirect elsewhere): the question is not at fault, and asking later may
			  * help */
	ASK_TOO_LARGE,   /* the answer is over the ceiling, or the server hit its own sample limit: ask for less at
			  * once */
	ASK_INTERRUPTED, /* the caller wanted to stop */
};
enum { ASK_OUTCOMES = ASK_INTERRUPTED + 1 };
extern const char *const ask_outcome_names[ASK_OUTCOMES];

/* What else than queries a source can be asked for: short lists of what it has. */
enum ask_list {
	ASK_QUERY,       /* no list: `promql` is evaluated */
	ASK_LABEL_NAMES, /* labels of the series that `match` selects */
	ASK_VALUES,      /* values of `label`, of the series that `match` selects */
	ASK_METADATA,    /* metrics, as targets describe them */
};

/* One line of a list; valid only inside the callback. */
struct source_item {
	struct str text; /* a label's name, a value, a metric */
	struct str type; /* ASK_METADATA: "counter", "histogram", ...; of several the first */
};

/* One question. A range selector asked at an instant gives the raw samples of (at - range, at], both on Prometheus 2,
 * which also gives the sample at the left end, and 3, which does not: samples at or before the left end are for the
 * caller to skip. */
struct ask {
	struct str promql;
	struct instant at;    /* instant query, 0 for the now of the server's own clock; or the end of a range query */
	struct instant start; /* range query: used when step.ms > 0 */
	struct span step;

	/* Called once per series, after the whole answer has arrived and was found well-formed; false stops and makes
	 * the outcome ASK_REFUSED with the text the callback put into `err`. */
	bool (*series)(void *context, const struct source_series *series, struct err *err);
	void *context;

	enum ask_list list;
	struct str label, match; /* of a list; `match` may be empty: all series */
	/* In place of `series`, and for lists in the same way: once per line. Their times are `start` to `at`, or all
	 * where `at` is 0. */
	bool (*item)(void *context, const struct source_item *item, struct err *err);

	/* out */
	enum ask_outcome outcome;
	struct err err;                                  /* whole sentence: which URL, what happened; never a secret */
	size_t answer_bytes, series_count, sample_count; /* lines of a list count as series */
	char warning[256];                               /* the first of the answer's `warnings`, or "" */
	double seconds;                                  /* from first try to answer */
};

/* Begins to ask all, at most `concurrency` at once, with retries; `asks` must stay where they are until each has its
 * outcome. One round at a time. Callbacks come one at a time on the thread that waits, in the order of the answers.
 * Once a question has used up its tries while the server gave no good answer to any other, the rest is not asked any
 * more: a server that hangs costs a few time-outs, and not one for each question. */
void source_begin(struct source *source, struct ask *asks, size_t len);
/* Each question of the round has its outcome, or there is no round. */
bool source_answered(const struct source *source);
/* Goes on with the rounds of this source and of all beside it, until one of them has ended, or `most` is over. */
void source_wait(struct source *source, struct span most);
/* Ends the round: what is not answered yet becomes ASK_INTERRUPTED. */
void source_drop(struct source *source);
/* Begins, and waits for all. True if all are ASK_OK. */
bool source_ask(struct source *source, struct ask *asks, size_t len);

/* What to watch while waiting: `stop()` true (without one: `fd` readable) ends all that is not yet answered with
 * ASK_INTERRUPTED, of all sources beside this one too. */
struct source_interrupt {
	bool (*stop)(void *context); /* or NULL; called whenever fd becomes readable, which it may serve, and at least
					every 100 ms */
	void *context;
	int fd; /* -1 for none */
};
void source_interrupt(struct source *source, struct source_interrupt interrupt);

/* Counters since source_new, for the daemon's own metrics. */
struct source_stats {
	uint64_t asks[ASK_OUTCOMES];
	uint64_t requests, retries, bytes, samples, series, warnings;
	double seconds; /* spent waiting for answers */
};
struct source_stats source_stats(const struct source *source);

#endif
