#include "delivery/faults.h"

#include "base/mem.h"
#include "delivery/service.h"

#include <stdio.h>
#include <stdlib.h>

void faults_release(struct faults *faults)
{
	free(faults->at);
	*faults = (struct faults){.at = NULL};
}

void faults_add(struct faults *faults, const char *what, const struct listing *listing,
		const struct delivery_environment *environment, const char *why)
{
	for (size_t i = 0; i < faults->len; i++)
		if (faults->at[i].listing == listing && faults->at[i].environment == environment &&
		    strcmp(faults->at[i].what, what) == 0)
			return;
	XGROW(faults->at, faults->len, faults->cap);
	faults->at[faults->len] = (struct fault){.what = what, .listing = listing, .environment = environment};
	err_set(&faults->at[faults->len++].why, "%s", why);
}

bool faults_hold(const struct faults *faults, const struct listing *listing)
{
	for (size_t i = 0; i < faults->len; i++)
		if (faults->at[i].listing == listing)
			return true;
	return false;
}

/* Issues of the target's repository with those labels are incidents of the environment. */
static bool issues_concern(const struct listing *listing, const struct target *target, const struct tracked *service,
			   const struct delivery_environment *environment)
{
	struct arena arena;
	bool found = false;

	arena_init(&arena);
	for (size_t i = 0; i < service->delivery->incidents_len; i++) {
		const struct incident_rule *rule = &service->delivery->incidents[i];

		if (rule->source != INCIDENTS_ISSUES || !incident_rule_concerns(rule, environment) ||
		    (rule->repository.len && !str_alike(rule->repository, target->repository)))
			continue;
		found = found || str_eq(issues_key(&arena, rule), listing->key);
	}
	arena_release(&arena);
	return found;
}

static bool concerns(const struct fault *fault, const struct target *target, const struct tracked *service,
		     const struct delivery_environment *environment)
{
	const struct listing *listing = fault->listing;

	if (!listing)
		return !fault->environment || fault->environment == environment;
	switch (listing->kind) {
	case LISTING_RUNS:
		return environment->source == DELIVERY_WORKFLOW && str_eq(listing->from, environment->from);
	case LISTING_DEPLOYMENTS:
		return environment->source == DELIVERY_DEPLOYMENTS && str_eq(listing->from, environment->from);
	case LISTING_RELEASES:
		return environment->source == DELIVERY_RELEASES;
	case LISTING_ISSUES:
		return issues_concern(listing, target, service, environment);
	case LISTING_PULLS:
		break;
	}
	return true;
}

void faults_say(const struct faults *faults, const struct target *target, const struct tracked *service,
		const struct delivery_environment *environment, struct err *out)
{
	struct err before;

	out->text[0] = '\0';
	for (size_t i = 0; i < faults->len; i++) {
		const struct fault *fault = &faults->at[i];

		if (!concerns(fault, target, service, environment) || strstr(out->text, fault->why.text))
			continue;
		before = *out;
		err_set(out, "%s%s%s", before.text, before.text[0] ? "; " : "", fault->why.text);
	}
}

const char *faults_of_issues(const struct faults *faults)
{
	for (size_t i = 0; i < faults->len; i++) {
		const struct fault *fault = &faults->at[i];

		if (fault->listing ? fault->listing->kind == LISTING_ISSUES : !fault->environment)
			return fault->why.text;
	}
	return "";
}
