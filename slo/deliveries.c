#include "slo/deliveries.h"

#include "base/limits.h"
#include "base/mem.h"

#include <stdlib.h>

static const struct delivery_environment *twin(const struct delivery *const *deliveries, size_t len,
					       const struct delivery *delivery, struct str environment)
{
	for (size_t i = 0; i < len; i++) {
		const struct delivery_environment *found =
			delivery_same_subject(deliveries[i], delivery)
				? delivery_environment_find(deliveries[i], environment)
				: NULL;

		if (found)
			return found;
	}
	return NULL;
}

static struct str subject_text(struct arena *arena, const struct delivery *delivery)
{
	struct str text;
	struct buf buf;

	buf_init(&buf, SIZE_MAX);
	delivery_subject_write(&buf, delivery);
	text = arena_str(arena, buf_view(&buf));
	buf_release(&buf);
	return text;
}

void deliveries_check(const struct slo_set *set, const struct loaded *loaded, struct findings *findings)
{
	for (size_t i = 0; i < loaded->deliveries_len; i++) {
		const struct delivery *delivery = loaded->deliveries[i];

		for (size_t k = 0; k < delivery->environments_len; k++) {
			const struct delivery_environment *environment = &delivery->environments[k];
			const struct delivery_environment *first =
				twin(set->deliveries, set->deliveries_len, delivery, environment->name);

			if (!first)
				first = twin(loaded->deliveries, i, delivery, environment->name);
			if (first)
				findings_add(findings, FINDING_ERROR, environment->place, STR("environments"),
					     "duplicate",
					     "environments: '%.*s' of '%.*s' is defined already at %s:%u:%u",
					     VALUE_ARG(environment->name),
					     VALUE_ARG(subject_text(findings->arena, delivery)), first->place.file,
					     first->place.line, first->place.col);
		}
	}
	if (loaded->deliveries_len > LIMIT_DELIVERIES - set->deliveries_len)
		findings_add(findings, FINDING_ERROR, loaded->deliveries[0]->place, STR(""), "too-many",
			     "with this file there are more than %d deliveries", LIMIT_DELIVERIES);
}

static void take(struct slo_set *set, size_t *cap, const struct delivery *delivery)
{
	XGROW(set->deliveries, set->deliveries_len, *cap);
	set->deliveries[set->deliveries_len++] = delivery;
}

void deliveries_take(struct slo_set *set, size_t *cap, const struct loaded *loaded)
{
	for (size_t i = 0; i < loaded->deliveries_len; i++)
		take(set, cap, loaded->deliveries[i]);
}

static void drop_twins(const struct slo_set *set, struct delivery *delivery)
{
	size_t len = 0;

	for (size_t i = 0; i < delivery->environments_len; i++)
		if (!twin(set->deliveries, set->deliveries_len, delivery, delivery->environments[i].name))
			delivery->environments[len++] = delivery->environments[i];
	delivery->environments_len = len;
}

bool deliveries_keep(struct slo_set *set, size_t *cap, const struct slo_set *before, const struct definition_file *file)
{
	bool any = false;

	for (size_t i = 0; i < before->deliveries_len && set->deliveries_len < LIMIT_DELIVERIES; i++) {
		struct delivery *delivery;

		if (!str_is(file->path, before->deliveries[i]->place.file))
			continue;
		delivery = delivery_copy(&set->arena, before->deliveries[i], file->path.at);
		drop_twins(set, delivery);
		if (!delivery->environments_len)
			continue;
		take(set, cap, delivery);
		any = true;
	}
	return any;
}

static int by_service(const void *a, const void *b)
{
	const struct delivery *const *left = a, *const *right = b;
	struct place l = (*left)->place, r = (*right)->place;
	int order = str_cmp((*left)->service, (*right)->service);

	if (!order)
		order = strcmp(l.file, r.file);
	if (!order)
		order = (l.line > r.line) - (l.line < r.line);
	return order ? order : (l.col > r.col) - (l.col < r.col);
}

static bool any_broken(const struct slo_set *set)
{
	for (size_t i = 0; i < set->files_len; i++)
		if (set->files[i].broken)
			return true;
	return false;
}

/* Which severities the service's SLOs alert with: whether there is such an SLO, and whether one does with that. */
struct alerting_found {
	bool slo, severity;
	const char *nearest; /* another that looks like it, or NULL */
};

static struct alerting_found look_for(const struct slo_set *set, struct str service, struct str severity)
{
	struct alerting_found found = {false, false, NULL};

