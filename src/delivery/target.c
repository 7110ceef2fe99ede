#include "delivery/target.h"

#include "base/limits.h"

#include "base/glob.h"
#include "base/mem.h"
#include "slo/deliveries.h"

#include <stdlib.h>

void targets_init(struct targets *targets)
{
	*targets = (struct targets){.at = NULL};
	arena_init(&targets->arena);
}

void targets_release(struct targets *targets)
{
	for (size_t i = 0; i < targets->len; i++) {
		struct target *target = targets->at[i];

		for (size_t k = 0; k < target->listings_len; k++)
			free(target->listings[k].jobs);
		free(target->listings);
		free(target->services);
		free(target);
	}
	free(targets->at);
	arena_release(&targets->arena);
}

struct str lower_case(struct arena *arena, struct str text)
{
	char *lower = arena_alloc(arena, text.len + 1);

	for (size_t i = 0; i < text.len; i++)
		lower[i] = ascii_lower(text.at[i]);
	return (struct str){lower, text.len};
}

static struct str workflow_key(struct arena *arena, struct str workflow)
{
	return arena_fmt(arena, "workflow %.*s", STR_ARG(workflow));
}

struct str delivery_source_key(struct arena *arena, const struct delivery_environment *environment)
{
	switch (environment->source) {
	case DELIVERY_WORKFLOW:
		if (environment->job.len)
			return arena_fmt(arena, "workflow %.*s job %.*s", STR_ARG(environment->from),
					 STR_ARG(environment->job));
		return workflow_key(arena, environment->from);
	case DELIVERY_DEPLOYMENTS:
		return arena_fmt(arena, "deployments %.*s", STR_ARG(environment->from));
	case DELIVERY_RELEASES:
		break;
	}
	return STR("releases");
}

static struct target *target_of(struct targets *targets, struct str repository)
{
	struct str name = lower_case(&targets->arena, repository);
	struct target *target;

	for (size_t i = 0; i < targets->len; i++)
		if (str_eq(targets->at[i]->repository, name))
			return targets->at[i];
	target = xcalloc(1, sizeof(*target));
	target->repository = name;
	XGROW(targets->at, targets->len, targets->cap);
	targets->at[targets->len++] = target;
	return target;
}

static struct listing *listing_of(struct target *target, enum listing_kind kind, struct str key)
{
	struct listing *listing;

	for (size_t i = 0; i < target->listings_len; i++)
		if (str_eq(target->listings[i].key, key))
			return &target->listings[i];
	XGROW(target->listings, target->listings_len, target->listings_cap);
	listing = &target->listings[target->listings_len++];
	*listing = (struct listing){.kind = kind, .key = key};
	return listing;
}

static void add_job(struct listing *listing, struct str job)
{
	for (size_t i = 0; i < listing->jobs_len; i++)
		if (str_eq(listing->jobs[i], job))
			return;
	XGROW(listing->jobs, listing->jobs_len, listing->jobs_cap);
	listing->jobs[listing->jobs_len++] = job;
}

bool workflow_is_file(struct str workflow)
{
	return str_ends(workflow, STR(".yml")) || str_ends(workflow, STR(".yaml"));
}

bool job_is(struct str pattern, struct str name)
{
	struct str rest;

	if (glob_matches(pattern, name))
		return true;
	if (!str_starts(name, pattern))
		return false;
	rest = str_slice(name, pattern.len, name.len);
	return str_starts(rest, STR(" (")) || str_starts(rest, STR(" / "));
}

struct str branch_name(struct str pattern)
{
	bool plain = str_find(pattern, '*') == pattern.len && str_find(pattern, '?') == pattern.len;

	return plain ? pattern : STR("");
}

struct str listing_key(struct arena *arena, const struct delivery_environment *environment)
{
	switch (environment->source) {
	case DELIVERY_WORKFLOW:
		return arena_fmt(arena, "runs %.*s %.*s", STR_ARG(environment->from),
				 STR_ARG(branch_name(environment->branch)));
	case DELIVERY_DEPLOYMENTS:
		return arena_fmt(arena, "deployments %.*s", STR_ARG(environment->from));
	case DELIVERY_RELEASES:
		break;
	}
	return STR("releases");
}

