#include "demo/repository.h"

#include "base/mem.h"
#include "demo/repository_parts.h"

#include <stdio.h>
#include <stdlib.h>

enum { KEY_SHA = 1000, KEY_PATIENCE = 1010, KEY_HAND = 1011 };
/* A pull request is opened less than that before it ends: plans are made so far ahead. */
#define AHEAD_DAYS 15

static struct instant later(struct instant at, int64_t ms) { return (struct instant){at.ms + ms}; }
static struct instant latest(struct instant a, struct instant b) { return a.ms > b.ms ? a : b; }

void event_push(struct repository *repository, const struct event *event)
{
	XGROW(repository->pending, repository->pending_len, repository->pending_cap);
	repository->pending[repository->pending_len] = *event;
	repository->pending[repository->pending_len++].order = repository->pushed++;
}

uint32_t pull_plan(struct repository *repository, const struct made_pull *pull)
{
	uint32_t which = (uint32_t)repository->pulls_len;

	XGROW(repository->pulls, repository->pulls_len, repository->pulls_cap);
	repository->pulls[repository->pulls_len++] = *pull;
	event_push(repository, &(struct event){.at = pull->opened, .kind = EVENT_OPEN, .which = which});
	event_push(repository, &(struct event){.at = pull->ends, .kind = EVENT_END, .which = which});
	return which;
}

static struct made_commit *add_commit(struct repository *repository, const struct made_commit *like)
{
	struct made_commit *commit;
	int64_t number = (int64_t)repository->commits_len;

	XGROW(repository->commits, repository->commits_len, repository->commits_cap);
	commit = &repository->commits[repository->commits_len++];
	*commit = *like;
	snprintf(commit->sha, sizeof(commit->sha), "%016llx%016llx%08llx",
		 (unsigned long long)story_bits(repository->story, KEY_SHA, number),
		 (unsigned long long)story_bits(repository->story, KEY_SHA + 1, number),
		 (unsigned long long)story_bits(repository->story, KEY_SHA + 2, number) & 0xFFFFFFFF);
	return commit;
}

/* It is the head of main now. */
static uint32_t add_to_main(struct repository *repository, const struct made_commit *like)
{
	uint32_t index = (uint32_t)repository->commits_len;
	struct made_commit *commit = add_commit(repository, like);

	commit->on_main = true;
	commit->place = (uint32_t)repository->mains_len;
	XGROW(repository->mains, repository->mains_len, repository->mains_cap);
	repository->mains[repository->mains_len++] = index;
	return index;
}

static uint32_t main_head(const struct repository *repository) { return repository->mains[repository->mains_len - 1]; }

void repository_init(struct repository *repository, const struct story *story)
{
	int64_t first = story->until.ms / SPAN_DAY - REPOSITORY_DAYS;

	*repository = (struct repository){
		.story = story,
		.created = {first * SPAN_DAY + 8 * SPAN_HOUR},
		.planned = first + 1,
		.live = NOTHING,
		.live_before = NOTHING,
	};
	add_to_main(repository, &(struct made_commit){.pull = NOTHING,
						      .branch = NOTHING,
						      .reverts = NOTHING,
						      .authored = repository->created,
						      .committed = repository->created});
	repository->at = repository->free = repository->created;
	plan_story(repository);
}

void repository_release(struct repository *repository)
{
	free(repository->commits);
	free(repository->mains);
	free(repository->pulls);
	free(repository->issues);
	free(repository->runs);
	free(repository->numbers);
	free(repository->pending);
	*repository = (struct repository){.story = NULL};
}

static unsigned next_number(struct repository *repository, bool issue, size_t index)
{
	XGROW(repository->numbers, repository->numbers_len, repository->numbers_cap);
	repository->numbers[repository->numbers_len++] = (struct made_number){issue, (uint32_t)index};
	return (unsigned)repository->numbers_len;
}

/* Its commits were made between its first one and now. */
static void open_pull(struct repository *repository, uint32_t which)
{
	struct made_pull *pull = &repository->pulls[which];
	int64_t step = (pull->opened.ms - pull->first.ms) / pull->commits_len / SPAN_SECOND * SPAN_SECOND;

	pull->number = next_number(repository, false, which);
	pull->commits = (uint32_t)repository->commits_len;
	for (unsigned i = 0; i < pull->commits_len; i++) {
		struct instant made = later(pull->first, (int64_t)i * step);

		add_commit(repository,
			   &(struct made_commit){
				   .ordinal = i,
				   .place = (uint32_t)repository->mains_len - 1,
				   .pull = which,
				   .branch = NOTHING,
				   .reverts = pull->undoes == NOTHING ? NOTHING : repository->pulls[pull->undoes].merge,
				   .authored = made,
				   .committed = made,
			   });
	}
}

