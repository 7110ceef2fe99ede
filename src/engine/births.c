#include "engine/births_parts.h"

#include "base/limits.h"
#include "base/mem.h"
#include "engine/selector_text.h"

#include <math.h>
#include <stdlib.h>

/* Up to so many births of one target are looked up one by one: exact selectors spare reading a long-lived target's
 * other series. */
enum { ONE_BY_ONE = 8 };
/* A series that was away for less than this is found by its raw samples at once. */
#define RECENT ((struct span){SPAN_HOUR})

static void add_ask(struct births *births, struct asker asker, struct str promql, struct instant at,
		    bool (*series)(void *, const struct source_series *, struct err *))
{
	struct asker *context = arena_alloc(&births->arena, sizeof(*context));

	*context = asker;
	XGROW(births->asks, births->asks_len, births->asks_cap);
	births->asks[births->asks_len++] =
		(struct ask){.promql = promql, .at = at, .series = series, .context = context};
}

static struct family *family_of(struct births *births, struct question *question)
{
	/* Of series that are remembered only their process is asked for, whatever their metric. */
	size_t watch = question->dated ? SIZE_MAX : question->birth.watch;
	struct str metric = question->dated ? STR("") : labels_get(question->labels, STR("__name__"));
	struct str job = labels_get(question->labels, STR("job")),
		   instance = labels_get(question->labels, STR("instance"));
	struct str key = arena_fmt(&births->arena, "%zu\n%.*s\n%.*s\n%.*s\n%lld", watch, STR_ARG(metric), STR_ARG(job),
				   STR_ARG(instance), (long long)question->birth.first.ms);
	struct family *family = map_get(&births->by_key, key);

	if (family)
		return family;
	family = arena_alloc(&births->arena, sizeof(*family));
	*family = (struct family){
		.metric = metric,
		.job = job,
		.instance = instance,
		.at = {question->birth.first.ms},
		.target = job.len && instance.len,
		.remembered = question->dated,
		.process_start = (double)NAN,
	};
	map_put(&births->by_key, key, family);
	XGROW(births->families, births->families_len, births->families_cap);
	births->families[births->families_len++] = family;
	return family;
}

static void gather(struct births *births)
{
	struct tally_birth *list;

	births->len = tally_births(births->tally, &list);
	births->questions = xcalloc(births->len, sizeof(*births->questions));
	for (size_t i = 0; i < births->len; i++) {
		struct question *question = &births->questions[i];
		struct source_series series = {.raw_labels = list[i].raw_labels};
		struct err err;

		question->birth = list[i];
		question->before = list[i].before;
		question->was_there = question->dated = list[i].before.ms != 0;
		/* The tally has read them before; without labels the question is refused and the birth stays unknown.
		 */
		if (!source_series_labels(&series, &births->arena, &question->labels, &err))
			question->labels = (struct labels){0};
		question->family = family_of(births, question);
		XGROW(question->family->questions, question->family->len, question->family->cap);
		question->family->questions[question->family->len++] = question;
	}
}

/* `function(SELECTOR[range]suffix)` about another metric of the target; NULL: about a whole family or one question of
 * it. */
static void ask_about(struct births *births, struct asker asker, const char *metric, const char *before,
		      const char *after, struct instant at,
		      bool (*series)(void *, const struct source_series *, struct err *))
{
	const struct family *family = asker.family;
	struct buf promql;

	buf_init(&promql, LIMIT_PROMQL_PRINTED);
	buf_cstr(&promql, before);
	if (asker.question)
		selector_put_series(&promql, asker.question->labels);
	else
		selector_put_target(&promql, metric ? str_of(metric) : family->metric, family->job, family->instance);
	buf_cstr(&promql, after);
	add_ask(births, asker, arena_str(&births->arena, buf_view(&promql)), at, series);
	buf_release(&promql);
}

static struct instant just_before(const struct family *family) { return (struct instant){family->at.ms - 1}; }

static void ask_whether_there(struct births *births, struct family *family)
{
	struct str horizon = arena_fmt(&births->arena, "[%s])", span_text(births->options->horizon).text);

	if (family->target && family->len > ONE_BY_ONE) {
		ask_about(births, (struct asker){births, family, NULL}, NULL, "last_over_time(", horizon.at,
			  just_before(family), births_on_was_there);
		return;
	}
	for (size_t i = 0; i < family->len; i++)
		ask_about(births, (struct asker){births, family, family->questions[i]}, NULL, "last_over_time(",
			  horizon.at, just_before(family), births_on_was_there);
}

static void ask_whether_scraped(struct births *births, struct family *family)
{
	struct str lookback = arena_fmt(&births->arena, "[%s]", span_text(births->options->lookback).text);

	ask_about(births, (struct asker){births, family, NULL}, "up", "", lookback.at, just_before(family),
		  births_on_up);
}

