/* The inside of an inspection, shared by inspection.c (definition by definition) and inspection_*.c alone. */
#ifndef WICK_DELIVERY_INSPECTION_PARTS_H
#define WICK_DELIVERY_INSPECTION_PARTS_H

#include "base/map.h"
#include "delivery/inspection.h"
#include "github/read.h"

/* Lists of a repository, each read as far as somebody had to look. */
enum seen_kind { SEEN_WORKFLOWS, SEEN_ENVIRONMENTS, SEEN_DEPLOYED, SEEN_BRANCHES, SEEN_LABELS, SEEN_RELEASES };
enum { SEEN_KINDS = SEEN_RELEASES + 1 };

struct seen_entry {
	struct str name, other; /* other: of a workflow its name, where `name` is its file */
	struct str state;       /* of a workflow */
	int64_t id;
	bool flag; /* of a release: a prerelease */
};

struct seen_list {
	bool asked;
	enum github_verdict verdict; /* of its last page */
	struct str why;              /* of verdicts other than OK */
	struct str next;             /* the page behind what was read; empty: none */
	size_t pages;
	struct seen_entry *at;
	size_t len;
};

/* What a fine-grained token or an App is given, under the names that GitHub's settings have. */
enum permission { MAY_METADATA, MAY_CONTENTS, MAY_PULLS, MAY_ACTIONS, MAY_DEPLOYMENTS, MAY_ISSUES };
enum { PERMISSIONS = MAY_ISSUES + 1 };
extern const char *const permission_names[PERMISSIONS];

struct seen_repository {
	struct str name; /* as it is asked for */
	enum github_verdict verdict;
	struct str why;
	struct github_repository told;
	struct seen_list lists[SEEN_KINDS];
};

/* An answer that is no list to be walked; what it holds, whoever asked knows. */
enum page_kind { PAGE_ANY, PAGE_RUNS, PAGE_JOBS, PAGE_DEPLOYMENTS };
struct seen_page {
	enum github_verdict verdict;
	bool off;       /* turned off */
	struct str why; /* of verdicts other than OK */
	struct github_runs runs;
	struct github_jobs jobs;
	struct github_deployments deployments;
};

/* An organisation's or a person's repositories. */
struct seen_owner {
	struct str name;
	enum github_verdict verdict;
	struct str why;
	struct github_repository *at;
	size_t len;
};

struct inspector {
	const struct inspection_settings *settings;
	const struct slo_set *set;
	struct github *github;
	struct arena *arena;
	struct inspection *out;
	struct err *err;
	struct github_call call; /* the last one */
	struct seen_repository **repositories;
	size_t repositories_len;
	struct seen_owner **owners;
	size_t owners_len;
	struct map pages; /* URL -> struct seen_page */
};

/* What was said of the token already. */
struct inspect_rights {
	bool told[PERMISSIONS]; /* there is an item of it */
};

/* What the items of one repository go to, and why they are looked for. */
struct inspecting {
	struct inspector *inspector;
	const struct delivery *delivery;
	struct seen_repository *seen;
	struct inspect_rights *rights;
	struct inspection_item **items; /* grow in the arena */
	size_t *len;
	struct str environment; /* that is looked at; empty: none */
};

/* Asks, and waits for the answer, which is in inspector->call. False: GitHub cannot be asked. */
bool inspect_ask(struct inspector *inspector, struct str url);
struct str inspect_escaped(struct inspector *inspector, struct str text);
/* "/repos/owner/name" and what follows, in the arena. */
struct str inspect_url(struct inspector *inspector, const struct seen_repository *seen, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Looked up, or asked for the first time; NULL: GitHub cannot be asked. */
struct seen_repository *inspect_repository(struct inspector *inspector, struct str name);
/* It is known already, from a list. */
void inspect_know(struct inspector *inspector, const struct github_repository *repository);
struct seen_owner *inspect_owner(struct inspector *inspector, struct str owner);

/* The answer to a question, now or as it was when it was put first; NULL: GitHub cannot be asked. */
const struct seen_page *inspect_page(struct inspector *inspector, struct str url, enum page_kind kind);

/* The list, with its first page at the least; NULL: GitHub cannot be asked. The next page comes with `more`, false:
 * there is none, or (then `failed` is set) GitHub cannot be asked. */
struct seen_list *inspect_list(struct inspector *inspector, struct seen_repository *seen, enum seen_kind kind);
bool inspect_more(struct inspector *inspector, struct seen_repository *seen, enum seen_kind kind, bool *failed);

/* Adds an item to what is looked at. */
struct inspection_item *inspect_note(struct inspecting *at, enum inspection_kind kind, enum inspection_verdict verdict,
				     struct str name, struct place place, const char *format, ...)
	__attribute__((format(printf, 6, 7)));
/* Says once whether there is a right; `verdict` is what a question that takes it came to. True where there is. */
bool inspect_permission(struct inspecting *at, enum permission permission, enum github_verdict verdict, struct str why,
			struct place place);

/* "; there is 'a'", "; there are 'a', 'b' and 3 more", "; there is none": of the names behind a sentence that says what
 * is missing. `nearest` is set where one is like it. */
struct str inspect_instead(struct inspector *inspector, struct str wanted, const struct str *names, size_t len,
			   struct str *nearest);

/* All that an environment names; all labels that the definition names; what incidents come from. False: GitHub cannot
 * be asked. */
bool inspect_environment(struct inspecting *at, const struct delivery_environment *environment);
bool inspect_branch(struct inspecting *at, const struct delivery_environment *environment);
bool inspect_workflow(struct inspecting *at, const struct delivery_environment *environment);
bool inspect_labels(struct inspecting *at, const struct delivery_texts *labels);
bool inspect_issues(struct inspecting *at, const struct incident_rule *rule);

#endif
