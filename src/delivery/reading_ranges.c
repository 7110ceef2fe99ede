/* The commits between deployments, one range after the other: which comes next, src/dora says. */
#include "delivery/reading_parts.h"
#include "delivery/service.h"

#include <stdlib.h>
#include <string.h>

static bool range_page(struct reading *reading, struct errand *errand, const struct json_tree *page, struct err *err)
{
	struct github_compare *all = errand->pile;
	struct github_compare part;

	if (!github_read_compare(page, &reading->arena, &part, err))
		return false;
	reading->contents = true;
	all->status = part.status;
	all->total = part.total;
	for (size_t i = 0; i < part.len; i++) {
		all->commits = arena_grow(&reading->arena, all->commits, all->len, sizeof(*all->commits));
		all->commits[all->len++] = part.commits[i];
	}
	return true;
}

/* What was just read is known without reading all of the facts again. */
static void know_commit(struct repository_facts *known, const struct fact_commit *commit)
{
	struct fact_commit *copy;
	struct str *parents;

	if (map_get(&known->commits, commit->sha))
		return;
	copy = arena_alloc(&known->arena, sizeof(*copy));
	parents = arena_array(&known->arena, commit->parents_len, sizeof(*parents));
	*copy = *commit;
	copy->sha = arena_str(&known->arena, commit->sha);
	copy->author = arena_str(&known->arena, commit->author);
	copy->subject = arena_str(&known->arena, commit->subject);
	copy->reverts = arena_str(&known->arena, commit->reverts);
	for (size_t i = 0; i < commit->parents_len; i++)
		parents[i] = arena_str(&known->arena, commit->parents[i]);
	copy->parents = parents;
	map_put(&known->commits, copy->sha, copy);
}

static void know_range(struct repository_facts *known, const struct fact_range *range)
{
	struct fact_range *copy = arena_alloc(&known->arena, sizeof(*copy));
	struct str *commits = arena_array(&known->arena, range->commits_len, sizeof(*commits));

	*copy = *range;
	copy->base = arena_str(&known->arena, range->base);
	copy->head = arena_str(&known->arena, range->head);
	for (size_t i = 0; i < range->commits_len; i++)
		commits[i] = arena_str(&known->arena, range->commits[i]);
	copy->commits = commits;
	map_put(&known->ranges, arena_fmt(&known->arena, "%.*s...%.*s", STR_ARG(range->base), STR_ARG(range->head)),
		copy);
}

static bool put_range(struct reading *reading, const struct fact_range *range, struct err *err)
{
	struct repository_facts *known = reading_known(reading, err);

	if (!known || !reading_put(reading, facts_put_range(reading->facts, reading->target->repository, range, err)))
		return false;
	know_range(known, range);
	return true;
}

static bool range_done(struct reading *reading, struct errand *errand, struct err *err)
{
	struct repository_facts *known = reading_known(reading, err);
	const struct github_compare *all = errand->pile;
	struct fact_range range = {.base = errand->text, .head = errand->head, .status = all->status};
	struct str *shas = arena_array(&reading->arena, all->len, sizeof(*shas));

	/* a list that is cut would leave commits out in silence */
	if (all->len < all->total)
		return err_set(err, "%zu of %zu commits between %.*s and %.*s came", all->len, all->total,
			       STR_ARG(errand->text), STR_ARG(errand->head));
	for (size_t i = 0; known && i < all->len; i++) {
		shas[i] = all->commits[i].sha;
		if (!reading_put(reading,
				 facts_put_commit(reading->facts, reading->target->repository, &all->commits[i], err)))
			return false;
		know_commit(known, &all->commits[i]);
	}
	range.commits = shas;
	range.commits_len = all->len;
	return known && put_range(reading, &range, err);
}

static bool no_range(struct reading *reading, struct errand *errand, struct err *err)
{
	return put_range(reading,
			 &(struct fact_range){.base = errand->text, .head = errand->head, .status = RANGE_GONE}, err);
}

static bool contents_page(struct reading *reading, struct errand *errand, const struct json_tree *page, struct err *err)
{
	(void)page;
	reading->contents = true;
	errand->enough = true;
	return no_range(reading, errand, err);
}

