#include "delivery/service.h"

#include "base/glob.h"
#include "delivery/reading.h"

#include <string.h>

static const struct fact_range *find_range(void *context, struct str base, struct str head)
{
	return repository_range(context, base, head);
}

static const struct fact_commit *find_commit(void *context, struct str sha)
{
	const struct repository_facts *known = context;

	return map_get(&known->commits, sha);
}

static const struct fact_pull *find_pull(void *context, struct str sha)
{
	const struct repository_facts *known = context;
	const struct fact_pull *pull = map_get(&known->pulls_of, sha);

	return pull == &fact_no_pull ? NULL : pull;
}

static bool find_files(void *context, struct str sha, const struct str **files, size_t *len)
{
	const struct repository_facts *known = context;
	const struct fact_files *found = map_get(&known->files, sha);

	if (!found)
		return false;
	*files = found->files;
	*len = found->len;
	return true;
}

struct dora_facts known_lookups(struct repository_facts *known)
{
	return (struct dora_facts){known, find_range, find_commit, find_pull, find_files};
}

static bool lets_through(const struct delivery_environment *environment, const struct fact_attempt *attempt)
{
	switch (environment->source) {
	case DELIVERY_WORKFLOW:
	case DELIVERY_DEPLOYMENTS:
		return !environment->branch.len || glob_matches(environment->branch, attempt->ref);
	case DELIVERY_RELEASES:
		break;
	}
	return glob_matches(environment->from, attempt->ref) &&
	       (environment->prereleases || !str_is(attempt->state, "prerelease"));
}

void service_case(struct arena *arena, struct repository_facts *known, const struct target *target,
		  const struct tracked *service, const struct delivery_environment *environment, struct instant at,
		  struct dora_case *out)
{
	struct str source = delivery_source_key(arena, environment);
	struct fact_attempt *attempts = arena_array(arena, known->attempts_len, sizeof(*attempts));
	size_t len = 0;

	for (size_t i = 0; i < known->attempts_len; i++) {
		const struct fact_attempt *one = &known->attempts[i];

		if (!str_eq(one->source, source) || !lets_through(environment, one))
			continue;
		attempts[len] = *one;
		/* one whose end, or whose commit, is still to be asked for has not been seen to end; of a state that
		 * nobody knows there is nothing to ask */
		if (one->result != ATTEMPT_UNKNOWN && (!one->sha.len || !one->finished.ms))
			attempts[len].result = ATTEMPT_RUNNING;
		len++;
	}
	*out = (struct dora_case){.delivery = service->delivery,
				  .environment = environment,
				  .repository = target->repository,
				  .attempts = attempts,
				  .attempts_len = len,
				  .facts = known_lookups(known),
				  .at = at};
}

struct pile {
	struct incident *at;
	size_t len;
};

static void add(struct arena *arena, struct pile *pile, const struct incident *incident)
{
	pile->at = arena_grow(arena, pile->at, pile->len, sizeof(*pile->at));
	pile->at[pile->len++] = *incident;
}

/* The incident of the same SLO and group that is still open when another tier of it fires. */
static struct incident *under_way(struct pile *pile, size_t from, const struct fact_alert *alerts, const size_t *first,
				  const struct fact_alert *one)
{
	for (size_t i = from; i < pile->len; i++) {
		const struct fact_alert *before = &alerts[first[i - from]];

		if (str_eq(before->slo, one->slo) && str_eq(before->group, one->group) &&
		    (!pile->at[i].closed.ms || one->opened.ms <= pile->at[i].closed.ms))
			return &pile->at[i];
	}
	return NULL;
}

/* Tiers of one SLO that fire at the same time are one incident, from the first that fires to the last that ends. */
static bool add_alerts(struct arena *arena, struct facts *facts, const struct tracked *service,
		       const struct incident_rule *rule, struct pile *pile, struct err *err)
{
	size_t len, from = pile->len, *first;
	struct fact_alert *alerts;

	if (!facts_alerts(facts, service->name, arena, &alerts, &len, err))
		return false;
	first = arena_array(arena, len, sizeof(*first));
	for (size_t i = 0; i < len; i++) {
		const struct fact_alert *one = &alerts[i];
		struct incident incident = {.source = INCIDENTS_SLO, .opened = one->opened, .closed = one->closed};
		struct incident *known;

		if (!str_eq(one->severity, rule->severity))
			continue;
		known = under_way(pile, from, alerts, first, one);
		if (known) {
			if (known->closed.ms && (!one->closed.ms || one->closed.ms > known->closed.ms))
				known->closed = one->closed;
			continue;
		}
		incident.name = arena_fmt(arena, "slo %.*s %.*s%s%.*s", STR_ARG(one->slo), STR_ARG(one->tier),
					  one->group.len ? " " : "", STR_ARG(one->group));
		first[pile->len - from] = i;
		add(arena, pile, &incident);
	}
	return true;
}

