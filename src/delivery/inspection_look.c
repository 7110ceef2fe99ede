/* What environments, labels and incidents name, and whether it is there. */
#include "base/glob.h"
#include "base/mem.h"
#include "delivery/inspection_parts.h"
#include "delivery/target.h"

#include <inttypes.h>
#include <stdlib.h>

enum { NAMED_MOST = 5, RUNS_LOOKED_AT = 10 };

/* NULL-terminated texts, as str_nearest wants them; on the heap. */
static const char *nearest_of(struct str wanted, const struct str *names, size_t len)
{
	const char **texts = xcalloc(len + 1, sizeof(*texts));
	const char *nearest;

	for (size_t i = 0; i < len; i++)
		texts[i] = names[i].at;
	nearest = str_nearest(wanted, texts, len);
	free(texts);
	return nearest;
}

struct str inspect_instead(struct inspector *inspector, struct str wanted, const struct str *names, size_t len,
			   struct str *nearest)
{
	const char *near = nearest_of(wanted, names, len);
	struct str text;
	struct buf buf;

	*nearest = str_of(near);
	if (near)
		return arena_fmt(inspector->arena, "; there is '%s'", near);
	if (len == 0)
		return STR("; there is none at all");
	buf_init(&buf, 4096);
	buf_fmt(&buf, "; there %s", len == 1 ? "is" : "are");
	for (size_t i = 0; i < len && i < NAMED_MOST; i++)
		buf_fmt(&buf, "%s'%.*s'", i == 0 ? " " : i + 1 == len ? " and " : ", ", STR_ARG(names[i]));
	if (len > NAMED_MOST)
		buf_fmt(&buf, " and %zu more", len - NAMED_MOST);
	text = arena_str(inspector->arena, buf_view(&buf));
	buf_release(&buf);
	return text;
}

static struct str *names_of(struct inspector *inspector, const struct seen_list *list)
{
	struct str *names = arena_array(inspector->arena, list->len, sizeof(*names));

	for (size_t i = 0; i < list->len; i++)
		names[i] = list->at[i].name;
	return names;
}

static bool exactly(const struct seen_entry *entry, struct str wanted) { return str_eq(entry->name, wanted); }

/* GitHub's labels know no case. */
static bool alike(const struct seen_entry *entry, struct str wanted) { return str_alike(entry->name, wanted); }

static bool fits(const struct seen_entry *entry, struct str pattern) { return glob_matches(pattern, entry->name); }

static bool fits_whole(const struct seen_entry *entry, struct str pattern)
{
	return !entry->flag && fits(entry, pattern);
}

static bool is_workflow(const struct seen_entry *entry, struct str wanted)
{
	return str_eq(workflow_is_file(wanted) ? entry->name : entry->other, wanted);
}

/* Page by page, until it is found. NULL: it is not in the list, or (`failed`) GitHub cannot be asked. */
static const struct seen_entry *find(struct inspecting *at, enum seen_kind kind, struct str wanted,
				     bool (*is)(const struct seen_entry *, struct str), bool *failed)
{
	struct seen_list *list = inspect_list(at->inspector, at->seen, kind);
	size_t next = 0;

	*failed = !list;
	if (!list)
		return NULL;
	do
		for (; next < list->len; next++)
			if (is(&list->at[next], wanted))
				return &list->at[next];
	while (inspect_more(at->inspector, at->seen, kind, failed));
	return NULL;
}

static void not_known(struct inspecting *at, enum inspection_kind kind, struct str name, struct place place,
		      enum permission permission)
{
	inspect_note(at, kind, INSPECTION_UNKNOWN, name, place,
		     "'%.*s' cannot be looked for without the permission '%s'", STR_ARG(name),
		     permission_names[permission]);
}

/* The list does not hold it. `what` is a noun: "no branch 'x'". */
static void missing(struct inspecting *at, enum inspection_kind kind, struct str name, struct place place,
		    const struct str *names, size_t len)
{
	const char *what = kind == INSPECTION_RELEASES ? "release that fits" : inspection_kind_names[kind];
	struct str nearest, instead = inspect_instead(at->inspector, name, names, len, &nearest);
	struct inspection_item *item = inspect_note(at, kind, INSPECTION_MISSING, name, place, "no %s '%.*s'%.*s", what,
						    STR_ARG(name), STR_ARG(instead));

	item->nearest = nearest;
}

static struct place place_or(struct place place, struct place otherwise) { return place.line ? place : otherwise; }

/* --- branches */