/* What a pull request leaves on main. */
static void merge_pull(struct repository *repository, uint32_t which, struct instant at)
{
	struct made_pull *pull = &repository->pulls[which];
	uint32_t tip = pull->commits + pull->commits_len - 1;
	struct made_commit like = repository->commits[tip];

	like.committed = at;
	like.ordinal = pull->commits_len - 1;
	switch (pull->style) {
	case MERGE_COMMIT:
		like.branch = tip;
		like.authored = at;
		pull->merge = add_to_main(repository, &like);
		break;
	case MERGE_SQUASH: /* as GitHub does it: written when it is merged */
		like.authored = at;
		pull->merge = add_to_main(repository, &like);
		break;
	case MERGE_REBASE:
		for (unsigned i = 0; i < pull->commits_len; i++) {
			like.ordinal = i;
			like.authored = repository->commits[pull->commits + i].authored;
			pull->merge = add_to_main(repository, &like);
		}
		break;
	}
	pull->closed = at;
}

/* What is on main goes live; a pull request that the story tells of does so at its own time. */
static void go_live(struct repository *repository, const struct made_pull *pull, struct instant at, bool by_hand)
{
	struct run_order order = {.workflow = WORKFLOW_PRODUCTION,
				  .commit = main_head(repository),
				  .created = at,
				  .by_hand = by_hand,
				  .flaky = !pull || !pull->urgent,
				  .actor = by_hand ? ACCOUNT_SRE : pull->reviewer};

	if (pull && pull->live.ms) {
		order.created = later(pull->live, -5 * SPAN_MINUTE);
		order.ends = pull->live;
		order.flaky = false;
	}
	repository->live_before = repository->live;
	repository->live = (uint32_t)repository->runs_len;
	repository->free = run_add(repository, &order);
	repository->told_to_fail = false;
	if (!pull || (!pull->urgent && !pull->live.ms))
		plan_trouble(repository, repository->live, repository->free);
}

/* What holds it up: the story, or another one that is not through yet. */
static bool has_to_wait(struct repository *repository, const struct event *event)
{
	struct instant may = latest(plan_after_story(repository->story, event->at), repository->free);
	int64_t patience = 1 + (int64_t)(story_noise(repository->story, KEY_PATIENCE, event->which) * 200);

	if (may.ms <= event->at.ms)
		return false;
	event_push(repository,
		   &(struct event){.at = later(may, patience * SPAN_SECOND), .kind = EVENT_END, .which = event->which});
	return true;
}

static void end_pull(struct repository *repository, const struct event *event)
{
	const struct made_pull pull = repository->pulls[event->which]; /* more may be planned meanwhile */
	bool waits = !pull.urgent && !pull.live.ms;

	if (pull.dropped) {
		repository->pulls[event->which].closed = event->at;
		return;
	}
	if (waits && has_to_wait(repository, event))
		return;
	merge_pull(repository, event->which, event->at);
	repository->free = run_add(
		repository, &(struct run_order){
				    .workflow = WORKFLOW_STAGING,
				    .commit = main_head(repository),
				    .created = later(event->at, 4 * SPAN_SECOND),
				    .ends = pull.live.ms ? later(event->at, 4 * SPAN_MINUTE) : (struct instant){0},
				    .flaky = waits,
				    .actor = pull.reviewer,
			    });
	if (!waits || plan_is_continuous(repository->story, event->at))
		go_live(repository, &pull, later(repository->free, 3 * SPAN_SECOND), false);
}

static void depart(struct repository *repository, const struct event *event)
{
	const struct made_run *live = repository->live == NOTHING ? NULL : &repository->runs[repository->live];

	if (repository->free.ms > event->at.ms)
		event_push(repository,
			   &(struct event){.at = later(repository->free, SPAN_MINUTE), .kind = EVENT_TRAIN});
	else if (!live || live->commit != main_head(repository))
		go_live(repository, NULL, event->at, true);
}

