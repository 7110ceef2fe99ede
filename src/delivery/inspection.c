#include "delivery/inspection_parts.h"

#include "base/glob.h"
#include "base/mem.h"
#include "delivery/discovery.h"
#include "delivery/target.h"
#include "slo/deliveries.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

const char *const permission_names[PERMISSIONS] = {
	"Metadata", "Contents", "Pull requests", "Actions", "Deployments", "Issues",
};

static struct inspection_item *add_item(struct inspector *inspector, struct inspection_item **items, size_t *len)
{
	*items = arena_grow(inspector->arena, *items, *len, sizeof(**items));
	return &(*items)[(*len)++];
}

struct inspection_item *inspect_note(struct inspecting *at, enum inspection_kind kind, enum inspection_verdict verdict,
				     struct str name, struct place place, const char *format, ...)
{
	struct inspection_item *item = add_item(at->inspector, at->items, at->len);
	char *text = NULL;
	va_list list;

	va_start(list, format);
	if (vasprintf(&text, format, list) < 0)
		abort();
	va_end(list);
	*item = (struct inspection_item){.kind = kind,
					 .verdict = verdict,
					 .environment = kind == INSPECTION_PERMISSION ? STR("") : at->environment,
					 .name = name,
					 .text = arena_str(at->inspector->arena, str_of(text)),
					 .place = place};
	free(text);
	at->inspector->out->count[verdict]++;
	return item;
}

bool inspect_permission(struct inspecting *at, enum permission permission, enum github_verdict verdict, struct str why,
			struct place place)
{
	struct str name = str_of(permission_names[permission]);
	bool may = verdict == GITHUB_OK;

	if (at->rights->told[permission])
		return may;
	at->rights->told[permission] = true;
	if (may)
		inspect_note(at, INSPECTION_PERMISSION, INSPECTION_FOUND, name, place, "permission '%.*s'",
			     STR_ARG(name));
	else
		inspect_note(at, INSPECTION_PERMISSION, INSPECTION_MISSING, name, place,
			     "the permission '%.*s' (Read-only) is missing for '%.*s': %.*s", STR_ARG(name),
			     STR_ARG(at->seen->told.full_name), STR_ARG(why));
	return may;
}

/* --- a repository */

static bool has_scope(const char *scopes, const char *wanted)
{
	for (struct str rest = str_of(scopes); rest.len;) {
		size_t end = str_find(rest, ',');

		if (str_is(str_trim(str_slice(rest, 0, end)), wanted))
			return true;
		rest = str_slice(rest, end < rest.len ? end + 1 : end, rest.len);
	}
	return false;
}

/* What a token of this kind may lack to see a repository. */
static const char *advice(struct inspector *inspector)
{
	struct github_access access = github_access(inspector->github);

	switch (access.kind) {
	case GITHUB_TOKEN_NONE:
		return "; without a token only public repositories are seen";
	case GITHUB_TOKEN_CLASSIC:
		return has_scope(access.scopes, "repo")
			       ? ""
			       : "; a classic token has to have the scope 'repo' for private repositories";
	case GITHUB_TOKEN_FINE_GRAINED:
		return "; a fine-grained token sees private repositories that are selected for it";
	case GITHUB_TOKEN_INSTALLATION:
		return "; an App sees private repositories that it is installed for";
	case GITHUB_TOKEN_USER:
	case GITHUB_TOKEN_OTHER:
		break;
	}
	return "";
}

/* Among those that the token sees of the same owner. False: GitHub cannot be asked. */
static bool not_there(struct inspecting *at, struct str name, struct place place)
{
	struct inspector *inspector = at->inspector;
	size_t slash = str_find(name, '/');
	struct seen_owner *owner = inspect_owner(inspector, str_slice(name, 0, slash));
	struct inspection_item *item;
	struct str *names, nearest, instead;

	if (!owner)
		return false;
	names = arena_array(inspector->arena, owner->len, sizeof(*names));
	for (size_t i = 0; i < owner->len; i++)
		names[i] = owner->at[i].full_name;
	instead = inspect_instead(inspector, name, names, owner->len, &nearest);
	item = inspect_note(at, INSPECTION_REPOSITORY, INSPECTION_MISSING, name, place,
			    "no repository '%.*s' that may be seen%.*s%s", STR_ARG(name),
			    STR_ARG(nearest.len ? instead : STR("")), nearest.len ? "" : advice(inspector));
	item->nearest = nearest;
	return true;
}

/* Whether it is there, and still called so. `*reached` where the rest can be looked at; false: GitHub cannot be asked.
 */
