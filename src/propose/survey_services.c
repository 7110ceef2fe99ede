/* Which label names the service, and which services there are: from the labels that the series have. */
#include "base/limits.h"
#include "propose/survey_parts.h"

#include <stdlib.h>

/* One service of a find. */
struct served {
	struct str value;
	double series;
	struct str namespace; /* that of some of them */
	bool more_namespaces;
};

static bool has_label(const struct find *find, struct str name)
{
	for (size_t i = 0; i < find->labels->len; i++)
		if (str_eq(find->labels->at[i], name))
			return true;
	return false;
}

static void add_candidates(struct find *find, const char *words)
{
	struct str rest = str_of(words), word;

	while (convention_word(&rest, &word) && find->candidates_len < SURVEY_CANDIDATES) {
		bool known = false;

		for (size_t i = 0; i < find->candidates_len; i++)
			known = known || str_eq(find->candidates[i], word);
		if (!known && has_label(find, word))
			find->candidates[find->candidates_len++] = word;
	}
}

static void find_candidates(struct surveying *surveying, struct find *find)
{
	struct str wanted = surveying->options->service_label;

	if (wanted.len && has_label(find, wanted))
		find->candidates[find->candidates_len++] = wanted;
	if (wanted.len == 0 && find->convention->services)
		add_candidates(find, find->convention->services);
	find->own = find->candidates_len;
	if (wanted.len == 0)
		add_candidates(find, convention_services);
}

static struct str joined(const struct surveying *surveying, const struct find *find)
{
	struct str list = find->namespaces ? STR("namespace") : STR("");

	for (size_t i = 0; i < find->candidates_len; i++)
		list = arena_fmt(surveying->arena, "%.*s%s%.*s", STR_ARG(list), list.len ? ", " : "",
				 STR_ARG(find->candidates[i]));
	return list;
}

void survey_ask_services(struct surveying *surveying, struct find *find)
{
	struct str selector;

	if (find->labels->error)
		return;
	find_candidates(surveying, find);
	find->namespaces = has_label(find, STR("namespace"));
	find->only = find->convention->only && has_label(find, str_of(find->convention->only));
	selector = find_selector(surveying->arena, find, find->counted);
	find->groups = inquiry_query(surveying->inquiry, "count by (%.*s) (%.*s)", STR_ARG(joined(surveying, find)),
				     STR_ARG(selector));
	find->recent = inquiry_query(surveying->inquiry, "sum(count_over_time(%.*s[10m])) / count(%.*s)",
				     STR_ARG(selector), STR_ARG(selector));
}

static double series_of(const struct live_row *row) { return row->samples[row->len - 1].value; }

/* The values of a label, each once, with the series that have it; the first is that of series without the label. */
static struct served *values_of(struct arena *arena, const struct find *find, struct str label, size_t *len)
{
	struct served *list = arena_array(arena, find->groups->len + 1, sizeof(*list));

	*len = 1;
	for (size_t i = 0; i < find->groups->len; i++) {
		const struct live_row *row = &find->groups->rows[i];
		struct str value = labels_get(row->labels, label), space = labels_get(row->labels, STR("namespace"));
		size_t k = 0;

		while (k < *len && !str_eq(list[k].value, value))
			k++;
		if (k == *len)
			list[(*len)++] = (struct served){.value = value};
		if (list[k].series > 0)
			list[k].more_namespaces = list[k].more_namespaces || !str_eq(list[k].namespace, space);
		else
			list[k].namespace = space;
		list[k].series += series_of(row);
	}
	return list;
}

/* The first label that all series have and that tells at least as many services apart as `job` does. */
static bool choose(struct surveying *surveying, struct find *find)
{
	size_t jobs, len;

	values_of(surveying->arena, find, STR("job"), &jobs);
	for (size_t i = 0; i < find->candidates_len; i++) {
		struct served *values = values_of(surveying->arena, find, find->candidates[i], &len);

		if (values[0].series > 0 && surveying->options->service_label.len == 0)
			continue;
		if (i >= find->own && len < jobs)
			continue;
		find->label = find->candidates[i];
		find->why = surveying->options->service_label.len ? STR("as told by --service")
			    : i < find->own                       ? STR("which names the service in this metric")
			    : str_is(find->label, "job")
				    ? STR("since no better label is on all series")
				    : STR("which is on all series, and tells as many services apart as 'job'");
		return true;
	}
	return false;
}

/* A name as definitions take it: the value, with what is not allowed made `-`. */
static struct str service_name(struct arena *arena, struct str value)
{
	char *name = arena_alloc(arena, value.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < value.len; i++) {
		char c = value.at[i];
		bool first_ok = ascii_alpha(c) || ascii_digit(c);

		if (first_ok || (len && (c == '-' || c == '_' || c == '.')))
			name[len++] = c;
		else if (len && name[len - 1] != '-')
			name[len++] = '-';
	}
	while (len && name[len - 1] == '-')
		len--;
	return len ? (struct str){name, len} : STR("unnamed");
}

/* Two values may become one name: the later one gets a number. */
static struct str unique_name(struct surveying *surveying, struct str value)
{
	struct str plain = service_name(surveying->arena, value), name = plain;

