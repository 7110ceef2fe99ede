#include "engine/births.h"

#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "engine/selector_text.h"

#include <math.h>
#include <stdlib.h>

/* Up to so many births of one target are looked up one by one: exact selectors spare reading a long-lived target's
 * other series. */
enum { ONE_BY_ONE = 8 };
/* A series that was away for less than this is found by its raw samples at once. */
#define RECENT ((struct span){SPAN_HOUR})

/* One birth and what was found out about it. */
struct question {
	struct tally_birth birth;
	struct labels labels;
	struct family *family;
	bool was_there; /* it has samples before, within the horizon */
	bool dated;     /* `before` is its newest one */
	struct level before;
};

/* The births of one target at one instant under one watch: asked about together. */
struct family {
	struct str metric, job, instance;
	struct instant at;
	struct question **questions;
	size_t len, cap;
	bool target;                /* job and instance are known */
	bool remembered;            /* the newest sample before is known of each */
	bool refused;               /* the source would not answer: what is not known otherwise stays unknown */
	bool evidence;              /* its series started at 0 */
	int64_t scraped_ms;         /* newest scrape of the target before, within the lookback; 0: none */
	double process_start;       /* seconds since 1970; NaN where there is none */
	bool unwatched;             /* nothing of its job was scraped since then */
	bool watched_before;        /* but it had been, before: the hole has two ends */
	struct instant last_scrape; /* of the target, before; ms == 0: none within the horizon */
};

struct births {
	struct source *source;
	struct tally *tally;
	const struct births_options *options;
	struct arena arena;
	struct question *questions;
	size_t len;
	struct family **families;
	size_t families_len, families_cap;
	struct map by_key;
	struct ask *asks;
	size_t asks_len, asks_cap;
};

/* Who asked: the family, and the question where only one is meant. */
struct asker {
	struct births *births;
	struct family *family;
	struct question *question; /* NULL: the answer's series are matched by their labels */
};

static void add_ask(struct births *births, struct asker asker, struct str promql, struct instant at,
		    bool (*series)(void *, const struct source_series *, struct err *))
{
	struct asker *context = arena_alloc(&births->arena, sizeof(*context));

	*context = asker;
	XGROW(births->asks, births->asks_len, births->asks_cap);
	births->asks[births->asks_len++] =
		(struct ask){.promql = promql, .at = at, .series = series, .context = context};
}

/* Asks what has gathered. Without an answer the stretch has to be given up; what the source refuses stays unknown, and
 * holds nobody up. */
static enum ask_outcome ask_all(struct births *births, struct err *err)
{
	enum ask_outcome outcome = ASK_OK;
	bool ok = births->asks_len == 0 || source_ask(births->source, births->asks, births->asks_len);

	for (size_t i = 0; i < births->asks_len && !ok; i++) {
		const struct ask *ask = &births->asks[i];

		if (ask->outcome == ASK_REFUSED || ask->outcome == ASK_TOO_LARGE)
			((struct asker *)ask->context)->family->refused = true;
		else if (ask->outcome != ASK_OK && outcome == ASK_OK) {
			outcome = ask->outcome;
			*err = ask->err;
		}
	}
	births->asks_len = 0;
	return outcome;
}

static struct question *question_of(const struct asker *asker, struct str raw_labels, bool named)
{
	struct family *family = asker->family;

	if (asker->question)
		return named && !str_eq(asker->question->birth.raw_labels, raw_labels) ? NULL : asker->question;
	for (size_t i = 0; i < family->len; i++)
		if (str_eq(family->questions[i]->birth.raw_labels, raw_labels))
			return family->questions[i];
	return NULL;
}

/* Histograms are counted per bound, numbers are not. */
static bool is_native(const struct question *question) { return question->birth.first.below != NULL; }

/* Of a native histogram only that it was there: Prometheus 2's last_over_time() gives a 0 for it. */
static bool on_was_there(void *context, const struct source_series *series, struct err *err)
{
	struct question *question = question_of(context, series->raw_labels, true);

	(void)err;
	if (question && is_native(question)) {
		question->was_there = true;
	} else if (question && series->len && isfinite(series->samples[0].value)) {
		question->was_there = true;
		question->before.value = series->samples[0].value;
	}
	return true;
}

static void take_newest_native(struct births *births, struct question *question, const struct source_series *series)
{
	for (size_t i = series->histograms_len; i-- > 0;)
		if (series->histograms[i].ms < question->birth.first.ms && isfinite(series->histograms[i].count)) {
			question->before = tally_birth_level(births->tally, &question->birth, &series->histograms[i]);
			question->dated = true;
			return;
		}
}

static bool on_newest(void *context, const struct source_series *series, struct err *err)
{
	struct asker *asker = context;
	struct question *question = question_of(asker, series->raw_labels, true);

	(void)err;
	if (!question)
		return true;
	if (is_native(question)) {
		take_newest_native(asker->births, question, series);
		return true;
	}
	for (size_t i = series->len; i-- > 0;)
		if (series->samples[i].ms < question->birth.first.ms && isfinite(series->samples[i].value)) {
			question->before =
				(struct level){.ms = series->samples[i].ms, .value = series->samples[i].value};
			question->dated = true;
			break;
		}
	return true;
}

