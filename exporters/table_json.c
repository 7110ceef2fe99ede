#include "exporters/table_json.h"

#include <math.h>

static double number_of(const struct json_tree *object, const char *key)
{
	double number = (double)NAN;

	json_tree_number(json_tree_get(object, key), &number);
	return number;
}

static bool read_state(const struct json_tree *object, enum data_state *state)
{
	struct str name = json_tree_text(json_tree_get(object, "state"));

	for (size_t i = 0; i < DATA_STATES; i++)
		if (str_is(name, data_state_names[i])) {
			*state = (enum data_state)i;
			return true;
		}
	return false;
}

static struct labels read_labels(struct arena *arena, const struct json_tree *object)
{
	struct labels labels = {arena_array(arena, json_tree_len(object), sizeof(struct label)), 0};
	const struct json_tree *value;
	struct str key;

	for (void *at = NULL; json_tree_member(object, &at, &key, &value);)
		labels.at[labels.len++] = (struct label){key, json_tree_text(value)};
	labels_sort(labels);
	return labels;
}

static unsigned count_firing(const struct json_tree *alerts)
{
	unsigned firing = 0;

	for (size_t i = 0; i < json_tree_len(alerts); i++)
		firing += str_is(json_tree_text(json_tree_get(json_tree_at(alerts, i), "state")), "firing");
	return firing;
}

static bool is_corrected(const struct json_tree *slo)
{
	return number_of(slo, "excluded_seconds") > 0 || fabs(number_of(slo, "adjusted_good")) > 0 ||
	       fabs(number_of(slo, "adjusted_bad")) > 0;
}

/* Only the rest has them. */
static size_t rest_groups(const struct json_tree *slo)
{
	double groups = number_of(slo, "groups");

	return json_tree_is_true(json_tree_get(slo, "rest")) && groups > 0 && groups < 1e9 ? (size_t)groups : 0;
}

static bool read_row(struct arena *arena, const struct json_tree *slo, struct table_row *row)
{
	const struct json_tree *burn = json_tree_get(slo, "burn_rates");

	*row = (struct table_row){
		.id = json_tree_text(json_tree_get(slo, "id")),
		.group = read_labels(arena, json_tree_get(slo, "group")),
		.rest_groups = rest_groups(slo),
		.objective = number_of(slo, "objective"),
		.sli = number_of(slo, "sli"),
		.remaining = number_of(slo, "budget_remaining"),
		.burn_1h = number_of(burn, "1h"),
		.burn_6h = number_of(burn, "6h"),
		.coverage = number_of(slo, "coverage"),
		.reason = json_tree_text(json_tree_get(slo, "reason")),
		.corrected = is_corrected(slo),
		.excluded = json_tree_get(json_tree_get(slo, "exclusion"), "reason") != NULL,
		.averaged = json_tree_is_true(json_tree_get(slo, "averaged")),
		.firing = count_firing(json_tree_get(slo, "alerts")),
	};
	return row->id.at && row->objective > 0 && row->objective < 1 && read_state(slo, &row->state);
}

bool table_rows_read(struct arena *arena, const struct json_tree *document, struct table_row **rows, size_t *len,
		     struct err *err)
{
	const struct json_tree *slos = json_tree_get(document, "slos");

	if (!json_tree_is_array(slos))
		return err_set(err, "it has no list 'slos'");
	*len = json_tree_len(slos);
	*rows = arena_array(arena, *len, sizeof(**rows));
	for (size_t i = 0; i < *len; i++)
		if (!read_row(arena, json_tree_at(slos, i), &(*rows)[i]))
			return err_set(err, "entry %zu of 'slos' is no SLO's", i + 1);
	return true;
}
