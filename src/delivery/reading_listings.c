/* Lists: which are due, and what their pages say. */
#include "delivery/reading_parts.h"

#include <stdlib.h>

/* A run can be run again for 30 days, and a deployment may get a status as late: so far back lists are looked at
 * again. */
#define MAY_CHANGE  (35 * SPAN_DAY)
#define WEEK        (7 * SPAN_DAY)
#define WHOLE_EVERY SPAN_HOUR

enum { SEARCH_RESULTS = 1000, PER_PAGE = 100 }; /* GitHub's search ends there; its longest page */

/* Marks of a list, beside its key. Of runs: `down` is the creation from which on all are known. Of the others: `reach`
 * is the same once they were walked, `begun` where the walk that is under way is to end, `seen` the newest update,
 * `missing` when it could not be had. */
static const char down[] = "down", quick[] = "quick", whole[] = "whole", seen[] = "seen", reach[] = "reach",
		  begun[] = "begun", missing[] = "missing";

/* Windows of weeks begin at the same moments whenever they are asked for, so that their pages can be as they were. */
static struct instant week_of(struct instant at) { return (struct instant){at.ms - ((at.ms % WEEK) + WEEK) % WEEK}; }

/* [from, to), or from then on where to.ms == 0; both ends of GitHub's ranges are inside. */
static struct str runs_url(struct reading *reading, const struct listing *listing, struct instant from,
			   struct instant to)
{
	struct str branch = escaped(reading, listing->branch), place = STR("/actions/runs");
	struct str begin = escaped(reading, str_of(instant_text(from).text));
	struct str end = escaped(reading, str_of(instant_text((struct instant){to.ms - SPAN_SECOND}).text));

	if (workflow_is_file(listing->from))
		place = arena_fmt(&reading->arena, "/actions/workflows/%.*s/runs",
				  STR_ARG(escaped(reading, listing->from)));
	if (branch.len)
		branch = arena_fmt(&reading->arena, "branch=%.*s&", STR_ARG(branch));
	if (to.ms)
		return repository_url(reading, "%.*s?%.*screated=%.*s..%.*s&per_page=%d", STR_ARG(place),
				      STR_ARG(branch), STR_ARG(begin), STR_ARG(end), PER_PAGE);
	return repository_url(reading, "%.*s?%.*screated=%%3E%%3D%.*s&per_page=%d", STR_ARG(place), STR_ARG(branch),
			      STR_ARG(begin), PER_PAGE);
}

static bool runs_page(struct reading *reading, struct errand *errand, const struct json_tree *page, struct err *err);
static bool runs_unfit(struct reading *reading, struct errand *errand, struct err *err);
static bool runs_done(struct reading *reading, struct errand *errand, struct err *err);
static const struct errand_kind runs_kind = {"workflow runs", runs_page, runs_done, NULL, runs_unfit};

/* [from, to), or from then on where to.ms == 0. */
static struct errand runs_window(struct reading *reading, const struct listing *listing, struct instant from,
				 struct instant to, bool kept)
{
	return (struct errand){.kind = &runs_kind,
			       .url = runs_url(reading, listing, from, to),
			       .kept = kept,
			       .listing = listing,
			       .from = from,
			       .to = to};
}

/* The newer half goes first. False where a window cannot be halved. */
static bool halve(struct reading *reading, const struct errand *errand)
{
	struct instant to = errand->to.ms ? errand->to : week_of((struct instant){errand->from.ms + 2 * WEEK});
	int64_t middle = (errand->from.ms + (to.ms - errand->from.ms) / 2) / SPAN_SECOND * SPAN_SECOND;
	struct errand half;

	if (middle <= errand->from.ms)
		return false;
	reading->first = errand->next;
	half = runs_window(reading, errand->listing, errand->from, (struct instant){middle}, errand->kept);
	half.last = errand->last;
	half.all = errand->all;
	errand_first(reading, &half);
	half = runs_window(reading, errand->listing, (struct instant){middle}, errand->to, errand->kept);
	errand_first(reading, &half);
	return true;
}