static void open_issue(struct repository *repository, const struct event *event)
{
	struct made_issue *issue;

	XGROW(repository->issues, repository->issues_len, repository->issues_cap);
	issue = &repository->issues[repository->issues_len];
	*issue = (struct made_issue){.title = event->which,
				     .incident = event->incident,
				     .opened = event->at,
				     .closed = event->until,
				     .number = next_number(repository, true, repository->issues_len)};
	repository->issues_len++;
}

static void roll_back(struct repository *repository, const struct event *event)
{
	uint32_t bad = repository->live;

	if (repository->live_before == NOTHING ||
	    !run_again(repository, repository->live_before, event->at, event->until))
		return;
	repository->live = repository->live_before;
	repository->live_before = bad;
	repository->free =
		latest(repository->free, repository->runs[repository->live]
						 .attempts[repository->runs[repository->live].attempts_len - 1]
						 .finished);
}

static void happen(struct repository *repository, const struct event *event)
{
	switch (event->kind) {
	case EVENT_OPEN:
		open_pull(repository, event->which);
		break;
	case EVENT_END:
		end_pull(repository, event);
		break;
	case EVENT_TRAIN:
		depart(repository, event);
		break;
	case EVENT_ISSUE:
		open_issue(repository, event);
		break;
	case EVENT_ROLLBACK:
		roll_back(repository, event);
		break;
	}
}

/* Of those that are still to come the first, or NULL. */
static struct event *earliest(const struct repository *repository)
{
	struct event *first = NULL;

	for (size_t i = 0; i < repository->pending_len; i++) {
		struct event *one = &repository->pending[i];

		if (!first || one->at.ms < first->at.ms || (one->at.ms == first->at.ms && one->order < first->order))
			first = one;
	}
	return first;
}

/* A plan is made when the next event needs it to be there, and never because of `to`: so the order of things does not
 * depend on the steps. */
void repository_advance(struct repository *repository, struct instant to)
{
	int64_t last = repository->story->until.ms / SPAN_DAY + REPOSITORY_LIVE_DAYS;

	for (;;) {
		struct event *first = earliest(repository), event;

		if (repository->planned <= last &&
		    (!first || first->at.ms / SPAN_DAY + AHEAD_DAYS >= repository->planned)) {
			plan_day(repository, repository->planned++);
			continue;
		}
		if (!first || first->at.ms > to.ms)
			break;
		event = *first;
		*first = repository->pending[--repository->pending_len];
		happen(repository, &event);
	}
	repository->at = latest(repository->at, to);
}

void repository_deploy(struct repository *repository, struct instant at, bool fails)
{
	struct instant now = {at.ms / SPAN_SECOND * SPAN_SECOND}, before, merged;
	struct made_pull pull = {.kind = repository->told_to_fail && !fails ? PULL_HOTFIX : PULL_FEATURE,
				 .style = MERGE_REBASE,
				 .urgent = true,
				 .commits_len = 1,
				 .merge = NOTHING,
				 .undoes = NOTHING};
	uint32_t which = (uint32_t)repository->pulls_len;

	repository_advance(repository, now);
	run_cancel_all(repository, now);
	before = repository->commits[main_head(repository)].committed;
	merged = latest(later(now, -3 * SPAN_MINUTE), later(before, SPAN_SECOND));
	merged.ms = merged.ms < now.ms ? merged.ms : now.ms;
	pull.author = (unsigned)(story_noise(repository->story, KEY_HAND, which) * DEVELOPERS);
	pull.reviewer = (pull.author + 1) % DEVELOPERS;
	pull.noun = which;
	pull.verb = which / 7;
	pull.first = later(merged, -35 * SPAN_MINUTE);
	pull.opened = later(merged, -20 * SPAN_MINUTE);
	pull.reviewed = pull.approved = later(merged, -4 * SPAN_MINUTE);
	pull.ends = merged;
	XGROW(repository->pulls, repository->pulls_len, repository->pulls_cap);
	repository->pulls[repository->pulls_len++] = pull;
	open_pull(repository, which);
	merge_pull(repository, which, merged);
	repository->live_before = repository->live;
	repository->live = (uint32_t)repository->runs_len;
	repository->free = run_add(repository, &(struct run_order){.workflow = WORKFLOW_PRODUCTION,
								   .commit = main_head(repository),
								   .created = merged,
								   .ends = now,
								   .actor = ACCOUNT_SRE});
	repository->told_to_fail = fails;
}