static bool look_at_repository(struct inspecting *at, struct str name, struct place place, bool *reached)
{
	struct seen_repository *seen = inspect_repository(at->inspector, name);
	struct inspection_item *item;

	at->seen = seen;
	*reached = seen && seen->verdict == GITHUB_OK;
	if (!seen)
		return false;
	if (seen->verdict == GITHUB_GONE)
		return not_there(at, name, place);
	if (!*reached) {
		inspect_note(at, INSPECTION_REPOSITORY, INSPECTION_MISSING, name, place, "%.*s", STR_ARG(seen->why));
		return true;
	}
	if (!str_alike(seen->told.full_name, name)) {
		item = inspect_note(at, INSPECTION_REPOSITORY, INSPECTION_MISSING, name, place,
				    "'%.*s' is called '%.*s' now", STR_ARG(name), STR_ARG(seen->told.full_name));
		item->nearest = seen->told.full_name;
	} else if (seen->told.archived || seen->told.disabled) {
		inspect_note(at, INSPECTION_REPOSITORY, INSPECTION_NOTE, name, place,
			     "repository '%.*s' is %s: nothing new comes", STR_ARG(name),
			     seen->told.archived ? "archived" : "disabled");
	} else {
		inspect_note(at, INSPECTION_REPOSITORY, INSPECTION_FOUND, name, place, "repository '%.*s' (%s)",
			     STR_ARG(name), seen->told.is_private ? "private" : "public");
	}
	inspect_permission(at, MAY_METADATA, GITHUB_OK, STR(""), place);
	return true;
}

/* What every definition needs. */
static bool look_at_rights(struct inspecting *at, struct place place)
{
	struct seen_repository *seen = at->seen;
	const struct seen_page *pulls;
	struct seen_list *branches = inspect_list(at->inspector, seen, SEEN_BRANCHES);

	if (!branches)
		return false;
	inspect_permission(at, MAY_CONTENTS, branches->verdict, branches->why, place);
	pulls = inspect_page(at->inspector, inspect_url(at->inspector, seen, "/pulls?state=closed&per_page=1"),
			     PAGE_ANY);
	if (!pulls)
		return false;
	inspect_permission(at, MAY_PULLS, pulls->verdict, pulls->why, place);
	return true;
}

static struct inspection_repository *add_repository(struct inspector *inspector, struct inspection_subject *subject)
{
	struct inspection_repository *repository;

	subject->repositories = arena_grow(inspector->arena, subject->repositories, subject->repositories_len,
					   sizeof(*subject->repositories));
	repository = &subject->repositories[subject->repositories_len++];
	*repository = (struct inspection_repository){.items = NULL};
	return repository;
}

static bool inspect_one(struct inspector *inspector, struct inspection_subject *subject, struct str name,
			struct inspect_rights *rights)
{
	const struct delivery *delivery = subject->delivery;
	struct inspection_repository *repository = add_repository(inspector, subject);
	struct inspecting at = {.inspector = inspector,
				.delivery = delivery,
				.rights = rights,
				.items = &repository->items,
				.len = &repository->items_len};
	bool reached, ok = look_at_repository(&at, name, delivery->subject_place, &reached);

	repository->name = reached ? at.seen->told.full_name : name;
	repository->reached = reached;
	if (!ok || !reached)
		return ok;
	repository->is_private = at.seen->told.is_private;
	ok = rights->told[MAY_CONTENTS] || look_at_rights(&at, delivery->subject_place);
	for (size_t i = 0; ok && i < delivery->environments_len; i++) {
		at.environment = delivery->environments[i].name;
		ok = inspect_environment(&at, &delivery->environments[i]);
	}
	at.environment = STR("");
	ok = ok && inspect_labels(&at, &delivery->pull_labels) && inspect_labels(&at, &delivery->hotfix_labels);
	for (size_t i = 0; ok && i < delivery->incidents_len; i++)
		if (delivery->incidents[i].source == INCIDENTS_ISSUES && !delivery->incidents[i].repository.len)
			ok = inspect_issues(&at, &delivery->incidents[i]);
	return ok;
}

/* Issues of other repositories. */
static bool inspect_elsewhere(struct inspector *inspector, struct inspection_subject *subject)
{
	for (size_t i = 0; i < subject->delivery->incidents_len; i++) {
		const struct incident_rule *rule = &subject->delivery->incidents[i];
		struct inspection_repository *repository;
		struct inspect_rights rights = {.told = {false}};
		struct inspecting at = {.inspector = inspector, .delivery = subject->delivery, .rights = &rights};
		bool reached;

		if (rule->source != INCIDENTS_ISSUES || !rule->repository.len)
			continue;
		repository = add_repository(inspector, subject);
		at.items = &repository->items;
		at.len = &repository->items_len;
		if (!look_at_repository(&at, rule->repository, rule->place, &reached))
			return false;
		repository->name = reached ? at.seen->told.full_name : rule->repository;
		repository->reached = reached;
		repository->is_private = reached && at.seen->told.is_private;
		if (reached && !inspect_issues(&at, rule))
			return false;
	}
	return true;
}

