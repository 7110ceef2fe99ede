#include "delivery/poller.h"

#include "base/log.h"
#include "base/mem.h"
#include "delivery/discovery.h"
#include "delivery/known.h"
#include "delivery/poller_parts.h"
#include "delivery/reading.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	TURN_QUESTIONS = 200, /* of one repository in a row, while others wait */
	QUIET_FACTOR = 4,     /* a repository where nothing happens is read so much less often, at the least */
};

/* Pages whose content is older are forgotten, so that the file does not grow for ever: one that is still asked for
 * costs one request more. */
#define FORGET_PAGES ((struct span){60 * SPAN_DAY})
#define FORGET_EVERY ((struct span){SPAN_DAY})
#define HISTORY_MOST ((struct span){3660 * SPAN_DAY}) /* that can be asked for */
/* After the facts could not be written, or an answer could not be made use of. */
#define TRY_AGAIN (10 * SPAN_SECOND)
/* While a question is under way it is looked at so often. */
#define LOOK_EVERY ((struct span){20})
/* Webhooks come in swarms: a repository is not read anew sooner than so long after it was read. */
#define WAKE_APART ((struct span){5 * SPAN_SECOND})

struct poller *poller_new(const struct poller_settings *settings, struct err *err)
{
	struct poller *poller = xcalloc(1, sizeof(*poller));

	poller->settings = *settings;
	targets_init(&poller->targets);
	poller->github = github_new(&settings->github, NULL, err);
	poller->facts = poller->github ? facts_open(settings->facts, err) : NULL;
	if (poller->facts)
		return poller;
	poller_free(poller);
	return NULL;
}

/* What is under way ends; what was learnt is in the facts. */
static void stop_asking(struct poller *poller)
{
	reading_free(poller->reading);
	discovery_free(poller->discovery);
	poller->reading = NULL;
	poller->discovery = NULL;
	poller->stop = NULL;
	poller->finder = NULL;
	poller->done = NULL;
}

static void stop_release(struct stop *stop)
{
	lanes_release(&stop->lanes);
	shelf_unref(stop->shelf);
	ground_unref(stop->ground);
}

void poller_free(struct poller *poller)
{
	if (!poller)
		return;
	github_free(poller->github); /* before the question that it may be at work on */
	stop_asking(poller);
	for (size_t i = 0; i < poller->len; i++)
		stop_release(&poller->stops[i]);
	free(poller->stops);
	free(poller->finders);
	targets_release(&poller->targets);
	facts_close(poller->facts);
	slo_set_unref(poller->set);
	slo_set_unref(poller->wanted);
	free(poller);
}

void poller_fail(struct poller *poller, struct mono mono, const struct err *err)
{
	if (strcmp(poller->error, err->text) != 0)
		log_error("delivery facts cannot be read or written", F_CSTR("reason", err->text));
	snprintf(poller->error, sizeof(poller->error), "%s", err->text);
	poller->not_before.ns = mono.ns + TRY_AGAIN * 1000000;
	poller->news = true;
}

void poller_load(struct poller *poller, struct slo_set *set)
{
	slo_set_unref(poller->wanted);
	poller->wanted = slo_set_ref(set);
}

static struct stop *stop_of(struct stop *stops, size_t len, struct str repository)
{
	for (size_t i = 0; i < len; i++)
		if (str_eq(stops[i].target->repository, repository))
			return &stops[i];
	return NULL;
}

/* The stops of the targets; what is known of a repository that stays is kept. */
static void stops_make(struct poller *poller, const struct targets *targets)
{
	struct stop *stops = xcalloc(targets->len ? targets->len : 1, sizeof(*stops));

	for (size_t i = 0; i < targets->len; i++) {
		struct stop *before = stop_of(poller->stops, poller->len, targets->at[i]->repository);

		stops[i].interval = poller->settings.interval;
		if (before) {
			stops[i] = *before;
			/* what is asked of it stays: so does when */
			if (before->print != target_print(targets->at[i]) || poller->stop == before) {
				stops[i].read = false;
				stops[i].due = (struct mono){0};
			}
			before->shelf = NULL;
			before->ground = NULL;
		}
		stops[i].target = targets->at[i];
		stops[i].print = target_print(targets->at[i]);
		lanes_make(&stops[i].lanes, targets->at[i], before ? &before->lanes : NULL);
		stops[i].shelf_old = true;
	}
	for (size_t i = 0; i < poller->len; i++)
		stop_release(&poller->stops[i]);
	free(poller->stops);
	poller->stops = stops;
	poller->len = targets->len;
}