static bool runs_unfit(struct reading *reading, struct errand *errand, struct err *err)
{
	if (halve(reading, errand))
		return true;
	return err_set(err, "not even those of one second: %s", reading->call.err.text);
}

static bool put_run(struct reading *reading, const struct listing *listing, const struct github_run *run,
		    const struct repository_facts *known, struct err *err)
{
	const struct fact_attempt *before = known_attempt(known, listing->source, run->id, run->attempt);
	struct fact_attempt attempt = {.source = listing->source,
				       .id = run->id,
				       .number = run->attempt,
				       .sha = run->sha,
				       .ref = run->branch,
				       .url = run->url,
				       .result = run->result,
				       .state = run->state,
				       .created = run->created,
				       .started = run->started.ms ? run->started : run->created};

	/* nothing of it was done: no job has an end to tell */
	if (attempt.result == ATTEMPT_SKIPPED)
		attempt.finished = attempt.started;
	/* what details have said of it stays true for as long as it ends as it did */
	if (before && str_eq(before->state, attempt.state) &&
	    (before->result == attempt.result || (before->result == ATTEMPT_UNKNOWN && before->finished.ms)))
		return true;
	return reading_put_attempt(reading, &attempt, err);
}

static bool runs_page(struct reading *reading, struct errand *errand, const struct json_tree *page, struct err *err)
{
	struct repository_facts *known = reading_known(reading, err);
	struct github_runs runs;

	if (!known || !github_read_runs(page, &reading->arena, &runs, err))
		return false;
	if (errand->pages == 1 && runs.total >= SEARCH_RESULTS && halve(reading, errand))
		return true;
	for (size_t i = 0; i < runs.len; i++)
		if ((workflow_is_file(errand->listing->from) || str_eq(runs.at[i].name, errand->listing->from)) &&
		    !put_run(reading, errand->listing, &runs.at[i], known, err))
			return false;
	return true;
}

/* Windows are walked from the newest on: what is done then is known from here on. A window that could not be had leaves
 * the marks where they were, and is asked for again. */
static bool runs_done(struct reading *reading, struct errand *errand, struct err *err)
{
	const struct str key = errand->listing->key;
	const struct instant now = reading->options.now;
	struct instant oldest;

	if (faults_hold(&reading->faults, errand->listing) || (errand->kept && !errand->last))
		return true;
	if (!errand->kept)
		return reading_put_mark(reading, key, down, errand->from, err);
	return reading_mark(reading, key, down, &oldest, err) &&
	       (oldest.ms || reading_put_mark(reading, key, down, errand->from, err)) &&
	       reading_put_mark(reading, key, quick, now, err) &&
	       (!errand->all || reading_put_mark(reading, key, whole, now, err));
}

/* Weeks that may still change, and then what was never read. */
static bool fill_runs(struct reading *reading, const struct listing *listing, struct err *err)
{
	struct instant now = reading->options.now, from, oldest, last_quick, last_whole;
	struct errand window;
	bool all;

	if (!reading_mark(reading, listing->key, down, &oldest, err) ||
	    !reading_mark(reading, listing->key, quick, &last_quick, err) ||
	    !reading_mark(reading, listing->key, whole, &last_whole, err))
		return false;
	/* a clock that stood ahead has left marks of a time to come */
	if (last_quick.ms > now.ms)
		last_quick = last_whole = oldest = (struct instant){0};
	all = !oldest.ms || reading->whole || now.ms - last_whole.ms >= WHOLE_EVERY;
	if (!oldest.ms)
		from = week_of((struct instant){now.ms - MAY_CHANGE});
	else if (all)
		from = week_of((struct instant){last_whole.ms - MAY_CHANGE});
	else
		from = week_of((struct instant){last_quick.ms - SPAN_DAY});
	for (struct instant week = week_of(now), end = {0}; week.ms >= from.ms; end = week, week.ms -= WEEK) {
		window = runs_window(reading, listing, week, end, true);
		window.last = week.ms == from.ms;
		window.all = window.last && all;
		errand_last(reading, &window);
	}
	if (!oldest.ms)
		oldest = from;
	if (oldest.ms > reading->options.horizon.ms) {
		window = runs_window(reading, listing, reading->options.horizon, oldest, false);
		errand_last(reading, &window);
	}
	return true;
}