/* --- an organisation */

static bool pattern_fits(struct str pattern, const struct seen_owner *owner)
{
	for (size_t i = 0; i < owner->len; i++) {
		struct str name = owner->at[i].full_name;

		if (glob_matches(pattern, str_slice(name, str_find(name, '/') + 1, name.len)))
			return true;
	}
	return false;
}

/* Patterns of names that fit nothing: a slip of the pen, or a repository that went. */
static void look_at_patterns(struct inspecting *at, const struct seen_owner *owner)
{
	const struct delivery_texts *include = &at->delivery->include;
	struct str *names = arena_array(at->inspector->arena, owner->len, sizeof(*names));

	for (size_t i = 0; i < owner->len; i++)
		names[i] = str_slice(owner->at[i].full_name, str_find(owner->at[i].full_name, '/') + 1,
				     owner->at[i].full_name.len);
	for (size_t i = 0; i < include->len; i++) {
		struct inspection_item *item;
		struct str nearest, instead;

		if (pattern_fits(include->at[i], owner))
			continue;
		instead = inspect_instead(at->inspector, include->at[i], names, owner->len, &nearest);
		item = inspect_note(at, INSPECTION_REPOSITORY, INSPECTION_MISSING, include->at[i], include->places[i],
				    "no repository fits '%.*s'%.*s", STR_ARG(include->at[i]), STR_ARG(instead));
		item->nearest = nearest;
	}
}

/* Who measures the repository instead: a document of its own, or one of the organisation that comes first. */
static const struct delivery *measured_by(const struct inspecting *at, const struct github_repository *one)
{
	const struct slo_set *set = at->inspector->set;
	const struct delivery *own = deliveries_of_repository(set, one->full_name);

	for (size_t i = 0; i < set->deliveries_len && !own && set->deliveries[i] != at->delivery; i++)
		if (str_alike(set->deliveries[i]->organisation, at->delivery->organisation) &&
		    discovery_fits(set->deliveries[i], one) && deliveries_meet(set->deliveries[i], at->delivery))
			own = set->deliveries[i];
	return own;
}

static void say_left_out(struct inspecting *at, struct str name, const struct delivery *other)
{
	bool own = other->repository.len > 0;

	inspect_note(at, INSPECTION_REPOSITORY, INSPECTION_NOTE, name, at->delivery->subject_place,
		     "'%.*s' is left out here: it is %s%.*s%s of %s:%u:%u", STR_ARG(name),
		     own ? "'" : "measured by that", STR_ARG(own ? other->service : STR("")), own ? "'" : "",
		     other->place.file, other->place.line, other->place.col);
}

/* Which are to be looked at, with the one at which rights are best seen in front: a private one. */
static size_t choose(struct inspecting *at, const struct seen_owner *owner, const struct github_repository **chosen)
{
	bool is_private = false;
	size_t len = 0;

	for (size_t i = 0; i < owner->len; i++) {
		const struct github_repository *one = &owner->at[i];
		const struct delivery *other;

		if (!discovery_fits(at->delivery, one))
			continue;
		other = measured_by(at, one);
		if (other) {
			say_left_out(at, one->full_name, other);
			continue;
		}
		chosen[len++] = one;
		if (one->is_private && !is_private) {
			is_private = true;
			chosen[len - 1] = chosen[0];
			chosen[0] = one;
		}
	}
	return len;
}

/* In which of its repositories each environment is to be seen. What is in none of them is missing; that some of them
 * are not deployed is no fault, unless they have something that is nearly called so. */
static void sum_up(struct inspecting *at, struct inspection_subject *subject)
{
	const struct delivery *delivery = subject->delivery;

	for (size_t e = 0; e < delivery->environments_len; e++) {
		const struct delivery_environment *environment = &delivery->environments[e];
		size_t there = 0, without = 0;

		for (size_t i = 0; i < subject->repositories_len; i++) {
			const struct inspection_repository *repository = &subject->repositories[i];

			for (size_t k = 0; k < repository->items_len; k++) {
				struct inspection_item *item = &repository->items[k];
				bool from = item->kind == INSPECTION_WORKFLOW || item->kind == INSPECTION_ENVIRONMENT ||
					    item->kind == INSPECTION_RELEASES;

				if (!from || !str_eq(item->environment, environment->name))
					continue;
				there += item->verdict != INSPECTION_MISSING;
				if (item->verdict != INSPECTION_MISSING || item->nearest.len)
					continue;
				without++;
				item->verdict = INSPECTION_NOTE;
				at->inspector->out->count[INSPECTION_MISSING]--;
				at->inspector->out->count[INSPECTION_NOTE]++;
			}
		}
		at->environment = environment->name;
		if (!there && without)
			inspect_note(at, INSPECTION_ORGANISATION, INSPECTION_MISSING, delivery->organisation,
				     environment->place, "none of the repositories has %s '%.*s'",
				     environment->source == DELIVERY_WORKFLOW      ? "the workflow"
				     : environment->source == DELIVERY_DEPLOYMENTS ? "deployments to"
										   : "releases",
				     STR_ARG(environment->from));
	}
}