/* Where there are more than a page, one is asked for by its name. */
static bool branch_there(struct inspecting *at, struct str branch, bool *there)
{
	struct seen_list *list = inspect_list(at->inspector, at->seen, SEEN_BRANCHES);
	bool failed;

	if (!list)
		return false;
	*there = false;
	for (size_t i = 0; i < list->len && !*there; i++)
		*there = glob_matches(branch, list->at[i].name);
	if (*there || !list->next.len)
		return true;
	if (branch_name(branch).len) {
		const struct seen_page *page =
			inspect_page(at->inspector,
				     inspect_url(at->inspector, at->seen, "/branches/%.*s",
						 STR_ARG(inspect_escaped(at->inspector, branch))),
				     PAGE_ANY);

		if (!page)
			return false;
		*there = page->verdict == GITHUB_OK;
	}
	if (!*there)
		*there = find(at, SEEN_BRANCHES, branch, fits, &failed) != NULL;
	else
		failed = false;
	return !failed;
}

bool inspect_branch(struct inspecting *at, const struct delivery_environment *environment)
{
	struct str branch = environment->branch;
	struct place place = place_or(environment->branch_place, environment->place);
	struct seen_list *list;
	bool there;

	if (!branch.len)
		return true;
	if (!branch_there(at, branch, &there))
		return false;
	list = &at->seen->lists[SEEN_BRANCHES];
	if (there)
		inspect_note(at, INSPECTION_BRANCH, INSPECTION_FOUND, branch, place, "%s '%.*s'",
			     branch_name(branch).len ? "branch" : "there are branches like", STR_ARG(branch));
	else if (list->verdict != GITHUB_OK)
		not_known(at, INSPECTION_BRANCH, branch, place, MAY_CONTENTS);
	else if (environment->source == DELIVERY_DEPLOYMENTS)
		inspect_note(at, INSPECTION_BRANCH, INSPECTION_NOTE, branch, place,
			     "no branch '%.*s': deployments of a tag or a commit may still have that ref",
			     STR_ARG(branch));
	else
		missing(at, INSPECTION_BRANCH, branch, place, names_of(at->inspector, list), list->len);
	return true;
}

/* --- workflows and their jobs */

/* The newest run that fits the branch and has come to something; where none has, the newest that fits; NULL: none. */
static const struct github_run *run_of(const struct github_runs *runs, struct str branch)
{
	const struct github_run *first = NULL;

	for (size_t i = 0; i < runs->len; i++) {
		const struct github_run *run = &runs->at[i];

		if (branch.len && !glob_matches(branch, run->branch))
			continue;
		if (run->result == ATTEMPT_SUCCESS || run->result == ATTEMPT_FAILURE)
			return run;
		first = first ? first : run;
	}
	return first;
}

static bool look_for_job(struct inspecting *at, const struct delivery_environment *environment,
			 const struct github_run *run)
{
	struct str job = environment->job, *names;
	struct place place = place_or(environment->job_place, environment->place);
	const struct seen_page *page;
	bool there = false;

	if (!run) {
		inspect_note(at, INSPECTION_JOB, INSPECTION_UNKNOWN, job, place,
			     "'%.*s' cannot be looked for: there is no run yet", STR_ARG(job));
		return true;
	}
	page = inspect_page(at->inspector,
			    inspect_url(at->inspector, at->seen,
					"/actions/runs/%" PRId64 "/jobs?filter=latest&per_page=100", run->id),
			    PAGE_JOBS);
	if (!page)
		return false;
	if (page->verdict != GITHUB_OK) {
		inspect_note(at, INSPECTION_JOB, INSPECTION_UNKNOWN, job, place, "'%.*s' cannot be looked for: %.*s",
			     STR_ARG(job), STR_ARG(page->why));
		return true;
	}
	names = arena_array(at->inspector->arena, page->jobs.len, sizeof(*names));
	for (size_t i = 0; i < page->jobs.len; i++) {
		names[i] = page->jobs.at[i].name;
		there = there || job_is(job, names[i]);
	}
	if (there)
		inspect_note(at, INSPECTION_JOB, INSPECTION_FOUND, job, place, "job '%.*s' in run %" PRId64,
			     STR_ARG(job), run->id);
	else
		missing(at, INSPECTION_JOB, job, place, names, page->jobs.len);
	return true;
}

static void say_runs(struct inspecting *at, const struct delivery_environment *environment,
		     const struct seen_entry *workflow, const struct github_runs *runs, const struct github_run *run)
{
	const struct str name = environment->from, other = workflow_is_file(name) ? workflow->other : workflow->name;
	struct place place = place_or(environment->from_place, environment->place);
	struct str on = environment->branch.len
				? arena_fmt(at->inspector->arena, " on '%.*s'", STR_ARG(environment->branch))
				: STR("");

	if (!str_is(workflow->state, "active") && workflow->state.len)
		inspect_note(at, INSPECTION_WORKFLOW, INSPECTION_NOTE, name, place,
			     "workflow '%.*s' (%.*s) is %.*s: its past counts, and nothing new comes", STR_ARG(name),
			     STR_ARG(other), STR_ARG(workflow->state));
	else if (!run)
		inspect_note(at, INSPECTION_WORKFLOW, INSPECTION_NOTE, name, place,
			     "workflow '%.*s' (%.*s) has %s run%.*s", STR_ARG(name), STR_ARG(other),
			     runs->len ? "not lately" : "never", STR_ARG(on));
	else
		inspect_note(at, INSPECTION_WORKFLOW, INSPECTION_FOUND, name, place,
			     "workflow '%.*s' (%.*s), the newest run%.*s of %s", STR_ARG(name), STR_ARG(other),
			     STR_ARG(on), instant_text(run->created).text);
}

