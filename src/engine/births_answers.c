#include "engine/births_parts.h"

#include <math.h>

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

/* Of a native histogram only that it was there: Prometheus 2's last_over_time() gives a 0 for it. */
bool births_on_was_there(void *context, const struct source_series *series, struct err *err)
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

bool births_on_newest(void *context, const struct source_series *series, struct err *err)
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
bool births_on_date(void *context, const struct source_series *series, struct err *err)
{
	struct question *question = question_of(context, series->raw_labels, false);

	(void)err;
	if (question && series->len && isfinite(series->samples[0].value))
		question->before.ms = llround(series->samples[0].value * 1000);
	return true;
}

bool births_on_up(void *context, const struct source_series *series, struct err *err)
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

bool births_on_process_start(void *context, const struct source_series *series, struct err *err)
{
	struct asker *asker = context;

	(void)err;
	if (series->len)
		asker->family->process_start = series->samples[series->len - 1].value;
	return true;
}

bool births_on_watched(void *context, const struct source_series *series, struct err *err)
{
	struct asker *asker = context;

	(void)err;
	if (series->len)
		asker->family->unwatched = false;
	return true;
}

bool births_on_watched_before(void *context, const struct source_series *series, struct err *err)
{
	struct asker *asker = context;

	(void)err;
	asker->family->watched_before |= series->len > 0;
	return true;
}

bool births_on_last_scrape(void *context, const struct source_series *series, struct err *err)
{
	struct asker *asker = context;

	(void)err;
	if (series->len && isfinite(series->samples[0].value))
		asker->family->last_scrape.ms = llround(series->samples[0].value * 1000);
	return true;
}

bool births_on_sibling(void *context, const struct source_series *series, struct err *err)
{
	struct asker *asker = context;

	(void)err;
	if (series->len && series->samples[0].value > 0)
		asker->family->evidence = true;
	return true;
}