static void add_environment(struct targets *targets, struct target *target,
			    const struct delivery_environment *environment)
{
	static const enum listing_kind kinds[DELIVERY_SOURCES] = {
		[DELIVERY_WORKFLOW] = LISTING_RUNS,
		[DELIVERY_DEPLOYMENTS] = LISTING_DEPLOYMENTS,
		[DELIVERY_RELEASES] = LISTING_RELEASES,
	};
	struct arena *arena = &targets->arena;
	struct listing *listing = listing_of(target, kinds[environment->source], listing_key(arena, environment));

	listing->from = environment->from;
	listing->source = delivery_source_key(arena, environment);
	if (environment->source != DELIVERY_WORKFLOW)
		return;
	listing->source = workflow_key(arena, environment->from);
	listing->branch = branch_name(environment->branch);
	if (environment->job.len)
		add_job(listing, environment->job);
}

/* "a,b" */
static struct str labels_of(struct arena *arena, const struct incident_rule *rule)
{
	struct str labels = {"", 0};

	for (size_t i = 0; i < rule->labels.len; i++)
		labels = arena_fmt(arena, "%.*s%s%.*s", STR_ARG(labels), i ? "," : "", STR_ARG(rule->labels.at[i]));
	return labels;
}

struct str issues_key(struct arena *arena, const struct incident_rule *rule)
{
	return arena_fmt(arena, "issues %.*s", STR_ARG(labels_of(arena, rule)));
}

static void add_issues(struct targets *targets, struct str repository, const struct incident_rule *rule)
{
	struct target *target = target_of(targets, rule->repository.len ? rule->repository : repository);
	struct listing *listing;

	listing = listing_of(target, LISTING_ISSUES, issues_key(&targets->arena, rule));
	listing->from = labels_of(&targets->arena, rule);
}

bool targets_taken(const struct targets *targets, const struct delivery *delivery, struct str repository)
{
	for (size_t i = 0; i < targets->len; i++) {
		const struct target *target = targets->at[i];

		for (size_t k = 0; k < target->services_len && str_alike(target->repository, repository); k++)
			if (target->services[k].delivery->organisation.len &&
			    deliveries_meet(target->services[k].delivery, delivery))
				return true;
	}
	return false;
}

void targets_add(struct targets *targets, const struct delivery *delivery, struct str repository)
{
	struct target *target = target_of(targets, repository);
	size_t slash = str_find(repository, '/');
	struct str name = delivery->service;

	if (delivery->organisation.len)
		name = arena_str(&targets->arena, str_slice(repository, slash + 1, repository.len));
	XGROW(target->services, target->services_len, target->services_cap);
	target->services[target->services_len++] = (struct tracked){delivery, name};
	for (size_t i = 0; i < delivery->environments_len; i++)
		add_environment(targets, target, &delivery->environments[i]);
	listing_of(target, LISTING_PULLS, STR("pulls"));
	target->files |= delivery->paths.len > 0;
	for (size_t i = 0; i < delivery->incidents_len; i++)
		if (delivery->incidents[i].source == INCIDENTS_ISSUES)
			add_issues(targets, repository, &delivery->incidents[i]);
}

size_t target_environments(const struct target *target)
{
	size_t len = 0;

	for (size_t i = 0; i < target->services_len; i++)
		len += target->services[i].delivery->environments_len;
	return len;
}

uint64_t target_print(const struct target *target)
{
	struct buf text;
	uint64_t print;

	buf_init(&text, LIMIT_FILE_BYTES);
	for (size_t i = 0; i < target->listings_len; i++) {
		const struct listing *listing = &target->listings[i];

		buf_fmt(&text, "%d %.*s\n", (int)listing->kind, STR_ARG(listing->key));
		for (size_t k = 0; k < listing->jobs_len; k++)
			buf_fmt(&text, "job %.*s\n", STR_ARG(listing->jobs[k]));
	}
	for (size_t i = 0; i < target->services_len; i++)
		for (size_t k = 0; k < target->services[i].delivery->environments_len; k++) {
			delivery_environment_write(&text, &target->services[i].delivery->environments[k]);
			buf_char(&text, '\n');
		}
	buf_fmt(&text, "files %d\n", target->files);
	print = str_fnv1a(buf_view(&text));
	buf_release(&text);
	return print;
}

bool target_reads(const struct target *target, struct str repository)
{
	for (size_t i = 0; i < target->services_len; i++)
		for (size_t k = 0; k < target->services[i].delivery->incidents_len; k++) {
			struct str named = target->services[i].delivery->incidents[k].repository;

			if (named.len && str_alike(named, repository))
				return true;
		}
	return false;
}
