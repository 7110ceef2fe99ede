/* What people have in mind: how many changes a day brings, how long they take, and what comes of a bad one. */
#include "base/civil.h"
#include "base/mem.h"
#include "demo/repository_parts.h"

#include <math.h>

enum {
	KEY_DAY = 1200,     /* what a day brings */
	KEY_PULL = 1220,    /* what a pull request is, by its index */
	KEY_TROUBLE = 1260, /* what comes of a run, by its index */
	KEY_STORY_PULLS = 1300,
};
enum { TITLES_OF_INCIDENTS = 6, TITLES_OF_BUGS = 4 }; /* of issues; that of the outage comes first */

static struct instant later(struct instant at, int64_t ms) { return (struct instant){at.ms + ms}; }
static int64_t minutes(double count) { return (int64_t)(count * 60) * SPAN_SECOND; }
static int64_t hours(double count) { return minutes(count * 60); }

static double age_in_days(const struct story *story, struct instant at)
{
	return (double)(story->until.ms - at.ms) / (double)SPAN_DAY;
}

double plan_roughness(const struct story *story, struct instant at)
{
	double age = age_in_days(story, at) / 700;

	return age < 0 ? 0 : age > 1 ? 1 : age;
}

/* Trains twice a week, later one a day, and since eight months each merge by itself. */
enum { TRAINS_UNTIL = 500, DAILY_UNTIL = 240 };

bool plan_is_continuous(const struct story *story, struct instant at) { return age_in_days(story, at) <= DAILY_UNTIL; }

/* Three weeks in which little is done, and slowly. */
static bool is_slack(const struct story *story, struct instant at)
{
	double age = age_in_days(story, at);

	return age > 54 && age <= 75;
}

/* The deployments of the story: nothing else is merged from a while before until after them. */
#define BEFORE_STORY (2 * SPAN_HOUR)

static struct stretch story_stretch(const struct story *story, size_t which)
{
	struct stretch stretch = {later(story->deployments[which], -BEFORE_STORY),
				  later(story->deployments[which], SPAN_MINUTE)};

	if (story->deployments[which].ms == story->bad_deployment.from.ms)
		stretch.to = later(story->bad_deployment.to, 75 * SPAN_MINUTE);
	return stretch;
}

struct instant plan_after_story(const struct story *story, struct instant at)
{
	for (size_t i = 0; i < STORY_DEPLOYMENTS; i++) {
		struct stretch stretch = story_stretch(story, i);

		if (stretch_holds(stretch, at))
			at = stretch.to;
	}
	return at;
}

/* Nothing goes wrong that would not be over when the story goes on. */
static bool is_calm(const struct story *story, struct instant at)
{
	for (size_t i = 0; i < STORY_DEPLOYMENTS; i++)
		if (at.ms > story->deployments[i].ms - 10 * SPAN_HOUR && at.ms <= story->deployments[i].ms)
			return true;
	return false;
}

/* Nobody works at night or at weekends: what would lie there was done before. */
static struct instant awake(const struct story *story, struct instant at)
{
	int64_t day = at.ms / SPAN_DAY, time = at.ms % SPAN_DAY;
	double noise = story_noise(story, KEY_DAY + 10, at.ms / SPAN_SECOND);

	if (civil_weekday(day) < SATURDAY && time >= hours(7.5) && time < hours(18.5))
		return at;
	if (civil_weekday(day) >= SATURDAY || time < hours(7.5))
		day--;
	while (civil_weekday(day) >= SATURDAY)
		day--;
	return (struct instant){day * SPAN_DAY + hours(15 + 3.4 * noise)};
}

static double exponential(const struct story *story, unsigned key, int64_t number)
{
	return -log(1 - story_noise(story, key, number));
}

static double at_most(double value, double most) { return value < most ? value : most; }

/* When it was begun, opened, reviewed and approved, back from when it is to be merged. */
static void plan_way(const struct story *story, struct made_pull *pull, int64_t number, double scale)
{
	double coding = 0.3 + at_most(5 * scale * exponential(story, KEY_PULL, number), 72);
	double pickup = 0.05 + at_most(1.2 * scale * exponential(story, KEY_PULL + 1, number), 36);
	double review = 0.1 + at_most(2.2 * scale * exponential(story, KEY_PULL + 2, number), 36);

	pull->approved = later(pull->ends, -minutes(2 + 28 * story_noise(story, KEY_PULL + 3, number)));
	pull->reviewed = awake(story, later(pull->approved, -hours(review)));
	pull->opened = awake(story, later(pull->reviewed, -hours(pickup)));
	pull->first = awake(story, later(pull->opened, -hours(coding)));
}

static struct made_pull a_pull(const struct story *story, enum pull_kind kind, int64_t number)
{
	struct made_pull pull = {.kind = kind, .style = MERGE_COMMIT, .merge = NOTHING, .undoes = NOTHING};
	double style = story_noise(story, KEY_PULL + 4, number);

