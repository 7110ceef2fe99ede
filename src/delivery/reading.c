#include "delivery/reading.h"

#include "base/limits.h"
#include "base/mem.h"
#include "delivery/reading_parts.h"
#include "net/url.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Everything that lists told of was followed up: "yes", or "open" where details may change that no list tells of. */
#define SETTLED STR("settled")
enum {
	TRIES_FIRST = 8,   /* of a question: with the pauses between them some four minutes */
	TRIES_HURRIED = 5, /* a quarter of a minute */
	TRIES_NEXT = 2,    /* where the one before had no answer either */
	LOST_MOST = 3,     /* questions in a row */
};

struct reading *reading_new(struct facts *facts, const struct target *target, const struct reading_options *options)
{
	struct reading *reading = xcalloc(1, sizeof(*reading));

	reading->facts = facts;
	reading->target = target;
	reading->options = *options;
	/* GitHub's searches know whole seconds */
	reading->options.horizon.ms -= options->horizon.ms % SPAN_SECOND;
	arena_init(&reading->arena);
	buf_init(&reading->etag, LIMIT_LINE_BYTES);
	buf_init(&reading->link, LIMIT_LINE_BYTES);
	github_call_init(&reading->call, STR(""), STR(""));
	return reading;
}

void reading_free(struct reading *reading)
{
	if (!reading)
		return;
	repository_facts_free(reading->known);
	github_call_release(&reading->call);
	buf_release(&reading->etag);
	buf_release(&reading->link);
	faults_release(&reading->faults);
	arena_release(&reading->arena);
	free(reading);
}

struct errand *errand_first(struct reading *reading, const struct errand *errand)
{
	struct errand *copy = arena_alloc(&reading->arena, sizeof(*copy));

	*copy = *errand;
	copy->next = reading->first;
	reading->first = copy;
	return copy;
}

struct errand *errand_last(struct reading *reading, const struct errand *errand)
{
	struct errand *copy = arena_alloc(&reading->arena, sizeof(*copy)), **end = &reading->first;

	*copy = *errand;
	copy->next = NULL;
	while (*end)
		end = &(*end)->next;
	*end = copy;
	return copy;
}

struct str escaped(struct reading *reading, struct str text)
{
	struct str copy;
	struct buf buf;

	buf_init(&buf, LIMIT_LINE_BYTES);
	http_url_escape(&buf, text);
	copy = arena_str(&reading->arena, buf_view(&buf));
	buf_release(&buf);
	return copy;
}

struct str repository_url(struct reading *reading, const char *format, ...)
{
	struct str copy;
	struct buf buf;
	char *rest = NULL;
	va_list list;

	va_start(list, format);
	if (vasprintf(&rest, format, list) < 0)
		abort();
	va_end(list);
	buf_init(&buf, LIMIT_LINE_BYTES);
	buf_fmt(&buf, "/repos/%.*s%s", STR_ARG(reading->target->repository), rest);
	copy = arena_str(&reading->arena, buf_view(&buf));
	buf_release(&buf);
	free(rest);
	return copy;
}

struct repository_facts *reading_known(struct reading *reading, struct err *err)
{
	if (!reading->known)
		reading->known = facts_load(reading->facts, reading->target->repository, err);
	reading->broken |= !reading->known;
	return reading->known;
}

void reading_forget(struct reading *reading)
{
	repository_facts_free(reading->known);
	reading->known = NULL;
}

bool reading_put(struct reading *reading, bool ok)
{
	reading->changed |= ok;
	reading->broken |= !ok;
	return ok;
}

bool reading_put_attempt(struct reading *reading, const struct fact_attempt *attempt, struct err *err)
{
	return reading_put(reading, facts_put_attempt(reading->facts, reading->target->repository, attempt, err));
}

static struct str mark_name(struct reading *reading, struct str key, const char *which)
{
	return arena_fmt(&reading->arena, "%.*s: %s", STR_ARG(key), which);
}

bool reading_mark(struct reading *reading, struct str key, const char *which, struct instant *at, struct err *err)
{
	struct err why = {0};
	struct buf value;

	at->ms = 0;
	buf_init(&value, 64);
	if (facts_get_mark(reading->facts, reading->target->repository, mark_name(reading, key, which), &value, &why))
		instant_read(buf_view(&value), at);
	buf_release(&value);
	if (!why.text[0])
		return true;
	reading->broken = true;
	return err_set(err, "%s", why.text);
}

bool reading_put_mark(struct reading *reading, struct str key, const char *which, struct instant at, struct err *err)
{
	bool ok = facts_put_mark(reading->facts, reading->target->repository, mark_name(reading, key, which),
				 str_of(instant_text(at).text), err);

	reading->broken |= !ok;
	return ok;
}

/* A part that cannot be had does not keep the others from being read. */
static void give_up(struct reading *reading, const struct errand *errand, const char *text)
{
	reading->stuck |= reading->stage == STAGE_PULLS_OF;
	faults_add(&reading->faults, errand->kind->what, errand->listing ? errand->listing : errand->of,
		   errand->environment, text);
}

