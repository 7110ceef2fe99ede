#include "engine/live_ask.h"

#include "base/map.h"
#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

struct live_asker {
	struct source *source;
	struct arena *arena;
	struct instant at;
	struct map by_text;
	struct ask *asks; /* those that are still to be asked */
	size_t len, cap;
};

/* Where an answer is collected. */
struct collecting {
	struct arena *arena;
	struct live_answer *answer;
};

struct live_asker *live_asker_new(struct source *source, struct arena *arena, struct instant at)
{
	struct live_asker *asker = xcalloc(1, sizeof(*asker));

	*asker = (struct live_asker){.source = source, .arena = arena, .at = at};
	map_init(&asker->by_text);
	return asker;
}

void live_asker_free(struct live_asker *asker)
{
	if (!asker)
		return;
	map_release(&asker->by_text);
	free(asker->asks);
	free(asker);
}

static bool on_series(void *context, const struct source_series *series, struct err *err)
{
	struct collecting *collecting = context;
	struct live_answer *answer = collecting->answer;
	size_t len = series->len < LIVE_SAMPLES ? series->len : LIVE_SAMPLES;
	struct live_row *row;

	answer->series++;
	if (answer->len == LIVE_ROWS || len == 0)
		return true;
	answer->rows = arena_grow(collecting->arena, answer->rows, answer->len, sizeof(*answer->rows));
	row = &answer->rows[answer->len++];
	row->len = len;
	row->samples = arena_array(collecting->arena, len, sizeof(*row->samples));
	memcpy(row->samples, series->samples + (series->len - len), len * sizeof(*row->samples));
	return source_series_labels(series, collecting->arena, &row->labels, err);
}

const struct live_answer *live_ask(struct live_asker *asker, struct str question)
{
	struct live_answer *answer = map_get(&asker->by_text, question);
	struct collecting *collecting;

	if (answer)
		return answer;
	answer = arena_alloc(asker->arena, sizeof(*answer));
	collecting = arena_alloc(asker->arena, sizeof(*collecting));
	*collecting = (struct collecting){asker->arena, answer};
	map_put(&asker->by_text, question, answer);
	XGROW(asker->asks, asker->len, asker->cap);
	asker->asks[asker->len++] =
		(struct ask){.promql = question, .at = asker->at, .series = on_series, .context = collecting};
	return answer;
}

bool live_ask_all(struct live_asker *asker, struct err *err)
{
	bool ok = true;

	if (asker->len)
		source_ask(asker->source, asker->asks, asker->len);
	for (size_t i = 0; i < asker->len; i++) {
		const struct ask *ask = &asker->asks[i];
		struct live_answer *answer = ((struct collecting *)ask->context)->answer;

		answer->outcome = ask->outcome;
		answer->seconds = ask->seconds;
		if (ask->outcome == ASK_OK)
			continue;
		answer->error = arena_str(asker->arena, str_of(ask->err.text)).at;
		if (ok && (ask->outcome == ASK_UNAVAILABLE || ask->outcome == ASK_INTERRUPTED))
			ok = err_set(err, "%s", ask->err.text);
	}
	asker->len = 0;
	return ok;
}

double live_count(const struct live_answer *answer)
{
	if (answer && answer->outcome == ASK_TOO_LARGE)
		return HUGE_VAL;
	if (!answer || answer->outcome != ASK_OK || answer->len == 0)
		return 0;
	return answer->rows[0].samples[answer->rows[0].len - 1].value;
}
