/* What is not in a list any more: an issue that has lost its label, a release or a deployment that was deleted. Lists
 * tell of what is new or has changed, and never of that. */
#include "delivery/reading_parts.h"

#include <stdlib.h>

struct held {
	int64_t *ids;
	size_t len;
	size_t pages; /* that were told, and not as they had been */
};

static struct held *held_by(struct reading *reading, struct errand *errand)
{
	if (!errand->pile)
		errand->pile = arena_alloc(&reading->arena, sizeof(struct held));
	return errand->pile;
}

void vanished_note(struct reading *reading, struct errand *errand, int64_t id)
{
	struct held *held = held_by(reading, errand);

	held->ids = arena_grow(&reading->arena, held->ids, held->len, sizeof(*held->ids));
	held->ids[held->len++] = id;
}

void vanished_note_page(struct reading *reading, struct errand *errand) { held_by(reading, errand)->pages++; }

static int by_id(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

static bool holds(const struct held *held, int64_t id)
{
	return held->len && bsearch(&id, held->ids, held->len, sizeof(*held->ids), by_id);
}

static bool has_labels(const struct fact_issue *issue, struct str labels)
{
	while (labels.len) {
		size_t end = str_find(labels, ',');
		bool found = false;

		for (size_t i = 0; i < issue->labels_len; i++)
			found = found || str_alike(issue->labels[i], str_slice(labels, 0, end));
		if (!found)
			return false;
		labels = str_slice(labels, end < labels.len ? end + 1 : end, labels.len);
	}
	return true;
}

static bool issue_gone(struct reading *reading, struct errand *errand, struct err *err)
{
	return reading_put(reading, facts_drop_issue(reading->facts, reading->target->repository, errand->id, err));
}

static bool issue_page(struct reading *reading, struct errand *errand, const struct json_tree *page, struct err *err)
{
	struct fact_issue issue;

	if (!github_read_issue(page, &reading->arena, &issue, err))
		return false;
	if (issue.number != errand->id) /* it has moved to another repository */
		return issue_gone(reading, errand, err);
	return reading_put(reading, facts_put_issue(reading->facts, reading->target->repository, &issue, err));
}

static bool attempt_gone(struct reading *reading, struct errand *errand, struct err *err)
{
	return reading_put(reading, facts_drop_attempts(reading->facts, reading->target->repository, errand->text,
							errand->id, err));
}

static bool release_page(struct reading *reading, struct errand *errand, const struct json_tree *page, struct err *err)
{
	return github_read_published(page) || attempt_gone(reading, errand, err);
}

static bool deployment_page(struct reading *reading, struct errand *errand, const struct json_tree *page,
			    struct err *err)
{
	(void)reading;
	(void)errand;
	(void)page;
	(void)err;
	return true;
}

static const struct errand_kind issue_kind = {"issue", issue_page, NULL, issue_gone, NULL},
				release_kind = {"release", release_page, NULL, attempt_gone, NULL},
				deployment_kind = {"deployment", deployment_page, NULL, attempt_gone, NULL};

static void ask_issues(struct reading *reading, const struct listing *listing, const struct held *held)
{
	for (size_t i = 0; i < reading->known->issues_len; i++) {
		const struct fact_issue *issue = &reading->known->issues[i];
		struct errand one = {.kind = &issue_kind, .id = issue->number, .of = listing};

		if (holds(held, issue->number) || !has_labels(issue, listing->from))
			continue;
		one.url = repository_url(reading, "/issues/%lld", (long long)one.id);
		errand_first(reading, &one);
	}
}

/* `since`: what was created before has not been looked for. */
static void ask_attempts(struct reading *reading, const struct listing *listing, const struct held *held,
			 struct instant since)
{
	bool release = listing->kind == LISTING_RELEASES;

	for (size_t i = 0; i < reading->known->attempts_len; i++) {
		const struct fact_attempt *attempt = &reading->known->attempts[i];
		struct errand one = {.kind = release ? &release_kind : &deployment_kind,
				     .id = attempt->id,
				     .of = listing,
				     .text = listing->source};

		if (!str_eq(attempt->source, listing->source) || attempt->created.ms < since.ms ||
		    holds(held, attempt->id))
			continue;
		one.url = repository_url(reading, "/%s/%lld", release ? "releases" : "deployments", (long long)one.id);
		errand_first(reading, &one);
	}
}

bool vanished_ask(struct reading *reading, struct errand *errand, struct err *err)
{
	struct held *held = errand->pile;
	struct errand again = *errand;

	if (!held || (errand->enough && !errand->bottom))
		return true;
	if (errand->same && errand->full) {
		/* nobody knows what stands on the pages that were as before: from the front */
		again.url = errand->text;
		again.fresh = true;
		again.same = again.enough = again.bottom = false;
		again.pages = 0;
		again.pile = NULL;
		errand_first(reading, &again);
	}
	if (errand->same)
		return true;
	if (!reading_known(reading, err))
		return false;
	if (held->len)
		qsort(held->ids, held->len, sizeof(*held->ids), by_id);
	if (errand->listing->kind == LISTING_ISSUES)
		ask_issues(reading, errand->listing, held);
	else
		ask_attempts(reading, errand->listing, held,
			     errand->bottom ? errand->depth : (struct instant){INT64_MIN});
	return true;
}