/* First round: were they there before, was the target scraped before, when did its process start? */
static void ask_first(struct births *births, struct family *family)
{
	struct str lookback = arena_fmt(&births->arena, "[%s]", span_text(births->options->lookback).text);

	if (!family->remembered)
		ask_whether_there(births, family);
	if (!family->target)
		return;
	if (!family->remembered)
		ask_whether_scraped(births, family);
	ask_about(births, (struct asker){births, family, NULL}, "process_start_time_seconds", "", lookback.at,
		  family->at, births_on_process_start);
}

static bool started_within(const struct births *births, const struct family *family)
{
	double newest = (double)family->at.ms / 1000;

	return family->process_start <= newest &&
	       family->process_start > newest - span_seconds(births->options->lookback);
}

/* How long the process had run at the first sample, if that is known and within the horizon; else 0. */
static struct span process_age(const struct births *births, const struct family *family)
{
	double age = (double)family->at.ms / 1000 - family->process_start;

	if (!(age > 0 && age < span_seconds(births->options->horizon)))
		return (struct span){0};
	return (struct span){(int64_t)(age * 1000)};
}

/* The counter at 0, when its process began. */
static struct level process_begin(const struct births *births, const struct family *family)
{
	return (struct level){.ms = family->at.ms - process_age(births, family).ms};
}

/* The process began after the older sample was taken: the counter went back to 0 even if its value does not show it. */
static bool restarted_since(const struct births *births, const struct question *question)
{
	return question->was_there && process_age(births, question->family).ms > 0 &&
	       process_begin(births, question->family).ms > question->before.ms;
}

static bool began_anew(const struct births *births, const struct question *question)
{
	return restarted_since(births, question) || (question->was_there && (question->dated || !is_native(question)) &&
						     question->birth.first.value < question->before.value);
}

/* Where a counter that began anew stood at 0: at the latest when its target was last scraped, since it was not there.
 */
static int64_t begun_at(const struct births *births, const struct question *question)
{
	const struct family *family = question->family;
	int64_t begun = restarted_since(births, question) ? process_begin(births, family).ms : question->before.ms;

	return family->scraped_ms > begun ? family->scraped_ms : begun;
}

static bool all_known(const struct family *family)
{
	for (size_t i = 0; i < family->len; i++)
		if (!family->questions[i]->was_there)
			return false;
	return true;
}

static void ask_about_job(struct births *births, struct family *family, struct span range, struct instant at,
			  bool (*series)(void *, const struct source_series *, struct err *))
{
	struct buf promql;

	buf_init(&promql, LIMIT_PROMQL_PRINTED);
	buf_cstr(&promql, "count(present_over_time(");
	selector_put_job(&promql, STR("up"), family->job);
	buf_fmt(&promql, "[%s]))", span_text(range).text);
	add_ask(births, (struct asker){births, family, NULL}, arena_str(&births->arena, buf_view(&promql)), at, series);
	buf_release(&promql);
}

/* A process that began in a hole of all that is known of its job is a part of what the hole hides. One that began
 * before anything was ever known of the job is a part of a time of which nothing else is known: its value says little
 * of that.
 */
static void ask_whether_watched(struct births *births, struct family *family)
{
	struct span age = process_age(births, family);

	family->unwatched = true;
	ask_about_job(births, family, age, just_before(family), births_on_watched);
	ask_about_job(births, family, births->options->horizon, (struct instant){family->at.ms - age.ms},
		      births_on_watched_before);
}

/* When the target was last scraped with success: the series was not there then, or it would have been found. */
static void ask_last_scrape(struct births *births, struct family *family)
{
	struct buf promql;

	buf_init(&promql, LIMIT_PROMQL_PRINTED);
	buf_cstr(&promql, "max_over_time((timestamp(");
	selector_put_target(&promql, STR("up"), family->job, family->instance);
	buf_cstr(&promql, ") and ");
	selector_put_target(&promql, STR("up"), family->job, family->instance);
	buf_fmt(&promql, " == 1)[%s:1m])", span_text(births->options->horizon).text);
	add_ask(births, (struct asker){births, family, NULL}, arena_str(&births->arena, buf_view(&promql)),
		just_before(family), births_on_last_scrape);
	buf_release(&promql);
}

/* Second round: when was it last there? Was a target scraped whose series is remembered and began anew? Without better
 * evidence: did the target give other series of the metric, or did its process start while nobody was looking? */
