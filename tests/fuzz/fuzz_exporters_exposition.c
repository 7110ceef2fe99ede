/* Names and values of labels, as hostile as they come: each page stays UTF-8, made of whole lines that are comments or
 * samples, and no series comes twice. */
#include "base/limits.h"
#include "base/map.h"
#include "exporters/alerting/alertmanager.h"
#include "exporters/alerting/runbook.h"
#include "exporters/exposition.h"
#include "exporters/slo_json.h"
#include "format/json_tree.h"

#include <assert.h>

enum { LABELS = 6 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str next_text(struct str *rest)
{
	size_t end = str_find(*rest, '|');
	struct str text = str_slice(*rest, 0, end);

	*rest = str_slice(*rest, end + 1, rest->len);
	return text;
}

static void check_page(struct str page)
{
	struct map seen;

	assert(str_utf8(page) && str_find(page, '\0') == page.len);
	map_init(&seen);
	while (page.len) {
		size_t end = str_find(page, '\n');
		struct str line = str_slice(page, 0, end), series = line;

		assert(end < page.len);
		while (series.len && series.at[series.len - 1] != ' ')
			series.len--;
		if (!str_starts(line, STR("# "))) {
			assert(str_starts(line, STR("wick_")) || str_starts(line, STR("process_")));
			assert(!map_put(&seen, series, &seen));
		}
		page = str_slice(page, end + 1, page.len);
	}
	map_release(&seen);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = {(const char *)data, size};
	struct label labels[2][LABELS];
	struct slo slos[2] = {{.objective = 0.99, .window = {SPAN_DAY}}, {.objective = 0.99, .window = {SPAN_HOUR}}};
	struct slo_result list[2] = {{.slo = &slos[0]}, {.slo = &slos[1]}};
	struct results results = {.list = list, .len = 2};
	struct health health = {.version = next_text(&rest)};
	struct alertmanager_options options = {{1700000000000}, {SPAN_MINUTE}, {SPAN_HOUR}, STR("http://w"), NULL};
	struct alert alerts[1] = {{.state = {.phase = ALERT_FIRING}}};
	struct tier tier = {.kind = TIER_BURN, .long_ = {SPAN_HOUR}, .short_ = {SPAN_MINUTE}, .factor = 2};
	struct alerting alerting = {.tiers = &tier, .len = 1};
	struct label author[2];
	struct slo_window windows[2];
	struct budget budgets[2] = {{.good = 1}, {.bad = 1}};
	struct json_tree *tree;
	struct err err;
	struct buf out;

	tier.name = next_text(&rest);
	tier.severity = next_text(&rest);
	author[0] = (struct label){STR("exported_window"), next_text(&rest)};
	author[1] = (struct label){STR("team"), next_text(&rest)};
	tier.labels = tier.annotations = (struct labels){author, 2};

	for (size_t i = 0; i < 2; i++) {
		slos[i].service = next_text(&rest);
		slos[i].name = next_text(&rest);
		slos[i].namespace_ = next_text(&rest);
		slos[i].id = slos[i].name;
		slos[i].description = slos[i].service;
		slos[i].sli.bad.text = slos[i].name;
		slos[i].alerting = &alerting;
		windows[i] = (struct slo_window){.span = {30 * SPAN_DAY}, .name = next_text(&rest)};
		slos[i].windows = &windows[i];
		slos[i].windows_len = 1;
		list[i].budgets = &budgets[i];
		list[i].alerts = alerts;
		for (size_t n = 0; n < LABELS; n++)
			labels[i][n] = (struct label){.name = next_text(&rest), .value = next_text(&rest)};
		list[i].group = (struct labels){labels[i], LABELS / 2};
		slos[i].labels = (struct labels){labels[i] + LABELS / 2, LABELS / 2};
	}
	buf_init(&out, LIMIT_HTTP_RESPONSE_BYTES);
	assert(exposition_write(&out, &results, &health, NULL, EXPOSITION_TEXT));
	check_page(buf_view(&out));
	buf_clear(&out);
	assert(runbook_write_html(&out, runbook_named(STR("error-budget-burn")), &slos[0]));
	assert(!memmem(out.at, out.len, "<script", 7));
	buf_clear(&out);
	/* The labels of a loaded definition have names that differ; only those are JSON without a name twice. */
	results.list[0].group.len = results.list[1].group.len = slos[0].labels.len = slos[1].labels.len = 0;
	assert(slo_json_write(&out, &results, true));
	tree = json_tree_read(buf_view(&out), &err);
	/* the reader refuses an escaped NUL, which the loader never lets that far */
	assert(tree || memchr(data, '\0', size));
	json_tree_free(tree);
	buf_clear(&out);
	assert(alertmanager_write(&out, &results, &health, (struct alert_state[OWN_ALERTS]){0}, &options));
	tree = json_tree_read(buf_view(&out), &err);
	assert(tree || memchr(data, '\0', size));
	json_tree_free(tree);
	buf_release(&out);
	return 0;
}