/* Rights are the same in all repositories of one token: they are looked at in the first of them. */
static bool inspect_organisation(struct inspector *inspector, struct inspection_subject *subject)
{
	const struct delivery *delivery = subject->delivery;
	struct seen_owner *owner = inspect_owner(inspector, delivery->organisation);
	struct inspect_rights rights = {.told = {false}};
	struct inspecting at = {.inspector = inspector,
				.delivery = delivery,
				.rights = &rights,
				.items = &subject->items,
				.len = &subject->items_len};
	const struct github_repository **chosen;
	bool ok = true;
	size_t len;

	if (!owner)
		return false;
	if (owner->verdict != GITHUB_OK) {
		inspect_note(&at, INSPECTION_ORGANISATION, INSPECTION_MISSING, delivery->organisation,
			     delivery->subject_place, "%.*s", STR_ARG(owner->why));
		return true;
	}
	look_at_patterns(&at, owner);
	chosen = arena_array(inspector->arena, owner->len, sizeof(*chosen));
	len = choose(&at, owner, chosen);
	inspect_note(&at, INSPECTION_ORGANISATION, len ? INSPECTION_FOUND : INSPECTION_MISSING, delivery->organisation,
		     delivery->subject_place, "%zu of the %zu repositories of '%.*s' that may be seen are measured",
		     len, owner->len, STR_ARG(delivery->organisation));
	for (size_t i = 0; i < len && ok; i++) {
		inspect_know(inspector, chosen[i]);
		ok = inspect_one(inspector, subject, chosen[i]->full_name, &rights);
	}
	sum_up(&at, subject);
	return ok;
}

/* --- all of it */

static void sum_up_access(struct inspector *inspector)
{
	static const char *const kinds[GITHUB_TOKEN_KINDS] = {
		[GITHUB_TOKEN_NONE] = "none",
		[GITHUB_TOKEN_CLASSIC] = "classic",
		[GITHUB_TOKEN_FINE_GRAINED] = "fine-grained",
		[GITHUB_TOKEN_INSTALLATION] = "App",
		[GITHUB_TOKEN_USER] = "of a person, by an App",
		[GITHUB_TOKEN_OTHER] = "of a kind that is not told",
	};
	struct github_access access = github_access(inspector->github);
	struct github_health health = github_health(inspector->github);
	struct inspection *out = inspector->out;

	out->token = kinds[access.kind];
	out->scopes_told = access.scopes_told;
	out->scopes = arena_str(inspector->arena, str_of(access.scopes));
	out->enterprise = arena_str(inspector->arena, str_of(access.enterprise));
	if (!access.of_app) /* an App's is renewed by itself */
		out->expires = access.expires;
	out->limited = health.limited;
	out->limit = health.limit;
	out->remaining = health.remaining;
	out->reset = health.reset;
	out->asked = health.requests;
}

bool inspect(const struct inspection_settings *settings, const struct slo_set *set, struct arena *arena,
	     struct inspection *out, struct err *err)
{
	struct inspector inspector = {.settings = settings, .set = set, .arena = arena, .out = out, .err = err};
	struct inspect_rights rights;
	bool ok = true;

	*out = (struct inspection){.url = settings->github.url, .at = settings->now};
	inspector.github = github_new(&settings->github, NULL, err);
	if (!inspector.github)
		return false;
	github_call_init(&inspector.call, STR(""), STR(""));
	out->subjects = arena_array(arena, set->deliveries_len, sizeof(*out->subjects));
	for (size_t i = 0; i < set->deliveries_len && ok; i++) {
		struct inspection_subject *subject = &out->subjects[out->subjects_len++];

		subject->delivery = set->deliveries[i];
		rights = (struct inspect_rights){.told = {false}};
		ok = subject->delivery->organisation.len
			     ? inspect_organisation(&inspector, subject)
			     : inspect_one(&inspector, subject, subject->delivery->repository, &rights);
		ok = ok && inspect_elsewhere(&inspector, subject);
	}
	sum_up_access(&inspector);
	map_release(&inspector.pages);
	github_call_release(&inspector.call);
	github_free(inspector.github);
	return ok;
}
