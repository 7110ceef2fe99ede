#include "delivery/results.h"

#include "base/mem.h"
#include "delivery/reading.h"
#include "delivery/service.h"
#include "dora/dora.h"

#include <math.h>
#include <stdlib.h>

/* What is known of one service and environment. */
struct plot {
	const struct delivery *delivery;
	struct str name;
	struct dora_case one; /* but for the moment that it is asked for */
	bool walked;          /* its attempts are known since `since`; else nothing is known for sure */
	struct instant since;
};

struct ground {
	struct arena arena;
	struct repository_facts *known;
	struct slo_set *set;
	struct plot *plots;
	size_t len;
	int references; /* atomic */
};

/* One service and environment on a shelf. */
struct row {
	const struct delivery *delivery;
	struct str name;
	const struct dora_history *history;
	bool complete;
};

struct shelf {
	struct arena arena;
	struct ground *ground;
	struct row *rows;
	size_t len;
	int references; /* atomic */
};

static bool make_plot(struct ground *ground, struct facts *facts, const struct target *target,
		      const struct tracked *service, const struct delivery_environment *environment, bool settled,
		      struct err *err)
{
	struct plot *plot = &ground->plots[ground->len];
	struct incident *incidents;
	struct err why = {0};

	service_case(&ground->arena, ground->known, target, service, environment, (struct instant){0}, &plot->one);
	if (!service_incidents(&ground->arena, facts, ground->known, target, service, environment, &incidents,
			       &plot->one.incidents_len, err))
		return false;
	plot->one.incidents = incidents;
	if (!service_unread(&ground->arena, facts, target, service, environment, &plot->one.unread, err))
		return false;
	plot->walked = reading_since(facts, target->repository, &ground->arena, environment, &plot->since, &why);
	if (why.text[0])
		return err_set(err, "%s", why.text);
	plot->walked = plot->walked && settled;
	plot->delivery = service->delivery;
	plot->name = arena_str(&ground->arena, service->name);
	plot->one.repository = arena_str(&ground->arena, target->repository);
	ground->len++;
	return true;
}

struct ground *ground_make(struct facts *facts, const struct target *target, struct slo_set *set, bool settled,
			   struct err *err)
{
	struct ground *ground = xcalloc(1, sizeof(*ground));
	bool ok;

	arena_init(&ground->arena);
	ground->references = 1;
	ground->set = set ? slo_set_ref(set) : NULL;
	ground->known = facts_load(facts, settled ? target->repository : STR(""), err);
	ok = ground->known;
	ground->plots = arena_array(&ground->arena, target_environments(target), sizeof(*ground->plots));
	for (size_t i = 0; ok && i < target->services_len; i++)
		for (size_t k = 0; ok && k < target->services[i].delivery->environments_len; k++)
			ok = make_plot(ground, facts, target, &target->services[i],
				       &target->services[i].delivery->environments[k], settled, err);
	if (ok)
		return ground;
	ground_unref(ground);
	return NULL;
}