static void finders_make(struct poller *poller, const struct slo_set *set)
{
	free(poller->finders);
	poller->finders = xcalloc(set->deliveries_len ? set->deliveries_len : 1, sizeof(*poller->finders));
	poller->finders_len = 0;
	for (size_t i = 0; i < set->deliveries_len; i++)
		if (set->deliveries[i]->organisation.len)
			poller->finders[poller->finders_len++].delivery = set->deliveries[i];
}

/* Takes up the set that is wanted, or (where an organisation has changed) the same again. */
static bool take_up(struct poller *poller, struct err *err)
{
	struct slo_set *set = poller->wanted ? poller->wanted : poller->set;
	struct targets targets;

	targets_init(&targets);
	if (!known_targets(poller->facts, set, &targets, err)) {
		targets_release(&targets);
		return false;
	}
	stops_make(poller, &targets);
	stop_asking(poller);
	targets_release(&poller->targets);
	poller->targets = targets;
	if (poller->wanted) {
		finders_make(poller, set);
		slo_set_unref(poller->set);
		poller->set = set;
		poller->wanted = NULL;
	}
	poller->found = false;
	poller->news = true;
	return true;
}

static bool due_at(struct mono due, struct mono mono) { return due.ns <= mono.ns; }

static struct instant as_of(const struct poller *poller, struct instant now)
{
	return poller->settings.at.ms ? poller->settings.at : now;
}

/* Begins with what is due longest; organisations first, since they say what there is to read. */
static bool begin(struct poller *poller, struct mono mono, struct instant now)
{
	struct reading_options options = {.now = as_of(poller, now),
					  .horizon = poller->horizon,
					  .whole = poller->settings.whole,
					  .hurried = poller->settings.whole,
					  .most = TURN_QUESTIONS};
	struct stop *next = NULL;

	for (size_t i = 0; i < poller->finders_len; i++) {
		if (!due_at(poller->finders[i].due, mono))
			continue;
		poller->finder = &poller->finders[i];
		poller->discovery = discovery_new(poller->facts, poller->finder->delivery);
		return true;
	}
	for (size_t i = 0; i < poller->len; i++)
		if (due_at(poller->stops[i].due, mono) && (!next || poller->stops[i].due.ns < next->due.ns))
			next = &poller->stops[i];
	if (!next)
		return false;
	options.most = poller->len > 1 ? TURN_QUESTIONS : 0;
	poller->stop = next;
	next->begun = options.now;
	poller->reading = reading_new(poller->facts, next->target, &options);
	return true;
}

/* Each is said once, for as long as it stays. */
static void note_faults(struct stop *stop, const struct faults *faults)
{
	for (size_t i = 0; i < faults->len; i++) {
		const char *why = faults->at[i].why.text;
		bool said = strcmp(stop->issues_error.text, why) == 0;

		for (size_t k = 0; k < stop->lanes.len; k++)
			said = said || strstr(stop->lanes.at[k].error.text, why);
		if (!said)
			log_warn("not all of it can be read", F_STR("of", stop->target->repository),
				 F_CSTR("reason", why));
	}
}

static void note_error(char *kept, size_t size, const char *error, struct str what)
{
	if (strcmp(kept, error) != 0 && error[0])
		log_warn("not all of it can be read", F_STR("of", what), F_CSTR("reason", error));
	snprintf(kept, size, "%s", error);
}

static struct mono after(struct mono mono, struct span span) { return (struct mono){mono.ns + span.ms * 1000000}; }

/* Answers that nobody has asked for again, and alerts of before what anybody may ask for: this run may ask for
 * little. */