/* Of a list that is not there, or not for us, no other page is. */
static void drop_list(struct reading *reading, const struct listing *listing)
{
	struct errand **link = &reading->first;

	while (listing && *link)
		if ((*link)->listing == listing)
			*link = (*link)->next;
		else
			link = &(*link)->next;
}

static bool put_settled(struct reading *reading, struct str value, struct err *err)
{
	bool ok = facts_put_mark(reading->facts, reading->target->repository, SETTLED, value, err);

	reading->broken |= !ok;
	return ok;
}

/* The mark: "ended" or, where attempts may still go on, "open"; for what was asked; as of when. It is not there while
 * what lists told of is not followed up, and it is of no worth where something else is wanted by now. */
static bool read_settled(struct facts *facts, const struct target *target, bool *open, struct instant *at,
			 struct err *err)
{
	struct err why = {0};
	struct buf value;
	struct str text, wanted;
	char print[32];

	at->ms = 0;
	snprintf(print, sizeof(print), " %016llx ", (unsigned long long)target_print(target));
	wanted = str_of(print);
	buf_init(&value, 128);
	if (facts_get_mark(facts, target->repository, SETTLED, &value, &why)) {
		text = buf_view(&value);
		*open = str_starts(text, STR("open"));
		text = str_slice(text, str_find(text, ' '), text.len);
		if (!str_starts(text, wanted) || !instant_read(str_slice(text, wanted.len, text.len), at))
			at->ms = 0;
	}
	buf_release(&value);
	return !why.text[0] || err_set(err, "%s", why.text);
}

bool reading_settled(struct facts *facts, const struct target *target, struct instant *at, struct err *err)
{
	bool open;

	return read_settled(facts, target, &open, at, err);
}

static bool get_settled(struct reading *reading, bool *settled, struct err *err)
{
	struct instant at;
	bool open = false, ok = read_settled(reading->facts, reading->target, &open, &at, err);

	*settled = at.ms > 0;
	reading->open |= open;
	reading->broken |= !ok;
	return ok;
}

static bool settle(struct reading *reading, struct err *err)
{
	char text[96];

	snprintf(text, sizeof(text), "%s %016llx %s", reading->open ? "open" : "ended",
		 (unsigned long long)target_print(reading->target), instant_text(reading->options.now).text);
	return put_settled(reading, str_of(text), err);
}

static bool (*const fills[STAGE_ENDED])(struct reading *, struct err *) = {
	listings_fill, details_fill, ranges_fill, pulls_of_fill, pulls_fill, files_fill,
};

/* Where there is nothing new, the stages behind the lists have nothing to do. */
static bool next_stage(struct reading *reading, struct err *err)
{
	bool settled = true;

	reading->filled = false;
	if (reading->stage == STAGE_LISTINGS) {
		if (!reading->changed && !get_settled(reading, &settled, err))
			return false;
		reading->stage = reading->changed || !settled || reading->open ? STAGE_DETAILS : STAGE_ENDED;
		reading->open = false;
	} else {
		reading->stage++;
	}
	if (reading->stage == STAGE_DETAILS || reading->stage == STAGE_RANGES)
		reading_forget(reading);
	if (reading->stage == STAGE_ENDED && reading->known && reading->faults.len == 0)
		return settle(reading, err);
	return true;
}

/* What a stage finds out by itself is written down at once. */
static bool fill(struct reading *reading, struct err *err)
{
	bool ok;

	if (!facts_begin(reading->facts, err)) {
		reading->broken = true;
		return false;
	}
	ok = fills[reading->stage](reading, err);
	if (ok && facts_commit(reading->facts, err))
		return true;
	facts_abandon(reading->facts);
	reading->broken = true;
	return false;
}

/* True where there is an errand, or all is done. */
static bool find_errand(struct reading *reading, struct err *err)
{
	while (!reading->first && reading->stage != STAGE_ENDED) {
		bool again = reading->stage == STAGE_RANGES || (reading->stage == STAGE_PULLS_OF && !reading->stuck);

		if ((!reading->filled || again) && !fill(reading, err))
			return false;
		reading->filled = true;
		if (!reading->first && !next_stage(reading, err))
			return false;
	}
	return true;
}

/* What a page is kept under. Lists of different workflows may have the same address: what is unchanged for one of them
 * was never looked at for the other. */
static struct str page_name(struct reading *reading, const struct errand *errand)
{
	if (!errand->listing)
		return errand->url;
	return arena_fmt(&reading->arena, "%.*s#%.*s#%lld", STR_ARG(errand->url), STR_ARG(errand->listing->key),
			 (long long)errand->walk.ms);
}

struct github_call *reading_next(struct reading *reading, struct err *err)
{
	struct errand *errand;
	struct err why = {0};

	if (reading->broken || !find_errand(reading, err) || !reading->first)
		return NULL;
	if (reading->options.most && reading->asked >= reading->options.most) {
		reading->more = true;
		return NULL;
	}
	errand = reading->first;
	buf_clear(&reading->etag);
	buf_clear(&reading->link);
	if (errand->kept && !errand->fresh &&
	    !facts_get_page(reading->facts, page_name(reading, errand), &reading->etag, &reading->link, &why) &&
	    why.text[0]) {
		reading->broken = true;
		err_set(err, "%s", why.text);
		return NULL;
	}
	github_call_release(&reading->call);
	github_call_init(&reading->call, errand->url, buf_view(&reading->etag));
	return &reading->call;
}