void ground_unref(struct ground *ground)
{
	if (!ground || __atomic_sub_fetch(&ground->references, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	repository_facts_free(ground->known);
	slo_set_unref(ground->set);
	arena_release(&ground->arena);
	free(ground);
}

static void make_row(struct shelf *shelf, const struct plot *plot, struct instant at, struct instant horizon,
		     struct instant cut)
{
	struct row *row = &shelf->rows[shelf->len++];
	struct dora_case one = plot->one;

	one.at = at;
	one.since = plot->since;
	if (!plot->walked)
		one.since = at;
	else if (one.since.ms < cut.ms)
		one.since = cut;
	*row = (struct row){.delivery = plot->delivery,
			    .name = plot->name,
			    .history = dora_history_make(&shelf->arena, &one),
			    .complete = plot->walked && one.since.ms <= horizon.ms};
}

struct shelf *shelf_make(struct ground *ground, struct instant at, struct instant horizon, struct instant cut)
{
	struct shelf *shelf = xcalloc(1, sizeof(*shelf));

	arena_init(&shelf->arena);
	shelf->references = 1;
	__atomic_add_fetch(&ground->references, 1, __ATOMIC_RELAXED);
	shelf->ground = ground;
	shelf->rows = arena_array(&shelf->arena, ground->len, sizeof(*shelf->rows));
	for (size_t i = 0; i < ground->len; i++)
		make_row(shelf, &ground->plots[i], at, horizon, cut);
	return shelf;
}

static struct shelf *shelf_ref(struct shelf *shelf)
{
	__atomic_add_fetch(&shelf->references, 1, __ATOMIC_RELAXED);
	return shelf;
}

void shelf_unref(struct shelf *shelf)
{
	if (!shelf || __atomic_sub_fetch(&shelf->references, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	ground_unref(shelf->ground);
	arena_release(&shelf->arena);
	free(shelf);
}

/* Windows that are not whole say nothing of a rate, and what is left of a metric is not what its name says. */
static void measure(struct arena *arena, struct dora_result *result)
{
	struct dora_window windows[DORA_SHOWN_WINDOWS];
	unsigned year = result->histories[0]->delivery->report_year;

	dora_windows(result->at, windows);
	windows[DORA_WINDOWS] = dora_month(arena, result->at);
	for (size_t i = 0; i < DORA_SHOWN_WINDOWS; i++)
		dora_measure(result->histories, result->services, &windows[i], &result->windows[i]);
	result->standing = dora_stand(result->histories, result->services);
	dora_grade(&result->windows[1], year, &result->grades);
}

static const struct row_state *state_of(const struct shelf_state *of, const struct row *row)
{
	for (size_t i = 0; i < of->rows_len; i++)
		if (str_eq(of->rows[i].service, row->name) &&
		    str_eq(of->rows[i].environment, row->history->environment->name))
			return &of->rows[i];
	return NULL;
}

static void add_service(struct delivery_results *results, const struct row *row, const struct row_state *state)
{
	struct arena *arena = &results->arena;
	struct dora_result *result = &results->results.at[results->results.len++];
	const struct dora_history **histories = arena_alloc(arena, sizeof(*histories));

	histories[0] = row->history;
	*result = (struct dora_result){.scope = DORA_OF_SERVICE,
				       .name = row->name,
				       .environment = row->history->environment->name,
				       .repository = row->history->repository,
				       .labels = row->delivery->labels,
				       .services = 1,
				       .complete = row->complete,
				       .read_at = state->read_at,
				       .at = state->at,
				       .error = arena_str(arena, state->error),
				       .histories = histories};
	measure(arena, result);
}

static struct str name_of(const struct delivery *delivery, enum dora_scope scope)
{
	return scope == DORA_OF_TEAM ? delivery->team : delivery->group;
}

/* All services of a team (or group) that have an environment of that name, taken together. */
static void add_whole(struct delivery_results *results, enum dora_scope scope, struct str name, struct str environment,
		      size_t services)
{
	struct arena *arena = &results->arena;
	struct dora_result *whole = &results->results.at[results->results.len++];
	const struct dora_history **histories = arena_array(arena, services, sizeof(*histories));

	*whole = (struct dora_result){
		.scope = scope, .name = name, .environment = environment, .complete = true, .histories = histories};
	for (size_t i = 0; i < services; i++) {
		const struct dora_result *one = &results->results.at[i];

		if (!str_eq(name_of(one->histories[0]->delivery, scope), name) ||
		    !str_eq(one->environment, environment))
			continue;
		histories[whole->services++] = one->histories[0];
		whole->complete = whole->complete && one->complete;
		if (whole->services == 1 || one->read_at.ms < whole->read_at.ms)
			whole->read_at = one->read_at;
		if (whole->services == 1 || one->at.ms < whole->at.ms)
			whole->at = one->at;
		if (!whole->error.len)
			whole->error = one->error;
	}
	measure(arena, whole);
}

static bool has(const struct delivery_results *results, enum dora_scope scope, struct str name, struct str environment)
{
	for (size_t i = 0; i < results->results.len; i++) {
		const struct dora_result *one = &results->results.at[i];

		if (one->scope == scope && str_eq(one->name, name) && str_eq(one->environment, environment))
			return true;
	}
	return false;
}

static void add_wholes(struct delivery_results *results, enum dora_scope scope, size_t services)
{
	for (size_t i = 0; i < services; i++) {
		const struct dora_result *one = &results->results.at[i];
		struct str name = name_of(one->histories[0]->delivery, scope);

		if (name.len && !has(results, scope, name, one->environment))
			add_whole(results, scope, name, one->environment, services);
	}
}

static int by_name(const void *a, const void *b)
{
	const struct dora_result *one = a, *other = b;
	int order;

	if (one->scope != other->scope)
		return one->scope < other->scope ? -1 : 1;
	order = str_cmp(one->name, other->name);
	if (order == 0)
		order = str_cmp(one->environment, other->environment);
	return order ? order : str_cmp(one->repository, other->repository);
}

struct delivery_results *delivery_results_make(const struct shelf_state *states, size_t len)
{
	struct delivery_results *results = xcalloc(1, sizeof(*results));
	const struct row_state *state;
	size_t rows = 0, services;

	arena_init(&results->arena);
	results->references = 1;
	results->repositories = len;
	for (size_t i = 0; i < len; i++)
		rows += states[i].shelf ? states[i].shelf->len : 0;
	results->shelves = arena_array(&results->arena, len, sizeof(struct shelf *));
	/* of each service one row, and one of its team and one of its group at the most */
	results->results.at = arena_array(&results->arena, 3 * rows, sizeof(*results->results.at));
	for (size_t i = 0; i < len; i++) {
		struct shelf *shelf = states[i].shelf;

		results->repositories_behind += states[i].behind;
		if (!shelf)
			continue;
		results->shelves[results->shelves_len++] = shelf_ref(shelf);
		for (size_t k = 0; k < shelf->len; k++)
			if ((state = state_of(&states[i], &shelf->rows[k])))
				add_service(results, &shelf->rows[k], state);
	}
	services = results->results.len;
	add_wholes(results, DORA_OF_TEAM, services);
	add_wholes(results, DORA_OF_GROUP, services);
	if (results->results.len)
		qsort(results->results.at, results->results.len, sizeof(*results->results.at), by_name);
	return results;
}

struct delivery_results *delivery_results_ref(struct delivery_results *results)
{
	if (results)
		__atomic_add_fetch(&results->references, 1, __ATOMIC_RELAXED);
	return results;
}

void delivery_results_unref(struct delivery_results *results)
{
	if (!results || __atomic_sub_fetch(&results->references, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	for (size_t i = 0; i < results->shelves_len; i++)
		shelf_unref(results->shelves[i]);
	arena_release(&results->arena);
	free(results);
}
