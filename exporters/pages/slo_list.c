#include "exporters/pages/slo_list.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

const char *const slo_order_names[SLO_ORDERS] = {
	[ORDER_WORST] = "worst",  [ORDER_NAME] = "name",      [ORDER_OBJECTIVE] = "objective", [ORDER_SLI] = "sli",
	[ORDER_BURN_1H] = "burn", [ORDER_BURN_6H] = "burn6h", [ORDER_COVERAGE] = "coverage",
};
const char *const slo_conditions[] = {"spent", "firing", "excluded", "frozen", NULL};

static bool in_text(struct str text, struct str word)
{
	for (size_t at = 0; at + word.len <= text.len; at++) {
		size_t i = 0;

		while (i < word.len && ascii_lower(text.at[at + i]) == ascii_lower(word.at[i]))
			i++;
		if (i == word.len)
			return true;
	}
	return false;
}

static bool in_labels(struct labels labels, struct str word)
{
	for (size_t i = 0; i < labels.len; i++)
		if (in_text(labels.at[i].name, word) || in_text(labels.at[i].value, word))
			return true;
	return false;
}

static bool has_words(const struct slo_result *result, struct str words)
{
	const struct slo *slo = result->slo;

	for (words = str_trim(words); words.len; words = str_trim(words)) {
		size_t end = str_find(words, ' ');
		struct str word = str_slice(words, 0, end);

		if (!in_text(slo->id, word) && !in_text(slo->display_name, word) && !in_text(slo->description, word) &&
		    !in_labels(slo->labels, word) && !in_labels(result->group, word))
			return false;
		words = str_slice(words, end, words.len);
	}
	return true;
}

static bool has_label(const struct slo_result *result, struct str wanted)
{
	size_t sign = str_find(wanted, '=');
	struct str name = str_trim(str_slice(wanted, 0, sign)),
		   value = sign < wanted.len ? str_trim(str_slice(wanted, sign + 1, wanted.len)) : STR("");
	struct str group = labels_get(result->group, name), own = labels_get(result->slo->labels, name);

	if (sign == wanted.len)
		return group.at || own.at;
	return (group.at && str_eq(group, value)) || (own.at && str_eq(own, value));
}

static bool is_state(struct str text)
{
	for (size_t i = 0; i < DATA_STATES; i++)
		if (str_is(text, data_state_names[i]))
			return true;
	for (size_t i = 0; slo_conditions[i]; i++)
		if (str_is(text, slo_conditions[i]))
			return true;
	return false;
}

static bool has_state(const struct table_row *row, struct str wanted)
{
	return str_is(wanted, data_state_names[row->state]) || (str_is(wanted, "spent") && row->remaining <= 0) ||
	       (str_is(wanted, "firing") && row->firing) || (str_is(wanted, "excluded") && row->excluded) ||
	       (str_is(wanted, "frozen") && row->level == POLICY_FREEZE);
}

static bool wanted(const struct slo_row *row, const struct page_query *query, bool any_state)
{
	struct str service = page_query_get(query, "service"), team = page_query_get(query, "team"),
		   label = page_query_get(query, "label"), state = page_query_get(query, "state");
	const struct slo *slo = row->result->slo;

	return (!service.len || str_eq(slo->service, service)) &&
	       (!team.len || str_eq(labels_get(slo->labels, STR("team")), team)) &&
	       (!label.len || has_label(row->result, label)) && (any_state || has_state(&row->row, state)) &&
	       has_words(row->result, page_query_get(query, "q"));
}

/* What is not known stands at the end. */
static int by_number(double left, double right)
{
	if (isnan(left) || isnan(right))
		return (int)isnan(left) - (int)isnan(right);
	return (left > right) - (left < right);
}

static int by_name(const struct slo_row *left, const struct slo_row *right)
{
	int order = str_cmp(left->row.id, right->row.id);

	return order ? order : labels_cmp(left->row.group, right->row.group);
}

static int compare(const struct slo_row *left, const struct slo_row *right, enum slo_order order)
{
	switch (order) {
	case ORDER_WORST:
		return table_worse(&left->row, &right->row);
	case ORDER_NAME:
		return 0;
	case ORDER_OBJECTIVE:
		return by_number(-left->row.objective, -right->row.objective);
	case ORDER_SLI:
		return by_number(left->row.sli, right->row.sli);
	case ORDER_BURN_1H:
		return by_number(-left->row.burn_1h, -right->row.burn_1h);
	case ORDER_BURN_6H:
		return by_number(-left->row.burn_6h, -right->row.burn_6h);
	case ORDER_COVERAGE:
		return by_number(left->row.coverage, right->row.coverage);
	}
	return 0;
}

static int in_order(const void *a, const void *b, void *context)
{
	const enum slo_order *order = context;
	int result = compare(a, b, *order);

	return result ? result : by_name(a, b);
}

static enum slo_order order_of(struct str text, bool *bad)
{
	for (size_t i = 0; i < SLO_ORDERS; i++)
		if (str_is(text, slo_order_names[i]))
			return (enum slo_order)i;
	*bad = text.len > 0;
	return ORDER_WORST;
}

struct slo_list slo_list_make(struct arena *arena, const struct results *results, const struct page_query *query)
{
	struct slo_list list = {.at = arena_array(arena, results->len, sizeof(*list.at)), .all = results->len};
	enum slo_order order = order_of(page_query_get(query, "sort"), &list.bad_order);
	struct str state = page_query_get(query, "state");

	list.bad_state = state.len && !is_state(state);
	for (size_t i = 0; i < results->len; i++) {
		struct slo_row row = {table_row_of(&results->list[i]), &results->list[i]};

		if (!wanted(&row, query, !state.len || list.bad_state))
			continue;
		list.spent += row.row.remaining <= 0;
		list.unknown += isnan(row.row.remaining) != 0;
		list.firing += row.row.firing;
		list.at[list.len++] = row;
	}
	qsort_r(list.at, list.len, sizeof(*list.at), in_order, &order);
	return list;
}

static int by_text(const void *a, const void *b)
{
	const struct str *left = a, *right = b;

	return str_cmp(*left, *right);
}

struct str *slo_list_values(struct arena *arena, const struct results *results, const char *label, size_t most,
			    size_t *len)
{
	struct str *values = arena_array(arena, results->len, sizeof(*values));
	size_t found = 0, kept = 0;

	for (size_t i = 0; i < results->len; i++) {
		const struct slo *slo = results->list[i].slo;
		struct str value = label ? labels_get(slo->labels, str_of(label)) : slo->service;

		/* neighbours are often alike: less to sort */
		if (value.len && (!found || !str_eq(value, values[found - 1])))
			values[found++] = value;
	}
	qsort(values, found, sizeof(*values), by_text);
	for (size_t i = 0; i < found && kept <= most; i++)
		if (!kept || !str_eq(values[i], values[kept - 1]))
			values[kept++] = values[i];
	*len = kept;
	return values;
}
