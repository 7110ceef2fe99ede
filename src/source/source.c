#include "source/source.h"

#include "base/limits.h"
#include "base/mem.h"
#include "source/answer.h"
#include "source/listing.h"
#include "source/question.h"
#include "source/verdict.h"

#include <assert.h>
#include <poll.h>
#include <stdlib.h>

enum {
	LOOK_MS = 100, /* how often stop() is asked at least */
	BACKOFF_MS = 250,
	BACKOFF_MOST_MS = 10000,
	RETRY_AFTER_MOST_MS = 30000, /* a server may want more; then the next cycle asks again */
	WAITING_PER_SLOT = 4,        /* questions that wait for another try hold back fresh ones from there on */
};

const char *const ask_outcome_names[ASK_OUTCOMES] = {
	[ASK_OK] = "ok",
	[ASK_REFUSED] = "refused",
	[ASK_UNAVAILABLE] = "unavailable",
	[ASK_TOO_LARGE] = "too_large",
	[ASK_INTERRUPTED] = "interrupted",
};

/* One of the `concurrency` places for a request under way. */
struct slot {
	struct source *source;
	struct http_request request;
	struct buf url, form;
	size_t job;
	bool busy;
};

enum job_state { JOB_FRESH, JOB_RUNNING, JOB_WAITING, JOB_DONE };

/* Where a question stands; job i belongs to ask i. */
struct job {
	enum job_state state;
	unsigned tries;
	struct mono begun, due; /* due: of the next try, while waiting */
};

/* What source_begin was given; without open questions there is none. */
struct round {
	struct source *source;
	struct ask *asks;
	struct job *jobs;
	size_t len, open, fresh, waiting; /* jobs before `fresh` were begun */
	struct mono begun;
	struct mono good; /* when the last good answer came */
	bool given_up;    /* on the server: nothing is asked again */
};

struct source {
	struct source *beside; /* the next of those that are waited for together, round and round */
	struct http *http;
	char *base; /* the URL without slashes at its end */
	struct slot *slots;
	struct round round;
	unsigned concurrency, attempts;
	size_t answer_bytes;
	struct span backoff;
	struct source_interrupt interrupt;
	struct source_stats stats;
	uint64_t draws; /* of jitter */
};

/* Takes it in behind `beside`. */
static void join(struct source *source, struct source *beside)
{
	source->beside = beside ? beside->beside : source;
	source->interrupt = beside ? beside->interrupt : (struct source_interrupt){.fd = -1};
	if (beside)
		beside->beside = source;
}

static void leave(struct source *source)
{
	struct source *before = source;

	while (before->beside != source)
		before = before->beside;
	before->beside = source->beside;
}

struct source *source_new(const struct source_settings *settings, struct err *err)
{
	return source_new_beside(NULL, settings, err);
}

struct source *source_new_beside(struct source *beside, const struct source_settings *settings, struct err *err)
{
	struct str url = settings->url;
	struct source *source;
	struct http *http;

	assert(settings->concurrency > 0 && settings->attempts > 0 && settings->answer_bytes > 0);
	while (str_ends(url, STR("/")))
		url.len--;
	if (!http_url_check(url, err))
		return NULL;
	http = http_new_beside(beside ? beside->http : NULL, &settings->http, settings->concurrency, err);
	if (!http)
		return NULL;
	source = xcalloc(1, sizeof(*source));
	source->http = http;
	source->base = xmemdup0(url.at, url.len);
	source->slots = xcalloc(settings->concurrency, sizeof(*source->slots));
	source->concurrency = settings->concurrency;
	source->attempts = settings->attempts;
	source->answer_bytes = settings->answer_bytes;
	source->backoff = settings->backoff.ms > 0 ? settings->backoff : (struct span){BACKOFF_MS};
	join(source, beside);
	for (unsigned i = 0; i < source->concurrency; i++) {
		source->slots[i].source = source;
		buf_init(&source->slots[i].url, LIMIT_URL_QUERY_BYTES + url.len + 64);
		buf_init(&source->slots[i].form, 3 * LIMIT_PROMQL_PRINTED + 256);
	}
	return source;
}

void source_free(struct source *source)
{
	if (!source)
		return;
	leave(source);
	http_free(source->http);
	free(source->round.jobs);
	for (unsigned i = 0; i < source->concurrency; i++) {
		buf_release(&source->slots[i].url);
		buf_release(&source->slots[i].form);
	}
	free(source->slots);
	free(source->base);
	free(source);
}

void source_interrupt(struct source *source, struct source_interrupt interrupt)
{
	struct source *at = source;

	do
		at->interrupt = interrupt;
	while ((at = at->beside) != source);
}

struct source_stats source_stats(const struct source *source) { return source->stats; }

