#include "exporters/alerting/sloth_names.h"

#include "base/arena.h"

/* One number of each SLO with sloth's labels beside its own. */
static struct str named(struct arena *arena, const char *number)
{
	return arena_fmt(
		arena,
		"label_replace(label_replace(label_join(max without (window) (%s), \"sloth_id\", \"-\", \"service\", "
		"\"slo\"), \"sloth_service\", \"$1\", \"service\", \"(.*)\"), \"sloth_slo\", \"$1\", \"slo\", "
		"\"(.*)\")",
		number);
}

static void put(struct rule_file *file, const char *name, const char *number)
{
	struct arena arena;

	arena_init(&arena);
	rule_file_rule(file, &(struct rule){.name = name, .expr = named(&arena, number).at});
	arena_release(&arena);
}

/* What sloth records for each of its windows. */
static void put_error_ratio(struct rule_file *file, struct span window)
{
	struct span_text text = span_text(window);
	struct label label = {STR("sloth_window"), str_of(text.text)};
	struct arena arena;

	arena_init(&arena);
	rule_file_rule_with(
		file,
		&(struct rule){
			.name = arena_fmt(&arena, "slo:sli_error:ratio_rate%s", text.text).at,
			.expr = named(&arena, arena_fmt(&arena, "1 - wick_slo_sli_ratio{window=\"%s\"}", text.text).at)
					.at},
		&(struct rule_more){.labels = {&label, 1}});
	arena_release(&arena);
}

/* Only the SLOs that have a window have its series. */
static void put_periods(struct rule_file *file, const struct span *windows, size_t len)
{
	struct buf days;

	buf_init(&days, file->out->ceiling);
	for (size_t i = 0; i < len; i++)
		buf_fmt(&days, "%swick_slo_known_ratio{window=\"%s\"} * 0 + %.15g", i ? " or ignoring (window) " : "",
			span_text(windows[i]).text, span_seconds(windows[i]) / 86400);
	if (len)
		put(file, "slo:time_period:days", days.at);
	buf_release(&days);
}

void sloth_names_write(struct rule_file *file, const struct span *windows, size_t windows_len,
		       const struct span *slo_windows, size_t slo_windows_len)
{
	for (size_t i = 0; i < windows_len; i++)
		put_error_ratio(file, windows[i]);
	for (size_t i = 0; i < slo_windows_len; i++) {
		bool again = false;

		for (size_t w = 0; w < windows_len; w++)
			again |= windows[w].ms == slo_windows[i].ms;
		if (!again)
			put_error_ratio(file, slo_windows[i]);
	}
	put_periods(file, slo_windows, slo_windows_len);
	put(file, "slo:objective:ratio", "wick_slo_objective_ratio");
	put(file, "slo:error_budget:ratio", "1 - wick_slo_objective_ratio");
	put(file, "slo:current_burn_rate:ratio", "wick_slo_burn_rate{window=\"5m\"}");
	put(file, "slo:period_burn_rate:ratio", "wick_slo_error_budget_consumed_ratio");
	put(file, "slo:period_error_budget_remaining:ratio", "wick_slo_error_budget_remaining_ratio");
	put(file, "sloth_slo_info", "max without (objective, sli, alerting, slo_id, slo_group) (wick_slo_info)");
}