static bool look_at_runs(struct inspecting *at, const struct delivery_environment *environment,
			 const struct seen_entry *workflow)
{
	struct inspector *inspector = at->inspector;
	struct str branch = branch_name(environment->branch), filter = STR("");
	const struct seen_page *page;
	const struct github_run *run;

	if (branch.len)
		filter = arena_fmt(inspector->arena, "branch=%.*s&", STR_ARG(inspect_escaped(inspector, branch)));
	page = inspect_page(inspector,
			    inspect_url(inspector, at->seen, "/actions/workflows/%" PRId64 "/runs?%.*sper_page=%d",
					workflow->id, STR_ARG(filter), RUNS_LOOKED_AT),
			    PAGE_RUNS);
	if (!page)
		return false;
	run = run_of(&page->runs, environment->branch);
	say_runs(at, environment, workflow, &page->runs, run);
	return !environment->job.len || look_for_job(at, environment, run);
}

static void no_workflow(struct inspecting *at, const struct delivery_environment *environment)
{
	struct inspector *inspector = at->inspector;
	const struct seen_list *list = &at->seen->lists[SEEN_WORKFLOWS];
	struct str *names = arena_array(inspector->arena, list->len, sizeof(*names));
	bool file = workflow_is_file(environment->from);

	/* the way in which it is named comes first; where nothing is like it, the other one may be meant */
	for (int turn = 0; turn < 2; turn++) {
		for (size_t i = 0; i < list->len; i++)
			names[i] = (turn == 0) == file ? list->at[i].name : list->at[i].other;
		if (turn == 1 || nearest_of(environment->from, names, list->len))
			break;
	}
	if (!nearest_of(environment->from, names, list->len))
		names = names_of(inspector, list);
	missing(at, INSPECTION_WORKFLOW, environment->from, place_or(environment->from_place, environment->place),
		names, list->len);
}

bool inspect_workflow(struct inspecting *at, const struct delivery_environment *environment)
{
	struct place place = place_or(environment->from_place, environment->place);
	const struct seen_entry *workflow;
	const struct seen_list *list;
	bool failed;

	workflow = find(at, SEEN_WORKFLOWS, environment->from, is_workflow, &failed);
	if (failed)
		return false;
	list = &at->seen->lists[SEEN_WORKFLOWS];
	if (!inspect_permission(at, MAY_ACTIONS, list->verdict, list->why, place)) {
		not_known(at, INSPECTION_WORKFLOW, environment->from, place, MAY_ACTIONS);
		return true;
	}
	if (workflow)
		return look_at_runs(at, environment, workflow);
	no_workflow(at, environment);
	return true;
}

/* --- environments of deployments */

/* Where environments may not be listed, the newest deployments name some. */
static bool no_environment(struct inspecting *at, const struct delivery_environment *environment)
{
	struct place place = place_or(environment->from_place, environment->place);
	struct seen_list *list;
	bool failed;

	if (find(at, SEEN_ENVIRONMENTS, environment->from, exactly, &failed)) {
		inspect_note(at, INSPECTION_ENVIRONMENT, INSPECTION_NOTE, environment->from, place,
			     "environment '%.*s' has no deployment yet", STR_ARG(environment->from));
		return true;
	}
	list = &at->seen->lists[SEEN_ENVIRONMENTS];
	if (!failed && list->verdict != GITHUB_OK) {
		list = inspect_list(at->inspector, at->seen, SEEN_DEPLOYED);
		failed = !list;
	}
	if (failed)
		return false;
	missing(at, INSPECTION_ENVIRONMENT, environment->from, place, names_of(at->inspector, list), list->len);
	return true;
}