	for (size_t i = 0; i < set->len; i++) {
		const struct slo *slo = &set->slos[i];

		if (!str_eq(slo->service, service))
			continue;
		found.slo = true;
		for (size_t k = 0; k < slo->alerting->len; k++) {
			const char *other = slo->alerting->tiers[k].severity.at;

			found.severity |= str_is(severity, other);
			if (!found.nearest)
				found.nearest = str_nearest(severity, &other, 1);
		}
	}
	return found;
}

static void say_idle(const struct slo_set *set, const struct delivery *delivery, const struct incident_rule *rule,
		     struct findings *findings)
{
	struct alerting_found found;

	if (rule->source != INCIDENTS_SLO || delivery->organisation.len)
		return;
	found = look_for(set, delivery->service, rule->severity);
	if (!found.slo)
		findings_add(findings, FINDING_WARNING, rule->place, STR("slo"), "no-such-slo",
			     "slo: no SLO in any of the files is of the service '%.*s': its alerts open no incident",
			     VALUE_ARG(delivery->service));
	else if (!found.severity)
		findings_add(findings, FINDING_WARNING, rule->place, STR("slo"), "no-such-severity",
			     "slo: no SLO of '%.*s' alerts with the severity '%.*s'%s%s%s",
			     VALUE_ARG(delivery->service), VALUE_ARG(rule->severity),
			     found.nearest ? "; did you mean '" : "", found.nearest ? found.nearest : "",
			     found.nearest ? "'?" : "");
}

void deliveries_resolve(struct slo_set *set, struct findings *findings)
{
	bool broken = any_broken(set);

	if (set->deliveries_len > 1)
		qsort(set->deliveries, set->deliveries_len, sizeof(*set->deliveries), by_service);
	for (size_t i = 0; i < set->deliveries_len; i++) {
		const struct delivery *delivery = set->deliveries[i];

		/* of what a broken file may have defined nothing is known */
		for (size_t k = 0; k < delivery->incidents_len && !broken; k++)
			say_idle(set, delivery, &delivery->incidents[k], findings);
	}
}

const struct delivery *deliveries_of_repository(const struct slo_set *set, struct str repository)
{
	for (size_t i = 0; i < set->deliveries_len; i++)
		if (set->deliveries[i]->repository.len && str_alike(set->deliveries[i]->repository, repository))
			return set->deliveries[i];
	return NULL;
}

bool deliveries_meet(const struct delivery *a, const struct delivery *b)
{
	for (size_t i = 0; i < a->environments_len; i++)
		if (delivery_environment_find(b, a->environments[i].name))
			return true;
	return false;
}

/* Of an organisation: those of its repositories that have a document of their own. */
static void put_left_out(struct buf *text, const struct slo_set *set, const struct delivery *delivery)
{
	for (size_t i = 0; i < set->deliveries_len; i++) {
		const struct delivery *other = set->deliveries[i];
		size_t slash = str_find(other->repository, '/');

		if (!str_alike(str_slice(other->repository, 0, slash), delivery->organisation) ||
		    !delivery_lets_in(delivery, str_slice(other->repository, slash + 1, other->repository.len)))
			continue;
		buf_fmt(text, ", without '%.*s', which is '%.*s' of %s:%u:%u", STR_ARG(other->repository),
			STR_ARG(other->service), other->place.file, other->place.line, other->place.col);
	}
}

/* "anvila-api from 'o/r': production by workflow 'deploy.yml'; staging by ...; incidents: ..." */
static void note(const struct slo_set *set, const struct delivery *delivery, struct findings *findings)
{
	struct buf text;

	buf_init(&text, LIMIT_TEXT_BYTES);
	delivery_subject_write(&text, delivery);
	if (delivery->repository.len)
		buf_fmt(&text, " from '%.*s'", STR_ARG(delivery->repository));
	else {
		buf_cstr(&text, ", repositories: ");
		delivery_selection_write(&text, delivery);
		put_left_out(&text, set, delivery);
	}
	for (size_t i = 0; i < delivery->environments_len; i++) {
		buf_fmt(&text, "%s %.*s by ", i ? ";" : ":", STR_ARG(delivery->environments[i].name));
		delivery_environment_write(&text, &delivery->environments[i]);
	}
	for (size_t i = 0; i < delivery->incidents_len; i++) {
		buf_cstr(&text, i ? ", " : "; incidents: ");
		incident_rule_write(&text, &delivery->incidents[i]);
	}
	findings_add(findings, FINDING_NOTE, delivery->place, STR(""), "delivery", "%.*s", STR_ARG(buf_view(&text)));
	buf_release(&text);
}

void deliveries_list(const struct slo_set *set, struct findings *findings)
{
	for (size_t i = 0; i < set->deliveries_len; i++)
		note(set, set->deliveries[i], findings);
}