static void note_update(struct errand *errand, struct instant updated)
{
	if (updated.ms > errand->to.ms)
		errand->to = updated;
}

static bool take_missing(struct reading *reading, struct str key, struct err *err)
{
	struct str name = arena_fmt(&reading->arena, "%.*s: %s", STR_ARG(key), missing);
	struct instant since;

	if (!reading_mark(reading, key, missing, &since, err))
		return false;
	return !since.ms || reading_put(reading, facts_put_mark(reading->facts, reading->target->repository, name,
								(struct str){0}, err));
}

/* A list that was walked as far as it has to be. */
static bool list_done(struct reading *reading, struct errand *errand, struct err *err)
{
	const struct str key = errand->listing->key;
	struct instant before;

	if ((errand->to.ms && !reading_put_mark(reading, key, seen, errand->to, err)) ||
	    !reading_mark(reading, key, reach, &before, err))
		return false;
	/* what was walked until it was known reaches as far as before */
	if ((!before.ms || errand->depth.ms < before.ms) && !reading_put_mark(reading, key, reach, errand->depth, err))
		return false;
	return reading_put_mark(reading, key, whole, reading->options.now, err) && take_missing(reading, key, err) &&
	       vanished_ask(reading, errand, err);
}

bool listing_missing(struct reading *reading, const struct errand *errand, struct err *err)
{
	struct instant since;

	if (!reading_mark(reading, errand->listing->key, missing, &since, err))
		return false;
	if (since.ms)
		return true;
	reading->changed = true; /* what is shown without it is not what was shown with it */
	return reading_put_mark(reading, errand->listing->key, missing, reading->options.now, err);
}

static bool deployments_page(struct reading *reading, struct errand *errand, const struct json_tree *page,
			     struct err *err)
{
	struct repository_facts *known = reading_known(reading, err);
	struct github_deployments list;
	bool news = false;

	if (!known || !github_read_deployments(page, &reading->arena, &list, err))
		return false;
	vanished_note_page(reading, errand);
	for (size_t i = 0; i < list.len; i++) {
		const struct github_deployment *one = &list.at[i];
		/* its statuses are asked for by itself: until then it has no state */
		struct fact_attempt attempt = {.source = errand->listing->source,
					       .id = one->id,
					       .number = 1,
					       .sha = one->sha,
					       .ref = one->ref,
					       .url = one->url,
					       .result = ATTEMPT_RUNNING,
					       .created = one->created,
					       .started = one->created};

		vanished_note(reading, errand, one->id);
		errand->bottom |= one->created.ms && one->created.ms < errand->depth.ms;
		if (known_attempt(known, attempt.source, attempt.id, 1) ||
		    (one->created.ms && one->created.ms < errand->depth.ms))
			continue;
		news = true;
		if (!reading_put_attempt(reading, &attempt, err))
			return false;
	}
	errand->enough |= errand->bottom || (errand->walked && !news);
	return true;
}