static void finish(struct round *round, size_t index, enum ask_outcome outcome)
{
	struct job *job = &round->jobs[index];
	struct ask *ask = &round->asks[index];

	if (job->state == JOB_WAITING)
		round->waiting--;
	if (job->state != JOB_FRESH)
		ask->seconds = (double)(mono_now().ns - job->begun.ns) / 1e9;
	job->state = JOB_DONE;
	ask->outcome = outcome;
	round->open--;
	round->source->stats.asks[outcome]++;
	if (round->open == 0)
		round->source->stats.seconds += (double)(mono_now().ns - round->begun.ns) / 1e9;
}

static struct slot *free_slot(struct source *source)
{
	for (unsigned i = 0; i < source->concurrency; i++)
		if (!source->slots[i].busy)
			return &source->slots[i];
	return NULL;
}

/* The question to send next, or len: one whose waiting is over goes before a fresh one. */
static size_t next_job(const struct round *round, struct mono now)
{
	size_t first = round->len;

	if (round->waiting)
		for (size_t i = 0; i < round->fresh; i++)
			if (round->jobs[i].state == JOB_WAITING && round->jobs[i].due.ns <= now.ns &&
			    (first == round->len || round->jobs[i].due.ns < round->jobs[first].due.ns))
				first = i;
	if (first == round->len && round->fresh < round->len &&
	    round->waiting < (size_t)round->source->concurrency * WAITING_PER_SLOT)
		first = round->fresh;
	return first;
}

static void dispatch(struct round *round, struct slot *slot, size_t index)
{
	struct source *source = round->source;
	struct job *job = &round->jobs[index];

	if (index == round->fresh) {
		round->fresh++;
		job->begun = mono_now();
	} else {
		round->waiting--;
		source->stats.retries++;
	}
	job->state = JOB_RUNNING;
	job->tries++;
	if (!question_write(str_of(source->base), &round->asks[index], http_timeout(source->http), &slot->url,
			    &slot->form)) {
		err_set(&round->asks[index].err, "the query is too long to be sent");
		finish(round, index, ASK_REFUSED);
		return;
	}
	slot->busy = true;
	slot->job = index;
	slot->request = (struct http_request){
		.url = buf_view(&slot->url),
		.post_body = slot->form.len ? buf_view(&slot->form) : (struct str){0},
		.body_ceiling = source->answer_bytes,
		.context = slot,
	};
	source->stats.requests++;
	http_start(source->http, &slot->request);
}

/* Full jitter: many questions that failed together do not come back together. */
static struct mono next_try(struct source *source, unsigned tries, struct span retry_after)
{
	int64_t most = source->backoff.ms << (tries < 16 ? tries : 16), wait, wanted = retry_after.ms;
	uint64_t draw;

	source->draws++;
	draw = str_hash((struct str){(const char *)&source->draws, sizeof(source->draws)});
	if (most > BACKOFF_MOST_MS)
		most = BACKOFF_MOST_MS;
	wait = (int64_t)(draw % (uint64_t)(most + 1));
	if (wanted > RETRY_AFTER_MOST_MS)
		wanted = RETRY_AFTER_MOST_MS;
	return (struct mono){mono_now().ns + (wait > wanted ? wait : wanted) * 1000000};
}

/* Hands out what was found well-formed before; false where a callback wants no more. */
static bool hand_out(struct ask *ask, struct str body)
{
	struct answer_info info;

	if (ask->list != ASK_QUERY)
		return !ask->item ||
		       listing_read(ask->list, body, ask->item, ask->context, &info, &ask->err) == ANSWER_SUCCESS;
	return !ask->series || answer_read(body, ask->series, ask->context, &info, &ask->err) == ANSWER_SUCCESS;
}

static void take_answer(struct round *round, size_t index, const struct http_request *request,
			const struct answer_info *info)
{
	struct source_stats *stats = &round->source->stats;
	struct ask *ask = &round->asks[index];

	ask->series_count = info->series;
	ask->sample_count = info->samples;
	memcpy(ask->warning, info->warning, sizeof(ask->warning));
	stats->series += info->series;
	stats->samples += info->samples;
	stats->warnings += info->warnings;
	round->good = mono_now();
	finish(round, index, hand_out(ask, buf_view(&request->body)) ? ASK_OK : ASK_REFUSED);
}

static void end_the_rest(struct round *round, enum ask_outcome outcome, const char *why)
{
	for (size_t i = 0; i < round->len; i++)
		if (round->jobs[i].state == JOB_FRESH || round->jobs[i].state == JOB_WAITING) {
			err_set(&round->asks[i].err, "%s", why);
			finish(round, i, outcome);
		}
	round->fresh = round->len;
}