	pull.author = (unsigned)(story_noise(story, KEY_PULL + 5, number) * DEVELOPERS);
	pull.reviewer = (pull.author + 1 + (unsigned)(story_noise(story, KEY_PULL + 6, number) * (DEVELOPERS - 1))) %
			DEVELOPERS;
	pull.verb = (unsigned)(story_noise(story, KEY_PULL + 7, number) * 1000);
	pull.noun = (unsigned)(story_noise(story, KEY_PULL + 8, number) * 1000);
	pull.worker = story_noise(story, KEY_PULL + 9, number) < 0.25;
	pull.commits_len = 1 + (uint32_t)(story_noise(story, KEY_PULL + 10, number) * 3);
	if (kind != PULL_FEATURE)
		pull.commits_len = 1;
	if (kind == PULL_BOT || (kind == PULL_FEATURE && style < 0.15))
		pull.style = MERGE_SQUASH;
	else if (kind != PULL_FEATURE || style < 0.3)
		pull.style = MERGE_REBASE;
	if (kind == PULL_BOT)
		pull.author = ACCOUNT_BOT;
	return pull;
}

static void plan_feature(struct repository *repository, struct instant ends)
{
	const struct story *story = repository->story;
	int64_t number = (int64_t)repository->pulls_len;
	struct made_pull pull = a_pull(story, PULL_FEATURE, number);
	double scale = is_slack(story, ends) ? 3.2 : 0.8 + 2.4 * plan_roughness(story, ends);

	pull.dropped = story_noise(story, KEY_PULL + 11, number) < 0.04;
	pull.ends = ends;
	plan_way(story, &pull, number, scale);
	pull_plan(repository, &pull);
}

static void plan_bot(struct repository *repository, struct instant opened)
{
	const struct story *story = repository->story;
	int64_t number = (int64_t)repository->pulls_len;
	struct made_pull pull = a_pull(story, PULL_BOT, number);

	pull.first = opened;
	pull.opened = later(opened, 2 * SPAN_MINUTE);
	pull.reviewed = later(opened, minutes(150 + 240 * story_noise(story, KEY_PULL + 12, number)));
	pull.approved = pull.reviewed;
	pull.ends = later(pull.approved, 3 * SPAN_MINUTE);
	pull_plan(repository, &pull);
}

static void plan_train(struct repository *repository, int64_t day, enum weekday weekday)
{
	struct instant noon = {day * SPAN_DAY + 12 * SPAN_HOUR};
	double age = age_in_days(repository->story, noon);
	struct event train = {.at = {day * SPAN_DAY + 14 * SPAN_HOUR}, .kind = EVENT_TRAIN};

	if (age > TRAINS_UNTIL && (weekday == TUESDAY || weekday == THURSDAY))
		train.at.ms = day * SPAN_DAY + 10 * SPAN_HOUR;
	else if (age > TRAINS_UNTIL || age <= DAILY_UNTIL || weekday >= SATURDAY)
		return;
	event_push(repository, &train);
}

static void plan_bug(struct repository *repository, int64_t day)
{
	const struct story *story = repository->story;
	double noise = story_noise(story, KEY_DAY + 4, day);
	struct instant at = {day * SPAN_DAY + hours(8 + 9 * noise)};

	event_push(repository, &(struct event){
				       .at = at,
				       .kind = EVENT_ISSUE,
				       .which = TITLES_OF_INCIDENTS + (uint32_t)(noise * 997) % TITLES_OF_BUGS,
				       .until = later(at, hours(5 + 90 * story_noise(story, KEY_DAY + 5, day))),
			       });
}

void plan_day(struct repository *repository, int64_t day)
{
	const struct story *story = repository->story;
	enum weekday weekday = civil_weekday(day);
	struct instant noon = {day * SPAN_DAY + 12 * SPAN_HOUR};
	double mean = weekday >= SATURDAY ? 0.1 : is_slack(story, noon) ? 0.9 : 3.1 - 1.1 * plan_roughness(story, noon);
	int count = (int)(mean * (0.4 + 1.2 * story_noise(story, KEY_DAY, day)) + story_noise(story, KEY_DAY + 1, day));

	for (int i = 0; i < count; i++) {
		double hour = 8 + 9.5 * story_noise(story, KEY_DAY + 2, day * 16 + i);

		plan_feature(repository, (struct instant){day * SPAN_DAY + hours(hour)});
	}
	if (weekday == MONDAY && story_noise(story, KEY_DAY + 3, day) < 0.7)
		plan_bot(repository, (struct instant){day * SPAN_DAY + hours(6)});
	if (weekday < SATURDAY && story_noise(story, KEY_DAY + 6, day) < 0.12)
		plan_bug(repository, day);
	plan_train(repository, day, weekday);
}

/* Something that is done by itself and at once: opened, looked at and merged within minutes. */
static uint32_t plan_urgent(struct repository *repository, enum pull_kind kind, uint32_t undoes, struct instant opened,
			    struct instant ends)
{
	int64_t number = (int64_t)repository->pulls_len;
	struct made_pull pull = a_pull(repository->story, kind, number);