static void forget(struct poller *poller, struct mono mono)
{
	struct instant before = {instant_now().ms - FORGET_PAGES.ms};
	struct instant longest_ago = {poller->horizon.ms + poller->settings.history.ms - HISTORY_MOST.ms};
	struct err err = {0};

	if (!due_at(poller->forget_at, mono))
		return;
	poller->forget_at = after(mono, FORGET_EVERY);
	if (facts_begin(poller->facts, &err)) {
		if (facts_forget_pages(poller->facts, before, &err) &&
		    facts_forget_alerts(poller->facts, longest_ago, &err) && facts_commit(poller->facts, &err))
			return;
		facts_abandon(poller->facts);
	}
	poller_fail(poller, mono, &err);
}

static void end_reading(struct poller *poller, struct mono mono, struct instant now)
{
	struct stop *stop = poller->stop;
	struct reading_outcome outcome = reading_outcome(poller->reading);
	struct span longest = {QUIET_FACTOR * poller->settings.interval.ms};

	note_faults(stop, outcome.faults);
	if (outcome.more || outcome.unanswered)
		lanes_fault(&stop->lanes, stop->target, outcome.faults);
	else
		lanes_read(&stop->lanes, stop->target, outcome.faults, stop->begun, now);
	stop->issues_error.text[0] = '\0';
	if (faults_of_issues(outcome.faults)[0])
		err_set(&stop->issues_error, "%s", faults_of_issues(outcome.faults));
	/* its issues may be incidents of services of other repositories */
	for (size_t i = 0; outcome.changed && i < poller->len; i++)
		poller->stops[i].shelf_old = true;
	stop->shelf_old |= !stop->read;
	stop->interval.ms = outcome.changed ? poller->settings.interval.ms : stop->interval.ms * 3 / 2;
	if (stop->interval.ms > longest.ms)
		stop->interval = longest;
	stop->due = after(mono, outcome.more ? (struct span){0} : stop->woken ? WAKE_APART : stop->interval);
	stop->woken = false;
	stop->ended = mono;
	stop->half = outcome.more || outcome.unanswered;
	stop->read |= !stop->half;
	/* of what could not be had it is not known what has happened since */
	if (!outcome.more && outcome.faults->len == 0) {
		stop->read_at = now;
		stop->known_at = stop->begun;
	}
	poller->news = true;
	stop_asking(poller);
	forget(poller, mono);
}

static void end_discovery(struct poller *poller, struct mono mono)
{
	struct finder *finder = poller->finder;

	note_error(finder->error, sizeof(finder->error), discovery_error(poller->discovery),
		   finder->delivery->organisation);
	poller->found |= discovery_changed(poller->discovery);
	finder->looked = true;
	finder->due = after(mono, (struct span){SPAN_HOUR});
	stop_asking(poller);
}

/* The facts cannot be read or written: others have their turn, and this one is begun again. */
static void break_off(struct poller *poller, struct mono mono, const struct err *err)
{
	poller_fail(poller, mono, err);
	if (poller->stop) {
		poller->stop->half = true;
		poller->stop->due = after(mono, (struct span){TRY_AGAIN});
		lanes_fail(&poller->stop->lanes, err->text);
	} else if (poller->finder) {
		poller->finder->due = after(mono, (struct span){TRY_AGAIN});
	}
	stop_asking(poller);
}

/* Takes the answer; false where the facts cannot be written: then all of it is begun again, later. */
static bool take(struct poller *poller, struct github_call *call, struct mono mono)
{
	struct err err = {0};
	bool ok = call->context == poller->reading ? reading_take(poller->reading, &err)
						   : discovery_take(poller->discovery, &err);

	if (ok) {
		poller->error[0] = '\0';
		/* where somebody waits, the next question does not for the sake of the one that was given up */
		if (poller->reading && poller->settings.whole && reading_outcome(poller->reading).gave_up)
			github_go_on(poller->github);
		return true;
	}
	break_off(poller, mono, &err);
	return false;
}

/* The next question of what is under way; NULL where it has ended. */
static struct github_call *next_question(struct poller *poller, struct mono mono, struct instant now)
{
	struct err err = {0};
	struct github_call *call =
		poller->reading ? reading_next(poller->reading, &err) : discovery_next(poller->discovery, &err);