static bool look_at_deployments(struct inspecting *at, const struct delivery_environment *environment)
{
	struct inspector *inspector = at->inspector;
	struct str name = environment->from;
	struct place place = place_or(environment->from_place, environment->place);
	const struct seen_page *page =
		inspect_page(inspector,
			     inspect_url(inspector, at->seen, "/deployments?environment=%.*s&per_page=1",
					 STR_ARG(inspect_escaped(inspector, name))),
			     PAGE_DEPLOYMENTS);

	if (!page)
		return false;
	if (!inspect_permission(at, MAY_DEPLOYMENTS, page->verdict, page->why, place)) {
		not_known(at, INSPECTION_ENVIRONMENT, name, place, MAY_DEPLOYMENTS);
		return true;
	}
	if (page->deployments.len == 0)
		return no_environment(at, environment);
	inspect_note(at, INSPECTION_ENVIRONMENT, INSPECTION_FOUND, name, place,
		     "environment '%.*s', the newest deployment of %s", STR_ARG(name),
		     instant_text(page->deployments.at[0].created).text);
	return true;
}

/* --- releases */

static bool look_at_releases(struct inspecting *at, const struct delivery_environment *environment)
{
	struct place place = place_or(environment->from_place, environment->place);
	struct str pattern = environment->from;
	bool failed, prerelease = false;
	const struct seen_entry *newest =
		find(at, SEEN_RELEASES, pattern, environment->prereleases ? fits : fits_whole, &failed);
	const struct seen_list *list = &at->seen->lists[SEEN_RELEASES];

	if (failed)
		return false;
	if (list->verdict != GITHUB_OK) {
		not_known(at, INSPECTION_RELEASES, pattern, place, MAY_CONTENTS);
		return true;
	}
	for (size_t i = 0; i < list->len && !newest; i++)
		prerelease = prerelease || fits(&list->at[i], pattern);
	if (newest)
		inspect_note(at, INSPECTION_RELEASES, INSPECTION_FOUND, pattern, place,
			     "releases '%.*s', the newest is '%.*s'", STR_ARG(pattern), STR_ARG(newest->name));
	else if (prerelease)
		inspect_note(at, INSPECTION_RELEASES, INSPECTION_MISSING, pattern, place,
			     "no release but prereleases fits '%.*s'; 'prereleases: true' counts them",
			     STR_ARG(pattern));
	else
		missing(at, INSPECTION_RELEASES, pattern, place, names_of(at->inspector, list), list->len);
	return true;
}

bool inspect_environment(struct inspecting *at, const struct delivery_environment *environment)
{
	switch (environment->source) {
	case DELIVERY_WORKFLOW:
		return inspect_workflow(at, environment) && inspect_branch(at, environment);
	case DELIVERY_DEPLOYMENTS:
		return look_at_deployments(at, environment) && inspect_branch(at, environment);
	case DELIVERY_RELEASES:
		break;
	}
	return look_at_releases(at, environment);
}

/* --- labels and issues */

static bool look_for_label(struct inspecting *at, struct str label, struct place place)
{
	bool failed, there = find(at, SEEN_LABELS, label, alike, &failed) != NULL;
	const struct seen_list *list = &at->seen->lists[SEEN_LABELS];

	if (failed)
		return false;
	if (list->verdict != GITHUB_OK)
		not_known(at, INSPECTION_LABEL, label, place, MAY_ISSUES);
	else if (there)
		inspect_note(at, INSPECTION_LABEL, INSPECTION_FOUND, label, place, "label '%.*s'", STR_ARG(label));
	else
		missing(at, INSPECTION_LABEL, label, place, names_of(at->inspector, list), list->len);
	return true;
}

/* Those that the definition has, and not by default. */
bool inspect_labels(struct inspecting *at, const struct delivery_texts *labels)
{
	for (size_t i = 0; i < labels->len; i++)
		if (labels->places[i].line && !look_for_label(at, labels->at[i], labels->places[i]))
			return false;
	return true;
}

/* `why`: behind it, in GitHub's words. */
static void issues_off(struct inspecting *at, const struct incident_rule *rule, const char *why)
{
	inspect_note(at, INSPECTION_REPOSITORY, INSPECTION_MISSING, at->seen->told.full_name, rule->place,
		     "issues are turned off in '%.*s': no incident can come from them%s",
		     STR_ARG(at->seen->told.full_name), why);
}

bool inspect_issues(struct inspecting *at, const struct incident_rule *rule)
{
	const struct seen_page *page;

	if (at->seen->told.no_issues) {
		issues_off(at, rule, "");
		return true;
	}
	page = inspect_page(at->inspector, inspect_url(at->inspector, at->seen, "/issues?state=all&per_page=1"),
			    PAGE_ANY);
	if (!page)
		return false;
	if (page->off) {
		issues_off(at, rule, arena_fmt(at->inspector->arena, ": %.*s", STR_ARG(page->why)).at);
		return true;
	}
	if (!inspect_permission(at, MAY_ISSUES, page->verdict, page->why, rule->place)) {
		for (size_t i = 0; i < rule->labels.len; i++)
			not_known(at, INSPECTION_LABEL, rule->labels.at[i], rule->labels.places[i], MAY_ISSUES);
		return true;
	}
	return inspect_labels(at, &rule->labels);
}