static bool base_page(struct reading *reading, struct errand *errand, const struct json_tree *page, struct err *err)
{
	(void)reading;
	(void)page;
	return err_set(err, "both are there, but %s", (const char *)errand->pile);
}

static const struct errand_kind contents_kind = {"commits", contents_page, NULL, NULL, NULL},
				base_kind = {"comparison of two commits", base_page, NULL, no_range, no_range};

static bool head_page(struct reading *reading, struct errand *errand, const struct json_tree *page, struct err *err)
{
	struct errand base = *errand;

	(void)page;
	(void)err;
	base.kind = &base_kind;
	base.url = repository_url(reading, "/commits/%.*s?per_page=1", STR_ARG(errand->text));
	reading->first = errand->next;
	errand_first(reading, &base);
	return true;
}

/* Not even the commit may be seen: it is gone, if any commit may be. */
static bool head_gone(struct reading *reading, struct errand *errand, struct err *err)
{
	struct errand any = *errand;

	(void)err;
	any.kind = &contents_kind;
	any.url = repository_url(reading, "/commits?per_page=1");
	errand_first(reading, &any);
	return true;
}

static const struct errand_kind head_kind = {"commit", head_page, NULL, head_gone, no_range};

/* One of the two does not exist any more, or they have nothing in common; which of that makes no difference to the
 * range. Or there is no right to it, which looks the same: the commits themselves tell it apart. */
static bool range_gone(struct reading *reading, struct errand *errand, struct err *err)
{
	struct errand head = {
		.kind = &head_kind, .text = errand->text, .head = errand->head, .environment = errand->environment};
	const char *why = reading->call.err.text;

	if (reading->contents || strcasestr(why, "no common ancestor"))
		return no_range(reading, errand, err);
	head.pile = memcpy(arena_alloc(&reading->arena, strlen(why) + 1), why, strlen(why) + 1);
	head.url = repository_url(reading, "/commits/%.*s?per_page=1", STR_ARG(head.head));
	errand_first(reading, &head);
	return true;
}

static const struct errand_kind range_kind = {"comparison of two commits", range_page, range_done, range_gone,
					      no_range};

/* Nothing is to be had of it in this reading: what comes behind it is not to wait for that. The facts are not told. */
bool ranges_skip(struct reading *reading, const struct errand *errand, struct err *err)
{
	struct repository_facts *known = errand->kind == &range_kind ? reading_known(reading, err) : NULL;
	const struct fact_range none = {.base = errand->text, .head = errand->head, .status = RANGE_GONE};

	if (errand->kind != &range_kind)
		return true;
	if (known)
		know_range(known, &none);
	return known;
}

static struct range_case *cases_of(struct reading *reading, struct repository_facts *known)
{
	const struct target *target = reading->target;

	reading->cases = arena_array(&reading->arena, target_environments(target), sizeof(*reading->cases));
	for (size_t i = 0; i < target->services_len; i++)
		for (size_t k = 0; k < target->services[i].delivery->environments_len; k++)
			service_case(&reading->arena, known, target, &target->services[i],
				     &target->services[i].delivery->environments[k], reading->options.now,
				     &reading->cases[reading->cases_len++].one);
	return reading->cases;
}

/* The first range that is wanted. Where the one that was asked for last is wanted again it cannot be had: the rest of
 * that environment has to wait for it. */
bool ranges_fill(struct reading *reading, struct err *err)
{
	struct repository_facts *known = reading_known(reading, err);

	if (!known)
		return false;
	if (!reading->cases)
		cases_of(reading, known);
	for (; reading->case_at < reading->cases_len; reading->case_at++) {
		struct range_case *now = &reading->cases[reading->case_at];
		struct errand errand = {.kind = &range_kind, .environment = now->one.environment};

		if (!dora_wants_range(&now->one, &errand.text, &errand.head) ||
		    (str_eq(errand.text, now->base) && str_eq(errand.head, now->head)))
			continue;
		now->base = errand.text;
		now->head = errand.head;
		errand.pile = arena_alloc(&reading->arena, sizeof(struct github_compare));
		errand.url = repository_url(reading, "/compare/%.*s...%.*s?per_page=100&page=1", STR_ARG(errand.text),
					    STR_ARG(errand.head));
		errand_last(reading, &errand);
		return true;
	}
	return true;
}