	if (call) {
		call->context = poller->reading ? (void *)poller->reading : (void *)poller->discovery;
	} else if (err.text[0]) {
		break_off(poller, mono, &err);
	} else if (poller->reading) {
		end_reading(poller, mono, now);
	} else {
		end_discovery(poller, mono);
	}
	return call;
}

/* Puts the next question, if there is one. */
static void ask(struct poller *poller, struct mono mono, struct instant now)
{
	struct err err = {0};

	while (!poller->call && due_at(poller->not_before, mono)) {
		if ((poller->wanted || poller->found) && !take_up(poller, &err)) {
			poller_fail(poller, mono, &err);
			return;
		}
		if (!poller->reading && !poller->discovery && !begin(poller, mono, now))
			return;
		if (github_wait(poller->github, mono, instant_now()).ms > 0)
			return;
		poller->call = next_question(poller, mono, now);
		if (poller->call)
			github_start(poller->github, poller->call, mono, instant_now());
	}
}

bool poller_turn(struct poller *poller, struct mono mono, struct instant now)
{
	struct github_call *done = poller->done;
	bool news;

	if (poller->call && !done)
		done = github_next(poller->github, (struct span){0}, -1, instant_now());
	poller->done = NULL;
	poller->horizon.ms = as_of(poller, now).ms - poller->settings.history.ms;
	if (done) {
		poller->call = NULL;
		take(poller, done, mono);
	}
	ask(poller, mono, now);
	news = poller->news;
	poller->news = false;
	return news;
}

static void sooner(struct span *wait, struct mono due, struct mono mono)
{
	int64_t left = (due.ns - mono.ns) / 1000000 + 1;

	if (left < wait->ms)
		wait->ms = left;
}

struct span poller_wait(const struct poller *poller, struct mono mono)
{
	struct span wait = {SPAN_HOUR}, limits;

	if (poller->done)
		return (struct span){1};
	if (poller->call)
		return LOOK_EVERY;
	if ((poller->wanted || poller->found) && due_at(poller->not_before, mono))
		return (struct span){1};
	limits = github_wait(poller->github, mono, instant_now());
	if (poller->reading || poller->discovery)
		wait.ms = 1;
	for (size_t i = 0; i < poller->len; i++)
		sooner(&wait, poller->stops[i].due, mono);
	for (size_t i = 0; i < poller->finders_len; i++)
		sooner(&wait, poller->finders[i].due, mono);
	if (wait.ms < limits.ms)
		wait = limits;
	if (!due_at(poller->not_before, mono))
		wait.ms = (poller->not_before.ns - mono.ns) / 1000000 + 1;
	return (struct span){wait.ms < 1 ? 1 : wait.ms};
}

void poller_await(struct poller *poller, struct span wait, int fd)
{
	if (!poller->done)
		poller->done = github_next(poller->github, wait, fd, instant_now());
}

void poller_wake(struct poller *poller, struct str repository)
{
	struct arena arena;
	struct str name;

	arena_init(&arena);
	name = lower_case(&arena, repository);
	for (size_t i = 0; i < poller->len; i++) {
		struct stop *stop = &poller->stops[i];
		struct mono soon = stop->ended.ns ? after(stop->ended, WAKE_APART) : stop->ended;

		if (repository.len && !str_eq(stop->target->repository, name))
			continue;
		if (poller->stop == stop)
			stop->woken = true;
		else if (stop->due.ns > soon.ns)
			stop->due = soon;
	}
	arena_release(&arena);
}

bool poller_all_read(const struct poller *poller)
{
	bool all = !poller->wanted && !poller->found;

	for (size_t i = 0; i < poller->len; i++)
		all = all && poller->stops[i].read;
	for (size_t i = 0; i < poller->finders_len; i++)
		all = all && poller->finders[i].looked;
	return all;
}

const char *poller_organisation_error(const struct poller *poller)
{
	for (size_t i = 0; i < poller->finders_len; i++)
		if (poller->finders[i].error[0])
			return poller->finders[i].error;
	return "";
}

const char *poller_error(const struct poller *poller) { return poller->error; }

struct github_health poller_github(const struct poller *poller) { return github_health(poller->github); }
