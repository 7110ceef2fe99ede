/* The inside of the demo's GitHub, shared by hub*.c alone: one request, the pages of a list, and what things look like.
 */
#ifndef WICK_DEMO_HUB_PARTS_H
#define WICK_DEMO_HUB_PARTS_H

#include "demo/hub.h"
#include "format/json_write.h"

enum { HUB_PARTS = 12, HUB_URL_BYTES = 160 };
enum { RUN_ID = 100000 }; /* of the first one */

struct ask {
	struct hub *hub;
	const struct repository *repository;
	struct instant now;
	bool newer;                  /* the API's version 2026-03-10 */
	struct str parts[HUB_PARTS]; /* of the path below the repository, decoded */
	size_t parts_len;
	struct str query;
	struct str listed; /* what next pages are named after: below the API, "/repositories/1/pulls" */
	size_t page, per_page;
	bool paged; /* the request names a page or a size */
	struct reply *reply;
	struct json_writer json;
	char api[HUB_URL_BYTES / 2], url[HUB_URL_BYTES]; /* of the API, of the repository */
};

/* A parameter, decoded into the buffer; empty where it is not there. */
struct str ask_value(const struct ask *ask, const char *name, struct buf *buf);
bool ask_is(const struct ask *ask, const char *name, const char *value, bool otherwise);
/* An answer that is none. */
void ask_refuse(struct ask *ask, int status, const char *message);
/* A whole number without a sign, such as a path has; false for what is none. */
bool ask_number(struct str text, int64_t *out);

/* What a list shows, by the order of `key`, the larger first where `descending`; what is the same, by `index`. */
struct found {
	int64_t key;
	uint32_t index, inner;
};
struct listing {
	struct found *at; /* owned */
	size_t len, cap;
	size_t ceiling; /* no page shows more; 0: all */
};
void listing_add(struct listing *listing, int64_t key, uint32_t index, uint32_t inner);
/* Writes the page that is asked for: a list, or an object with total_count where `name` is not NULL. Releases it. */
void listing_answer(struct ask *ask, struct listing *listing, bool descending, const char *name,
		    void (*put)(struct ask *, const struct found *));
/* The Link header of something that has `count` parts. */
void link_pages(struct ask *ask, size_t count);

/* What is asked; each in the folder's file that its kind of thing has. */
void hub_repository(struct ask *ask);
void hub_organisation(struct ask *ask);
void hub_rate(struct ask *ask);
void hub_workflows(struct ask *ask);
void hub_workflow(struct ask *ask);
void hub_runs(struct ask *ask);
void hub_run(struct ask *ask);
void hub_jobs(struct ask *ask);
void hub_deployments(struct ask *ask);
void hub_deployment(struct ask *ask);
void hub_statuses(struct ask *ask);
void hub_environments(struct ask *ask);
void hub_properties(struct ask *ask);
void hub_nothing(struct ask *ask); /* an empty list: releases, tags */
void hub_commits(struct ask *ask);
void hub_commit(struct ask *ask);
void hub_commit_pulls(struct ask *ask);
void hub_compare(struct ask *ask);
void hub_pulls(struct ask *ask);
void hub_pull(struct ask *ask);
void hub_pull_commits(struct ask *ask);
void hub_reviews(struct ask *ask);
void hub_issues(struct ask *ask);

/* A commit by its sha, the beginning of one, or a branch; NOTHING: there is none. */
uint32_t hub_find_commit(const struct ask *ask, struct str name);

/* Members of objects. */
void put_text(struct ask *ask, const char *key, const char *format, ...) __attribute__((format(printf, 3, 4)));
void put_int(struct ask *ask, const char *key, int64_t number);
void put_bool(struct ask *ask, const char *key, bool value);
void put_null(struct ask *ask, const char *key);
void put_time(struct ask *ask, const char *key, struct instant at); /* null where ms == 0 */
void put_node(struct ask *ask, const char *kind, int64_t number);   /* node_id */
void put_account(struct ask *ask, const char *key, unsigned account);
enum repository_form { FORM_MINIMAL, FORM_PLAIN, FORM_FULL };
void put_repository(struct ask *ask, enum repository_form form);
/* Of a commit: without what it changes. The caller ends the object. */
void put_commit(struct ask *ask, uint32_t commit);
void put_file(struct ask *ask, uint32_t commit, struct str path);
void put_pull(struct ask *ask, uint32_t pull, bool whole);
void put_issue(struct ask *ask, const struct made_number *number, unsigned which);
bool pull_is_merged(const struct ask *ask, const struct made_pull *pull);
struct instant pull_updated(const struct ask *ask, const struct made_pull *pull);

#endif