static void ask_second(struct births *births, struct family *family)
{
	struct str recent = arena_fmt(&births->arena, "[%s]", span_text(RECENT).text);
	struct str horizon = arena_fmt(&births->arena, ")[%s:1m])", span_text(births->options->horizon).text);
	struct str lookback = arena_fmt(&births->arena, "[%s]))", span_text(births->options->lookback).text);
	bool anew = false;

	for (size_t i = 0; i < family->len; i++) {
		struct asker asker = {births, family, family->questions[i]};

		anew |= began_anew(births, family->questions[i]);
		if (!family->questions[i]->was_there || family->questions[i]->dated)
			continue;
		ask_about(births, asker, NULL, "", recent.at, just_before(family), births_on_newest);
		ask_about(births, asker, NULL, "max_over_time(timestamp(", horizon.at, just_before(family),
			  births_on_date);
	}
	if (family->remembered && family->target && anew)
		ask_whether_scraped(births, family);
	family->evidence |= started_within(births, family);
	if (family->evidence || !family->target || all_known(family))
		return;
	ask_about(births, (struct asker){births, family, NULL}, NULL, "count(last_over_time(", lookback.at,
		  just_before(family), births_on_sibling);
	ask_last_scrape(births, family);
	if (process_age(births, family).ms > 0)
		ask_whether_watched(births, family);
}

/* Third round: the exact newest sample of series that were away for long; the second round's date may be a sample too
 * early. */
static void ask_third(struct births *births, struct family *family)
{
	for (size_t i = 0; i < family->len; i++) {
		struct question *question = family->questions[i];
		struct span reach = {family->at.ms - question->before.ms};
		struct str range;

		if (!question->was_there || question->dated || question->before.ms == 0)
			continue;
		range = arena_fmt(&births->arena, "[%s]", span_text(reach).text);
		ask_about(births, (struct asker){births, family, question}, NULL, "", range.at, just_before(family),
			  births_on_newest);
	}
}

static void settle(struct births *births, struct tally *tally)
{
	for (size_t i = 0; i < births->len; i++) {
		struct question *question = &births->questions[i];

		/* Where the date could not be had, the whole horizon is the hole. */
		if (question->was_there && question->before.ms == 0)
			question->before.ms = question->birth.first.ms - births->options->horizon.ms;
		if (began_anew(births, question))
			tally_birth_restarts(tally, &question->birth, question->before, begun_at(births, question));
		else if (!question->was_there && question->family->unwatched && question->family->watched_before &&
			 !question->family->refused)
			tally_birth_continues(tally, &question->birth, process_begin(births, question->family));
		else if (question->was_there && (question->dated || !is_native(question)))
			tally_birth_continues(tally, &question->birth, question->before);
		else if (question->was_there)
			tally_birth_unknown(tally, &question->birth); /* what it held is not known */
		else if (question->family->evidence && !question->family->refused)
			tally_birth_counts(tally, &question->birth);
		else if (question->family->last_scrape.ms)
			tally_birth_continues(tally, &question->birth,
					      (struct level){.ms = question->family->last_scrape.ms});
		else
			tally_birth_unknown(tally, &question->birth);
	}
}

struct births *births_new(struct tally *tally, const struct births_options *options)
{
	struct births *births = xcalloc(1, sizeof(*births));

	*births = (struct births){.tally = tally, .options = options};
	arena_init(&births->arena);
	map_init(&births->by_key);
	gather(births);
	return births;
}

void births_free(struct births *births)
{
	if (!births)
		return;
	for (size_t i = 0; i < births->families_len; i++)
		free(births->families[i]->questions);
	free(births->families);
	free(births->questions);
	free(births->asks);
	map_release(&births->by_key);
	arena_release(&births->arena);
	free(births);
}

static void (*const rounds[])(struct births *, struct family *) = {ask_first, ask_second, ask_third};
enum { ROUNDS = sizeof(rounds) / sizeof(rounds[0]) };

size_t births_ask(struct births *births, struct ask **asks)
{
	births->asks_len = 0;
	while (births->round < ROUNDS && births->asks_len == 0) {
		for (size_t i = 0; i < births->families_len; i++)
			rounds[births->round](births, births->families[i]);
		births->round++;
	}
	if (births->asks_len == 0)
		settle(births, births->tally);
	*asks = births->asks;
	return births->asks_len;
}

/* Without an answer the stretch has to be given up; what the source refuses stays unknown, and holds nobody up. */
enum ask_outcome births_take(struct births *births, struct err *err)
{
	for (size_t i = 0; i < births->asks_len; i++) {
		const struct ask *ask = &births->asks[i];

		if (ask->outcome == ASK_REFUSED || ask->outcome == ASK_TOO_LARGE) {
			((struct asker *)ask->context)->family->refused = true;
		} else if (ask->outcome != ASK_OK) {
			*err = ask->err;
			return ask->outcome;
		}
	}
	return ASK_OK;
}