static bool has_label(const struct fact_issue *issue, struct str label)
{
	for (size_t i = 0; i < issue->labels_len; i++)
		if (str_alike(issue->labels[i], label)) /* GitHub's labels know no case */
			return true;
	return false;
}

static bool add_issues(struct arena *arena, struct facts *facts, struct repository_facts *own,
		       const struct target *target, const struct incident_rule *rule, struct pile *pile,
		       struct err *err)
{
	struct str repository = rule->repository.len ? lower_case(arena, rule->repository) : target->repository;
	bool elsewhere = !str_eq(repository, target->repository);
	struct repository_facts *known = elsewhere ? facts_load(facts, repository, err) : own;

	if (!known)
		return false;
	for (size_t i = 0; i < known->issues_len; i++) {
		const struct fact_issue *issue = &known->issues[i];
		bool counts = issue->opened.ms > 0;
		struct incident incident = {
			.source = INCIDENTS_ISSUES, .opened = issue->opened, .closed = issue->closed};

		for (size_t k = 0; k < rule->labels.len; k++)
			counts = counts && has_label(issue, rule->labels.at[k]);
		if (!counts)
			continue;
		incident.name = arena_fmt(arena, "#%lld %.*s", (long long)issue->number, STR_ARG(issue->title));
		incident.url = arena_str(arena, issue->url);
		add(arena, pile, &incident);
	}
	if (elsewhere)
		repository_facts_free(known);
	return true;
}

static void add_entries(struct arena *arena, const struct incident_rule *rule, struct pile *pile)
{
	for (size_t i = 0; i < rule->entries_len; i++) {
		const struct incident_entry *entry = &rule->entries[i];

		add(arena, pile,
		    &(struct incident){.source = INCIDENTS_FILE,
				       .name = entry->name,
				       .opened = entry->opened,
				       .closed = entry->closed});
	}
}

bool incident_rule_concerns(const struct incident_rule *rule, const struct delivery_environment *environment)
{
	bool found = rule->environments.len == 0;

	for (size_t i = 0; i < rule->environments.len; i++)
		found = found || str_eq(rule->environments.at[i], environment->name);
	return found;
}

bool service_unread(struct arena *arena, struct facts *facts, const struct target *target,
		    const struct tracked *service, const struct delivery_environment *environment,
		    struct dora_unread *unread, struct err *err)
{
	bool listed;

	*unread = (struct dora_unread){.pulls = false};
	if (!reading_listed(facts, target->repository, arena, STR("pulls"), &listed, err))
		return false;
	unread->pulls = !listed;
	for (size_t i = 0; i < service->delivery->incidents_len; i++) {
		const struct incident_rule *rule = &service->delivery->incidents[i];
		struct str repository = rule->repository.len ? lower_case(arena, rule->repository) : target->repository;

		if (rule->source != INCIDENTS_ISSUES || !incident_rule_concerns(rule, environment))
			continue;
		if (!reading_listed(facts, repository, arena, issues_key(arena, rule), &listed, err))
			return false;
		unread->issues |= !listed;
	}
	return true;
}

bool service_incidents(struct arena *arena, struct facts *facts, struct repository_facts *own,
		       const struct target *target, const struct tracked *service,
		       const struct delivery_environment *environment, struct incident **out, size_t *len,
		       struct err *err)
{
	struct pile pile = {0};
	bool ok = true;

	for (size_t i = 0; ok && i < service->delivery->incidents_len; i++) {
		const struct incident_rule *rule = &service->delivery->incidents[i];

		if (!incident_rule_concerns(rule, environment))
			continue;
		switch (rule->source) {
		case INCIDENTS_SLO:
			ok = add_alerts(arena, facts, service, rule, &pile, err);
			break;
		case INCIDENTS_ISSUES:
			ok = add_issues(arena, facts, own, target, rule, &pile, err);
			break;
		case INCIDENTS_FILE:
			add_entries(arena, rule, &pile);
			break;
		}
	}
	*out = pile.at;
	*len = pile.len;
	return ok;
}
