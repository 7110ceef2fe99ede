#include "exporters/delivery/backfill.h"

#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "exporters/delivery/series_parts.h"

#include <assert.h>
#include <stdlib.h>

/* The samples of one metric. */
struct kept {
	enum dora_scope scope;
	size_t family;
	struct buf text;
};

struct dora_backfill {
	struct kept **list; /* in the order in which they first came */
	size_t len, cap;
	struct map by_key;
	struct arena keys;
	size_t bytes, ceiling;
	struct instant last;
};

struct dora_backfill *dora_backfill_new(size_t ceiling)
{
	struct dora_backfill *backfill = xcalloc(1, sizeof(*backfill));

	map_init(&backfill->by_key);
	arena_init(&backfill->keys);
	backfill->ceiling = ceiling;
	return backfill;
}

void dora_backfill_free(struct dora_backfill *backfill)
{
	if (!backfill)
		return;
	for (size_t i = 0; i < backfill->len; i++) {
		buf_release(&backfill->list[i]->text);
		free(backfill->list[i]);
	}
	free(backfill->list);
	map_release(&backfill->by_key);
	arena_release(&backfill->keys);
	free(backfill);
}

static struct kept *kept_of(struct dora_backfill *backfill, enum dora_scope scope, size_t family, size_t metric,
			    struct str identity)
{
	struct kept *kept;
	struct buf key;

	buf_init(&key, LIMIT_OUTPUT_BYTES);
	buf_fmt(&key, "%d %zu %zu ", (int)scope, family, metric);
	buf_str(&key, identity);
	kept = map_get(&backfill->by_key, buf_view(&key));
	if (!kept) {
		kept = xcalloc(1, sizeof(*kept));
		kept->scope = scope;
		kept->family = family;
		buf_init(&kept->text, backfill->ceiling);
		XGROW(backfill->list, backfill->len, backfill->cap);
		backfill->list[backfill->len++] = kept;
		map_put(&backfill->by_key, arena_str(&backfill->keys, buf_view(&key)), kept);
	}
	buf_release(&key);
	return kept;
}

/* One moment while it is added: samples go to `scratch` first, so that a moment that does not fit leaves no trace. */
struct moment {
	struct dora_backfill *backfill;
	const struct dora_results *results;
	const struct dora_identities *identities;
	struct sample_page page;
	struct kept **of; /* by piece of the scratch: where it goes */
	size_t *ends;
	size_t len, cap, ends_cap;
};

static void add_result(struct moment *moment, size_t family, size_t i)
{
	const struct dora_family *row = &dora_families[family];
	const struct dora_result *result = &moment->results->at[i];
	struct str identity = dora_identity_of(moment->identities, i);
	char name[DORA_FAMILY_NAME];
	struct family named;

	if (row->live || !dora_family_named(row, result->scope, name, &named))
		return;
	sample_family_name(&moment->page, &named);
	for (size_t k = 0; k < dora_family_metrics(row); k++) {
		size_t before = moment->page.out->len;

		dora_metric_put(&moment->page, row, result, identity, k);
		if (moment->page.out->len == before)
			continue;
		XGROW(moment->of, moment->len, moment->cap);
		if (moment->len == moment->ends_cap)
			moment->ends = xreallocarray(moment->ends, moment->ends_cap = moment->cap, sizeof(size_t));
		moment->of[moment->len] = kept_of(moment->backfill, result->scope, family, k, identity);
		moment->ends[moment->len++] = moment->page.out->len;
	}
}

static void take_over(const struct moment *moment)
{
	for (size_t i = 0, from = 0; i < moment->len; from = moment->ends[i++])
		buf_str(&moment->of[i]->text, str_slice(buf_view(moment->page.out), from, moment->ends[i]));
}

bool dora_backfill_add(struct dora_backfill *backfill, struct instant at, const struct dora_results *results)
{
	struct dora_identities identities;
	struct buf scratch;
	struct moment moment = {
		backfill, results, &identities, {.format = EXPOSITION_OPENMETRICS, .at = at}, NULL, NULL, 0, 0, 0};
	bool fits;

	assert(at.ms > backfill->last.ms);
	buf_init(&scratch, backfill->ceiling - backfill->bytes);
	dora_identities_init(&identities, results);
	moment.page.out = &scratch;
	for (size_t i = 0; i < identities.len; i++)
		for (size_t family = 0; identities.list[i].shown && family < dora_families_len; family++)
			add_result(&moment, family, i);
	fits = !scratch.full;
	if (fits) {
		take_over(&moment);
		backfill->bytes += scratch.len;
		backfill->last = at;
	}
	free(moment.of);
	free(moment.ends);
	dora_identities_release(&identities);
	buf_release(&scratch);
	return fits;
}

bool dora_backfill_write(const struct dora_backfill *backfill, struct buf *out)
{
	struct sample_page page = {.out = out, .format = EXPOSITION_OPENMETRICS};

	for (size_t scope = 0; scope < DORA_SCOPES; scope++)
		for (size_t family = 0; family < dora_families_len; family++) {
			char name[DORA_FAMILY_NAME];
			struct family named;

			if (!dora_family_named(&dora_families[family], (enum dora_scope)scope, name, &named))
				continue;
			sample_family_begin(&page, &named);
			for (size_t i = 0; i < backfill->len; i++)
				if (backfill->list[i]->scope == scope && backfill->list[i]->family == family)
					buf_str(out, buf_view(&backfill->list[i]->text));
			sample_family_end(&page);
		}
	return buf_cstr(out, "# EOF\n");
}