	for (unsigned n = 2;; n++) {
		bool taken = false;

		for (size_t i = 0; i < surveying->leads_len && !taken; i++)
			taken = str_eq(surveying->leads[i].proposal.service, name) &&
				!str_eq(surveying->leads[i].proposal.value, value);
		if (!taken)
			return name;
		name = arena_fmt(surveying->arena, "%.*s-%u", STR_ARG(plain), n);
	}
}

static const char *const slo_names[] = {
	[PROPOSE_AVAILABILITY] = "availability", [PROPOSE_LATENCY] = "latency", [PROPOSE_PROBE] = "reachable"};

static void add_lead(struct surveying *surveying, const struct find *find, const struct served *served,
		     enum proposal_kind kind)
{
	struct arena *arena = surveying->arena;
	const char *prefix = find->convention->prefix ? find->convention->prefix : "";
	struct lead lead = {.find = find};

	lead.proposal = (struct proposal){
		.convention = find->convention,
		.kind = kind,
		.metric = find->metric,
		.counted = find->counted,
		.service = find->label.len ? unique_name(surveying, served->value) : STR("all"),
		.label = find->label,
		.value = served->value,
		.why_label = find->why,
		.name = arena_fmt(arena, "%s%s", prefix, slo_names[kind]),
		.only = find->only,
		.series = served->series,
	};
	if (served->more_namespaces)
		lead.proposal.why_label = arena_fmt(
			arena, "%.*s; it is in several namespaces (%.*s and others), which are counted together",
			STR_ARG(find->why), STR_ARG(proposal_shown(arena, served->namespace)));
	surveying->leads = arena_grow(arena, surveying->leads, surveying->leads_len, sizeof(*surveying->leads));
	surveying->leads[surveying->leads_len++] = lead;
}

static void add_leads(struct surveying *surveying, const struct find *find, const struct served *served)
{
	if (find->convention->kind == CONVENTION_PROBE) {
		add_lead(surveying, find, served, PROPOSE_PROBE);
		return;
	}
	if (find->convention->outcomes[0])
		add_lead(surveying, find, served, PROPOSE_AVAILABILITY);
	if (find->buckets)
		add_lead(surveying, find, served, PROPOSE_LATENCY);
}

static int by_series(const void *a, const void *b)
{
	const struct served *left = a, *right = b;

	if (left->series < right->series || left->series > right->series)
		return left->series > right->series ? -1 : 1;
	return str_cmp(left->value, right->value);
}

/* Why nothing is made of a find; NULL: nothing is wrong with it. */
static struct str fault_of(const struct surveying *surveying, const struct find *find)
{
	const struct survey_options *options = surveying->options;

	if (find->labels->error)
		return str_of(find->labels->error);
	if (options->service_label.len && find->candidates_len == 0)
		return arena_fmt(surveying->arena, "it has no label '%.*s'", STR_ARG(options->service_label));
	if (find->groups->error)
		return str_of(find->groups->error);
	if (find->groups->len == 0 && find->only)
		return arena_fmt(surveying->arena, "it has no series with %s=\"%s\" now", find->convention->only,
				 find->convention->is);
	if (find->groups->len == 0)
		return STR("it has no series now");
	return STR("");
}

static void take_values(struct surveying *surveying, const struct find *find, struct served *values, size_t len)
{
	size_t taken = 0, over = 0;

	qsort(values, len, sizeof(*values), by_series);
	for (size_t i = 0; i < len; i++) {
		if (values[i].value.len == 0) {
			if (values[i].series > 0)
				survey_remark(surveying->survey, "%.0f series of '%.*s' have no label '%.*s'",
					      values[i].series, STR_ARG(find->counted), STR_ARG(find->label));
		} else if (!proposal_plain(values[i].value)) {
			survey_remark(surveying->survey,
				      "a value of '%.*s' of '%.*s' is too long, or holds what cannot be shown",
				      STR_ARG(find->label), STR_ARG(find->counted));
		} else if (taken < SURVEY_SERVICES) {
			add_leads(surveying, find, &values[i]);
			taken++;
		} else {
			over++;
		}
	}
	if (over)
		survey_remark(surveying->survey,
			      "'%.*s' has %zu more services: the %d with the most series are looked at",
			      STR_ARG(find->counted), over, (int)SURVEY_SERVICES);
}

void survey_take_services(struct surveying *surveying, struct find *find)
{
	struct str fault = fault_of(surveying, find);
	struct served *values;
	size_t len;

	if (fault.len) {
		survey_remark(surveying->survey, "'%.*s' is left out: %.*s", STR_ARG(find->counted), STR_ARG(fault));
		return;
	}
	if (find->groups->series > find->groups->len)
		survey_remark(surveying->survey,
			      "'%.*s' has more than %zu combinations of the labels %.*s: others are "
			      "not looked at",
			      STR_ARG(find->counted), find->groups->len, STR_ARG(joined(surveying, find)));
	if (choose(surveying, find)) {
		values = values_of(surveying->arena, find, find->label, &len);
		take_values(surveying, find, values, len);
		return;
	}
	find->why = STR("no label that could name a service is on all series: they are taken for one service");
	values = values_of(surveying->arena, find, STR("no label"), &len);
	add_leads(surveying, find, &values[0]);
}