	pull.urgent = true;
	pull.undoes = undoes;
	pull.opened = opened;
	pull.first = later(opened, -3 * SPAN_MINUTE);
	pull.ends = ends;
	pull.approved = pull.reviewed = later(ends, (opened.ms - ends.ms) / 2 / SPAN_SECOND * SPAN_SECOND);
	if (undoes != NOTHING)
		pull.worker = repository->pulls[undoes].worker;
	return pull_plan(repository, &pull);
}

static void plan_incident(struct repository *repository, struct instant opened, struct instant closed, uint32_t title)
{
	event_push(
		repository,
		&(struct event){.at = opened, .kind = EVENT_ISSUE, .which = title, .incident = true, .until = closed});
}

enum trouble { TROUBLE_NONE, TROUBLE_ROLLBACK, TROUBLE_HOTFIX, TROUBLE_REVERT, TROUBLE_INCIDENT };

/* In the month that the story tells, and after it, nothing fails that the metrics do not show: there, what was bad is
 * noticed by people. */
static enum trouble trouble_of(const struct story *story, uint32_t run, struct instant at)
{
	double kind = story_noise(story, KEY_TROUBLE, run), share = 0.07 + 0.17 * plan_roughness(story, at);

	if (story_noise(story, KEY_TROUBLE + 1, run) >= share || is_calm(story, at))
		return TROUBLE_NONE;
	if (at.ms >= story->begin.ms - SPAN_DAY)
		return kind < 0.6 ? TROUBLE_HOTFIX : TROUBLE_REVERT;
	return kind < 0.35   ? TROUBLE_ROLLBACK
	       : kind < 0.7  ? TROUBLE_HOTFIX
	       : kind < 0.85 ? TROUBLE_REVERT
			     : TROUBLE_INCIDENT;
}

void plan_trouble(struct repository *repository, uint32_t run, struct instant at)
{
	const struct story *story = repository->story;
	uint32_t pull = repository->commits[repository->runs[run].commit].pull;
	double slow = 0.6 + 1.4 * plan_roughness(story, at);
	struct instant seen = later(at, minutes(slow * (5 + 35 * story_noise(story, KEY_TROUBLE + 2, run))));
	struct instant acts = later(seen, minutes(slow * (8 + 40 * story_noise(story, KEY_TROUBLE + 3, run))));
	struct instant fixed = later(acts, minutes(slow * (10 + 50 * story_noise(story, KEY_TROUBLE + 4, run))));
	uint32_t title = 1 + (uint32_t)(story_noise(story, KEY_TROUBLE + 5, run) * (TITLES_OF_INCIDENTS - 1));

	if (pull == NOTHING)
		return;
	switch (trouble_of(story, run, at)) {
	case TROUBLE_NONE:
		return;
	case TROUBLE_ROLLBACK:
		plan_incident(repository, seen, later(acts, 25 * SPAN_MINUTE), title);
		event_push(repository, &(struct event){.at = acts, .kind = EVENT_ROLLBACK});
		fixed = later(fixed, 30 * SPAN_MINUTE); /* behind the rollback */
		plan_urgent(repository, PULL_REVERT, pull, later(acts, 4 * SPAN_MINUTE), fixed);
		break;
	case TROUBLE_HOTFIX:
		plan_urgent(repository, PULL_HOTFIX, NOTHING, acts, fixed);
		break;
	case TROUBLE_REVERT:
		plan_urgent(repository, PULL_REVERT, pull, acts, fixed);
		break;
	case TROUBLE_INCIDENT: /* it ends by itself */
		plan_incident(repository, seen, fixed, title);
		return;
	}
	repository->free = later(fixed, SPAN_MINUTE);
}

/* The deployments that pods are replaced by end when they are, the bad one is rolled back and reverted, and the outage
 * is an incident. */
void plan_story(struct repository *repository)
{
	const struct story *story = repository->story;
	struct stretch bad = story->bad_deployment;

	for (size_t i = 0; i < STORY_DEPLOYMENTS; i++) {
		struct instant at = story->deployments[i];
		struct made_pull pull;

		if (at.ms == bad.to.ms)
			continue;
		pull = a_pull(story, PULL_FEATURE, KEY_STORY_PULLS + (int64_t)i);
		pull.worker = false;
		pull.live = at;
		pull.ends = later(at, -10 * SPAN_MINUTE);
		plan_way(story, &pull, KEY_STORY_PULLS + (int64_t)i, 0.8);
		pull_plan(repository, &pull);
		if (at.ms == bad.from.ms)
			plan_urgent(repository, PULL_REVERT, (uint32_t)repository->pulls_len - 1,
				    later(bad.to, 8 * SPAN_MINUTE), later(bad.to, 30 * SPAN_MINUTE));
	}
	plan_incident(repository, later(bad.from, 6 * SPAN_MINUTE), later(bad.to, 12 * SPAN_MINUTE), 1);
	event_push(repository,
		   &(struct event){.at = later(bad.to, -5 * SPAN_MINUTE), .kind = EVENT_ROLLBACK, .until = bad.to});
	plan_incident(repository, later(story->outage.from, 4 * SPAN_MINUTE), later(story->outage.to, 12 * SPAN_MINUTE),
		      0);
}