static bool releases_page(struct reading *reading, struct errand *errand, const struct json_tree *page, struct err *err)
{
	struct repository_facts *known = reading_known(reading, err);
	struct github_releases list;

	if (!known || !github_read_releases(page, &reading->arena, &list, err))
		return false;
	vanished_note_page(reading, errand);
	for (size_t i = 0; i < list.len; i++) {
		const struct github_release *one = &list.at[i];
		const struct fact_attempt *before = known_attempt(known, errand->listing->source, one->id, 1);
		struct fact_attempt attempt = {.source = errand->listing->source,
					       .id = one->id,
					       .number = 1,
					       .ref = one->tag,
					       .url = one->url,
					       .result = ATTEMPT_SUCCESS,
					       .state = one->prerelease ? STR("prerelease") : STR("published"),
					       .created = one->created,
					       .started = one->published,
					       .finished = one->published};

		if (one->draft || !one->published.ms)
			continue;
		vanished_note(reading, errand, one->id);
		if (one->published.ms < errand->depth.ms)
			continue;
		if (before)
			attempt.sha = before->sha;
		if (before && str_eq(before->state, attempt.state) && before->finished.ms == attempt.finished.ms)
			continue;
		if (!reading_put_attempt(reading, &attempt, err))
			return false;
	}
	return true;
}

static bool issues_page(struct reading *reading, struct errand *errand, const struct json_tree *page, struct err *err)
{
	struct github_issues list;

	if (!github_read_issues(page, &reading->arena, &list, err))
		return false;
	vanished_note_page(reading, errand);
	for (size_t i = 0; i < list.len; i++) {
		vanished_note(reading, errand, list.at[i].number);
		note_update(errand, list.updated[i]);
		errand->enough |= list.updated[i].ms && list.updated[i].ms < errand->from.ms;
		if (!reading_put(reading,
				 facts_put_issue(reading->facts, reading->target->repository, &list.at[i], err)))
			return false;
	}
	return true;
}

static bool pulls_page(struct reading *reading, struct errand *errand, const struct json_tree *page, struct err *err)
{
	struct repository_facts *known = reading_known(reading, err);
	struct github_pulls list;

	if (!known || !github_read_pulls(page, &reading->arena, &list, err))
		return false;
	for (size_t i = 0; i < list.len; i++) {
		const struct fact_pull *before = known_pull(known, list.at[i].number);

		note_update(errand, list.updated[i]);
		errand->enough |= list.updated[i].ms &&
				  (list.updated[i].ms < errand->from.ms || list.updated[i].ms < errand->depth.ms);
		if (!list.at[i].merged.ms)
			continue;
		if (before) { /* what only its own pages say */
			list.at[i].first_commit = before->first_commit;
			list.at[i].first_review = before->first_review;
		}
		if (!reading_put(reading,
				 facts_put_pull(reading->facts, reading->target->repository, &list.at[i], err)))
			return false;
	}
	return true;
}

static const struct errand_kind list_kinds[LISTING_KINDS] = {
	[LISTING_RUNS] = {.what = NULL},
	[LISTING_DEPLOYMENTS] = {"deployments", deployments_page, list_done, NULL, NULL},
	[LISTING_RELEASES] = {"releases", releases_page, list_done, NULL, NULL},
	[LISTING_ISSUES] = {"issues", issues_page, list_done, NULL, NULL},
	[LISTING_PULLS] = {"pull requests", pulls_page, list_done, NULL, NULL},
};

static struct str list_url(struct reading *reading, const struct listing *listing)
{
	struct str from = escaped(reading, listing->from);

	switch (listing->kind) {
	case LISTING_DEPLOYMENTS:
		return repository_url(reading, "/deployments?environment=%.*s&per_page=%d", STR_ARG(from), PER_PAGE);
	case LISTING_RELEASES:
		return repository_url(reading, "/releases?per_page=%d", PER_PAGE);
	case LISTING_ISSUES:
		return repository_url(reading, "/issues?labels=%.*s&state=all&sort=updated&direction=desc&per_page=%d",
				      STR_ARG(from), PER_PAGE);
	case LISTING_PULLS:
		return repository_url(reading, "/pulls?state=closed&sort=updated&direction=desc&per_page=%d", PER_PAGE);
	case LISTING_RUNS:
		break;
	}
	return STR("");
}

static int64_t later_of(struct instant one, struct instant other) { return one.ms > other.ms ? one.ms : other.ms; }