/* timestamp() drops the metric's name, so the answer can only be told by who asked. */
static bool on_date(void *context, const struct source_series *series, struct err *err)
{
	struct question *question = question_of(context, series->raw_labels, false);

	(void)err;
	if (question && series->len && isfinite(series->samples[0].value))
		question->before.ms = llround(series->samples[0].value * 1000);
	return true;
}

static bool on_up(void *context, const struct source_series *series, struct err *err)
{
	struct asker *asker = context;

	(void)err;
	for (size_t i = 0; i < series->len; i++)
		if (series->samples[i].ms < asker->family->at.ms && series->samples[i].value > 0) {
			asker->family->evidence = true;
			asker->family->scraped_ms = series->samples[i].ms;
		}
	return true;
}

static bool on_process_start(void *context, const struct source_series *series, struct err *err)
{
	struct asker *asker = context;

	(void)err;
	if (series->len)
		asker->family->process_start = series->samples[series->len - 1].value;
	return true;
}

static bool on_watched(void *context, const struct source_series *series, struct err *err)
{
	struct asker *asker = context;

	(void)err;
	if (series->len)
		asker->family->unwatched = false;
	return true;
}

static bool on_watched_before(void *context, const struct source_series *series, struct err *err)
{
	struct asker *asker = context;

	(void)err;
	asker->family->watched_before |= series->len > 0;
	return true;
}

static bool on_last_scrape(void *context, const struct source_series *series, struct err *err)
{
	struct asker *asker = context;

	(void)err;
	if (series->len && isfinite(series->samples[0].value))
		asker->family->last_scrape.ms = llround(series->samples[0].value * 1000);
	return true;
}

static bool on_sibling(void *context, const struct source_series *series, struct err *err)
{
	struct asker *asker = context;

	(void)err;
	if (series->len && series->samples[0].value > 0)
		asker->family->evidence = true;
	return true;
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

static bool gather(struct births *births, struct tally *tally, struct err *err)
{
	struct tally_birth *list;

	births->len = tally_births(tally, &list);
	births->questions = xcalloc(births->len, sizeof(*births->questions));
	for (size_t i = 0; i < births->len; i++) {
		struct question *question = &births->questions[i];
		struct source_series series = {.raw_labels = list[i].raw_labels};

		question->birth = list[i];
		question->before = list[i].before;
		question->was_there = question->dated = list[i].before.ms != 0;
		if (!source_series_labels(&series, &births->arena, &question->labels, err))
			return false;
		question->family = family_of(births, question);
		XGROW(question->family->questions, question->family->len, question->family->cap);
		question->family->questions[question->family->len++] = question;
	}
	return true;
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
			  just_before(family), on_was_there);
		return;
	}
	for (size_t i = 0; i < family->len; i++)
		ask_about(births, (struct asker){births, family, family->questions[i]}, NULL, "last_over_time(",
			  horizon.at, just_before(family), on_was_there);
}

static void ask_whether_scraped(struct births *births, struct family *family)
{
	struct str lookback = arena_fmt(&births->arena, "[%s]", span_text(births->options->lookback).text);

	ask_about(births, (struct asker){births, family, NULL}, "up", "", lookback.at, just_before(family), on_up);
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
		  family->at, on_process_start);
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
	ask_about_job(births, family, age, just_before(family), on_watched);
	ask_about_job(births, family, births->options->horizon, (struct instant){family->at.ms - age.ms},
		      on_watched_before);
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
		just_before(family), on_last_scrape);
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
		ask_about(births, asker, NULL, "", recent.at, just_before(family), on_newest);
		ask_about(births, asker, NULL, "max_over_time(timestamp(", horizon.at, just_before(family), on_date);
	}
	if (family->remembered && family->target && anew)
		ask_whether_scraped(births, family);
	family->evidence |= started_within(births, family);
	if (family->evidence || !family->target || all_known(family))
		return;
	ask_about(births, (struct asker){births, family, NULL}, NULL, "count(last_over_time(", lookback.at,
		  just_before(family), on_sibling);
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
			  on_newest);
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

static void births_release(struct births *births)
{
	for (size_t i = 0; i < births->families_len; i++)
		free(births->families[i]->questions);
	free(births->families);
	free(births->questions);
	free(births->asks);
	map_release(&births->by_key);
	arena_release(&births->arena);
}

enum ask_outcome births_settle(struct source *source, struct tally *tally, const struct births_options *options,
			       struct err *err)
{
	static void (*const rounds[])(struct births *, struct family *) = {ask_first, ask_second, ask_third};
	struct births births = {.source = source, .tally = tally, .options = options};
	enum ask_outcome outcome = ASK_OK;

	arena_init(&births.arena);
	map_init(&births.by_key);
	if (!gather(&births, tally, err))
		outcome = ASK_UNAVAILABLE;
	for (size_t r = 0; r < sizeof(rounds) / sizeof(rounds[0]) && outcome == ASK_OK; r++) {
		for (size_t i = 0; i < births.families_len; i++)
			rounds[r](&births, births.families[i]);
		outcome = ask_all(&births, err);
	}
	if (outcome == ASK_OK)
		settle(&births, tally);
	births_release(&births);
	return outcome;
}
