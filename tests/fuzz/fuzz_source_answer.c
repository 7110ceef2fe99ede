/* Answers to queries, and lists: whatever the bytes, nothing is read beyond them, and what the first pass accepts the
 * second hands out in full. */
#include "source/listing.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	size_t series, samples;
	double sum;
};

static bool look(void *context, const struct source_series *series, struct err *err)
{
	struct seen *seen = context;
	struct labels labels;
	struct arena arena;

	arena_init(&arena);
	if (source_series_labels(series, &arena, &labels, err))
		for (size_t i = 0; i < labels.len; i++)
			assert(str_utf8(labels.at[i].name) && str_utf8(labels.at[i].value));
	arena_release(&arena);
	seen->series++;
	seen->samples += series->len + series->histograms_len;
	for (size_t i = 0; i < series->len; i++)
		seen->sum += series->samples[i].value + (double)series->samples[i].ms;
	for (size_t i = 0; i < series->histograms_len; i++)
		for (size_t b = 0; b < series->histograms[i].len; b++)
			seen->sum += series->histograms[i].buckets[b].count;
	return true;
}

static bool count_line(void *context, const struct source_item *item, struct err *err)
{
	(void)err;
	assert(str_utf8(item->text) && str_utf8(item->type));
	++*(size_t *)context;
	return true;
}

static void read_list(struct str body, enum ask_list list)
{
	struct answer_info info, again;
	struct err err = {0};
	size_t lines = 0;
	enum answer_status status = listing_read(list, body, NULL, NULL, &info, &err);

	assert((status == ANSWER_MALFORMED) == (err.text[0] != '\0'));
	if (status != ANSWER_SUCCESS)
		return;
	status = listing_read(list, body, count_line, &lines, &again, &err);
	assert(status == ANSWER_SUCCESS && lines == info.series);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str body = {(const char *)data, size};
	struct answer_info info, again;
	struct seen seen = {0};
	struct err err = {0};
	enum answer_status status;

	read_list(body, ASK_VALUES);
	read_list(body, ASK_METADATA);
	status = answer_read(body, NULL, NULL, &info, &err);
	assert((status == ANSWER_MALFORMED) == (err.text[0] != '\0'));
	assert(str_utf8(str_of(info.error)) && str_utf8(str_of(info.warning)));
	if (status != ANSWER_SUCCESS)
		return 0;
	status = answer_read(body, look, &seen, &again, &err);
	assert(status == ANSWER_SUCCESS);
	assert(seen.series == info.series && seen.samples == info.samples);
	return 0;
}