/* How far a list is walked that was walked before to `reach`. */
static void walk_again(struct reading *reading, struct errand *errand, struct instant last, struct instant known_to)
{
	errand->depth = known_to;
	/* pull requests stay what they are, and come to the front when something becomes of them */
	errand->full = reading->whole && errand->listing->kind != LISTING_PULLS;
	errand->walked = !errand->full;
	if (!errand->full)
		return;
	errand->from.ms = 0;
	if (errand->listing->kind == LISTING_DEPLOYMENTS)
		errand->depth.ms = later_of(known_to, (struct instant){last.ms - MAY_CHANGE});
}

/* From the front until what is known; all the way where it was never walked, or not as far as it is wanted now: and
 * with pages of its own, since those of a walk before may be as they were, and hold what was not wanted then. */
static bool fill_list(struct reading *reading, const struct listing *listing, struct err *err)
{
	struct errand errand = {.kind = &list_kinds[listing->kind],
				.url = list_url(reading, listing),
				.kept = true,
				.listing = listing};
	struct instant last, known_to, walking, horizon = reading->options.horizon;

	if (!reading_mark(reading, listing->key, seen, &errand.from, err) ||
	    !reading_mark(reading, listing->key, whole, &last, err) ||
	    !reading_mark(reading, listing->key, reach, &known_to, err) ||
	    !reading_mark(reading, listing->key, begun, &walking, err))
		return false;
	if (known_to.ms && known_to.ms <= horizon.ms) {
		walk_again(reading, &errand, last, known_to);
	} else {
		errand.from.ms = 0;
		errand.depth = horizon;
		if (!walking.ms || horizon.ms < walking.ms) {
			walking = horizon;
			if (!reading_put_mark(reading, listing->key, begun, walking, err))
				return false;
		}
	}
	errand.walk = walking;
	errand.text = errand.url; /* where it begins */
	errand_last(reading, &errand);
	return true;
}

bool listings_fill(struct reading *reading, struct err *err)
{
	struct instant last;

	if (!reading_mark(reading, STR("reading"), whole, &last, err))
		return false;
	/* a clock that stood ahead has left a mark of a time to come */
	reading->whole = reading->options.whole || reading->options.now.ms - last.ms >= WHOLE_EVERY ||
			 last.ms > reading->options.now.ms;
	if (reading->whole && !reading_put_mark(reading, STR("reading"), whole, reading->options.now, err))
		return false;
	for (size_t i = 0; i < reading->target->listings_len; i++) {
		const struct listing *listing = &reading->target->listings[i];

		if (!(listing->kind == LISTING_RUNS ? fill_runs : fill_list)(reading, listing, err))
			return false;
	}
	return true;
}

bool reading_listed(struct facts *facts, struct str repository, struct arena *arena, struct str key, bool *listed,
		    struct err *err)
{
	struct err why = {0};
	struct buf value;

	buf_init(&value, 64);
	*listed = facts_get_mark(facts, repository, arena_fmt(arena, "%.*s: %s", STR_ARG(key), whole), &value, &why) &&
		  !facts_get_mark(facts, repository, arena_fmt(arena, "%.*s: %s", STR_ARG(key), missing), &value, &why);
	buf_release(&value);
	return !why.text[0] || err_set(err, "%s", why.text);
}

bool reading_since(struct facts *facts, struct str repository, struct arena *arena,
		   const struct delivery_environment *environment, struct instant *since, struct err *err)
{
	struct str key = listing_key(arena, environment);
	struct str mark =
		arena_fmt(arena, "%.*s: %s", STR_ARG(key), environment->source == DELIVERY_WORKFLOW ? down : reach);
	struct buf value;
	bool there;

	since->ms = 0;
	buf_init(&value, 64);
	there = facts_get_mark(facts, repository, mark, &value, err) && instant_read(buf_view(&value), since);
	buf_release(&value);
	return there;
}