/* The next page, or the end of the errand. */
static bool go_on(struct reading *reading, struct errand *errand, struct str next, struct err *err)
{
	if (next.len && !errand->enough) {
		errand->url = arena_str(&reading->arena, next);
		return true;
	}
	reading->first = errand->next;
	return !errand->kind->done || errand->kind->done(reading, errand, err);
}

static bool take_page(struct reading *reading, struct errand *errand, struct err *err)
{
	struct str next = buf_view(&reading->call.next), etag = buf_view(&reading->call.new_etag);
	struct errand *before = reading->first;

	errand->pages++;
	if (!errand->kind->page(reading, errand, reading->call.answer, err))
		return false;
	if (errand->kept && !facts_put_page(reading->facts, page_name(reading, errand), etag, next, err)) {
		reading->broken = true;
		return false;
	}
	/* a page may have put others in its place */
	return reading->first != before || go_on(reading, errand, next, err);
}

static bool take_unchanged(struct reading *reading, struct errand *errand, struct err *err)
{
	errand->pages++;
	errand->same = true;
	errand->enough |= errand->walked;
	return go_on(reading, errand, buf_view(&reading->link), err);
}

static bool drop(struct reading *reading, struct errand *errand,
		 bool (*instead)(struct reading *, struct errand *, struct err *), struct err *err)
{
	reading->first = errand->next;
	if (instead)
		return instead(reading, errand, err);
	if (errand->listing && !listing_missing(reading, errand, err))
		return false;
	give_up(reading, errand, reading->call.err.text);
	if (reading->call.verdict != GITHUB_UNFIT)
		drop_list(reading, errand->listing);
	return true;
}

static bool take(struct reading *reading, struct errand *errand, struct err *err)
{
	switch (reading->call.verdict) {
	case GITHUB_OK:
		return take_page(reading, errand, err);
	case GITHUB_UNCHANGED:
		return take_unchanged(reading, errand, err);
	case GITHUB_GONE:
		return drop(reading, errand, errand->kind->gone, err);
	case GITHUB_UNFIT:
		return drop(reading, errand, errand->kind->unfit, err);
	case GITHUB_REFUSED:
		return drop(reading, errand, NULL, err);
	case GITHUB_LATER:
		break;
	}
	return true;
}

/* What always fails must not keep the rest from being read, here and elsewhere: a question is put so often, and where
 * several in a row had no answer it is GitHub that has none, and the reading ends. Limits are answers. */
static void take_later(struct reading *reading, const struct errand *errand)
{
	unsigned first = reading->options.hurried ? TRIES_HURRIED : TRIES_FIRST;

	if (reading->call.limited || ++reading->later < (reading->lost ? TRIES_NEXT : first))
		return;
	give_up(reading, errand, reading->call.err.text);
	ranges_skip(reading, errand, NULL);
	reading->first = errand->next;
	reading->later = 0;
	if (++reading->lost < LOST_MOST)
		return;
	reading->unanswered = true;
	faults_add(&reading->faults, "answer", NULL, NULL, reading->call.err.text);
	reading->first = NULL;
	reading->stage = STAGE_ENDED;
}

bool reading_take(struct reading *reading, struct err *err)
{
	struct errand *errand = reading->first;
	struct err why = {0};
	bool was_changed = reading->changed, ok;

	if (reading->call.verdict == GITHUB_LATER) {
		take_later(reading, errand);
		return true;
	}
	reading->later = reading->lost = 0;
	/* what is as it was costs nothing, and brings a walk that was cut back to where it was */
	reading->asked += reading->call.verdict != GITHUB_UNCHANGED;
	if (!facts_begin(reading->facts, err)) {
		reading->broken = true;
		return false;
	}
	ok = take(reading, errand, &why);
	/* what changed has to be followed up, also by another process */
	if (ok && reading->changed && !was_changed)
		ok = put_settled(reading, (struct str){0}, &why);
	if (ok && facts_commit(reading->facts, err))
		return true;
	facts_abandon(reading->facts);
	if (ok || reading->broken) {
		reading->broken = true;
		return ok ? false : err_set(err, "%s", why.text);
	}
	/* an answer that GitHub should not give: nothing of it is taken, and the rest goes on */
	err_prefix(&why, "the %s of '%.*s'", errand->kind->what, STR_ARG(reading->target->repository));
	give_up(reading, errand, why.text);
	reading->first = errand->next;
	return true;
}

struct reading_outcome reading_outcome(const struct reading *reading)
{
	return (struct reading_outcome){.changed = reading->changed,
					.more = reading->more,
					.unanswered = reading->unanswered,
					.gave_up = reading->lost > 0 && reading->later == 0,
					.asked = reading->asked,
					.faults = &reading->faults};
}