/* A request came back: its question is answered, or waits for another try, or has had its tries. */
static void judge(struct slot *slot)
{
	struct source *source = slot->source;
	struct round *round = &source->round;
	struct http_request *request = &slot->request;
	struct job *job = &round->jobs[slot->job];
	struct ask *ask = &round->asks[slot->job];
	struct answer_info info;
	struct err err = {0};
	struct verdict verdict = verdict_of(request, ask->list, &info, &err);

	ask->answer_bytes = request->body.len;
	source->stats.bytes += request->body.len;
	if (verdict.outcome == ASK_OK) {
		take_answer(round, slot->job, request, &info);
	} else if (verdict.again && job->tries < source->attempts && !round->given_up) {
		job->state = JOB_WAITING;
		job->due = next_try(source, job->tries, request->retry_after);
		round->waiting++;
	} else {
		ask->err = err;
		if (job->tries > 1)
			err_prefix(&ask->err, "%u tries", job->tries);
		finish(round, slot->job, verdict.outcome);
		if (verdict.outcome == ASK_UNAVAILABLE && round->good.ns < job->begun.ns && !round->given_up) {
			round->given_up = true;
			err_prefix(&err, "not asked, since another query failed");
			end_the_rest(round, ASK_UNAVAILABLE, err.text);
		}
	}
}

static void take(struct slot *slot)
{
	struct round *round = &slot->source->round;

	if (slot->request.interrupted) {
		err_set(&round->asks[slot->job].err, "interrupted");
		finish(round, slot->job, ASK_INTERRUPTED);
	} else {
		judge(slot);
	}
	buf_release(&slot->request.body);
	slot->busy = false;
}

void source_drop(struct source *source)
{
	struct http_request *request;

	source->round.given_up = true; /* no more tries */
	http_interrupt(source->http);
	while (http_running(source->http) && (request = http_next(source->http, (struct span){0}, -1)))
		take(request->context);
	end_the_rest(&source->round, ASK_INTERRUPTED, "interrupted");
}

/* All rounds end at once. */
static void interrupt(struct source *source)
{
	struct source *at = source;

	do
		source_drop(at);
	while ((at = at->beside) != source);
}

static bool readable(int fd)
{
	struct pollfd watched = {.fd = fd, .events = POLLIN};

	return fd >= 0 && poll(&watched, 1, 0) > 0;
}

static bool wanted_to_stop(const struct source_interrupt *interrupt)
{
	return interrupt->stop ? interrupt->stop(interrupt->context) : readable(interrupt->fd);
}

/* Until a question of the round is due, and not longer than `wait`. */
static struct span patience(const struct round *round, struct mono now, struct span wait)
{
	if (round->waiting)
		for (size_t i = 0; i < round->fresh; i++)
			if (round->jobs[i].state == JOB_WAITING &&
			    (round->jobs[i].due.ns - now.ns) / 1000000 + 1 < wait.ms)
				wait.ms = (round->jobs[i].due.ns - now.ns) / 1000000 + 1;
	return wait.ms > 0 ? wait : (struct span){1};
}

/* Goes on with all rounds, and waits for one answer; not longer than stop() may stay unasked. */
static void step(struct source *source, struct span most)
{
	struct span wait = {most.ms < LOOK_MS ? most.ms : LOOK_MS};
	struct source *at = source;
	struct http_request *request;
	struct slot *slot;
	size_t index;
	/* readable although stop() has seen it: watching it would be a busy loop */
	int fd = readable(source->interrupt.fd) ? -1 : source->interrupt.fd;

	do {
		while ((slot = free_slot(at)) && (index = next_job(&at->round, mono_now())) < at->round.len)
			dispatch(&at->round, slot, index);
		wait = patience(&at->round, mono_now(), wait);
	} while ((at = at->beside) != source);
	request = http_next(source->http, wait, fd);
	if (request)
		take(request->context);
}

static void clear_answer(struct ask *ask)
{
	ask->outcome = ASK_UNAVAILABLE;
	ask->err = (struct err){0};
	ask->answer_bytes = ask->series_count = ask->sample_count = 0;
	ask->warning[0] = '\0';
	ask->seconds = 0;
}

void source_begin(struct source *source, struct ask *asks, size_t len)
{
	struct round *round = &source->round;

	assert(round->open == 0);
	free(round->jobs);
	*round = (struct round){.source = source,
				.asks = asks,
				.jobs = xcalloc(len, sizeof(*round->jobs)),
				.len = len,
				.open = len,
				.begun = mono_now(),
				.good = {INT64_MIN}};
	for (size_t i = 0; i < len; i++)
		clear_answer(&asks[i]);
}

bool source_answered(const struct source *source) { return source->round.open == 0; }

static size_t rounds_open(const struct source *source)
{
	const struct source *at = source;
	size_t count = 0;

	do
		count += !source_answered(at);
	while ((at = at->beside) != source);
	return count;
}

void source_wait(struct source *source, struct span most)
{
	struct mono begun = mono_now();
	size_t open = rounds_open(source);

	while (open && rounds_open(source) == open) {
		struct span left = {most.ms - mono_since(begun, mono_now()).ms};

		if (wanted_to_stop(&source->interrupt))
			interrupt(source);
		else if (left.ms > 0)
			step(source, left);
		else
			return;
	}
}

bool source_ask(struct source *source, struct ask *asks, size_t len)
{
	bool ok = true;

	source_begin(source, asks, len);
	while (!source_answered(source))
		source_wait(source, (struct span){SPAN_MINUTE});
	for (size_t i = 0; i < len; i++)
		ok = ok && asks[i].outcome == ASK_OK;
	return ok;
}
