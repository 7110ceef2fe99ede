/* What a team says about how a service is delivered (`kind: Delivery`): which repository, what counts as a deployment
 * to which environment, what counts as an incident. Plain data; texts live where the definitions live. */
#ifndef WICK_MODEL_DELIVERY_H
#define WICK_MODEL_DELIVERY_H

#include "base/when.h"
#include "model/labels.h"
#include "model/place.h"

/* Texts of a list, each with its place. Patterns are globs: `*` any characters, `?` one. */
struct delivery_texts {
	struct str *at;
	struct place *places;
	size_t len;
};

/* Where the deployments of an environment are to be seen. One of them per environment. */
enum delivery_source {
	DELIVERY_WORKFLOW,    /* runs of a GitHub Actions workflow, or of one job in it */
	DELIVERY_DEPLOYMENTS, /* the Deployments API: those of one GitHub environment */
	DELIVERY_RELEASES,    /* published releases whose tag fits a pattern */
};
enum { DELIVERY_SOURCES = DELIVERY_RELEASES + 1 };
extern const char *const delivery_source_names[DELIVERY_SOURCES]; /* "workflow", "deployments", "releases" */

struct delivery_environment {
	struct str name;
	enum delivery_source source;
	struct str from; /* the workflow's file, without its folder ("deploy.yml"), or its name; the GitHub environment;
			    the tag's pattern */
	struct str branch; /* only runs or deployments of this branch or ref: a pattern; empty: of any */
	struct str job;    /* DELIVERY_WORKFLOW: only this job of the run deploys; empty: the run does */
	bool prereleases;  /* DELIVERY_RELEASES: they count too */
	struct place place, from_place, branch_place, job_place; /* line 0: not given */
};

enum incident_source {
	INCIDENTS_SLO,    /* alerts of the service's SLOs */
	INCIDENTS_ISSUES, /* GitHub issues with labels */
	INCIDENTS_FILE,   /* written down by people */
};
enum { INCIDENT_SOURCES = INCIDENTS_FILE + 1 };
extern const char *const incident_source_names[INCIDENT_SOURCES]; /* "slo", "issues", "file" */

/* One that was written down, in `kind: Delivery` itself. */
struct incident_entry {
	struct str name;
	struct instant opened, closed; /* closed.ms == 0: still open */
	struct place place;
};

struct incident_rule {
	enum incident_source source;
	struct str severity;            /* INCIDENTS_SLO: of the tiers that open one: "page" */
	struct delivery_texts labels;   /* INCIDENTS_ISSUES: an issue has all of them */
	struct str repository;          /* INCIDENTS_ISSUES: "owner/name"; empty: the service's own */
	struct incident_entry *entries; /* INCIDENTS_FILE */
	size_t entries_len;
	struct delivery_texts environments; /* whose deployments may be to blame; none: all */
	struct place place;
};

/* From when a change's lead time runs. It always ends with the first successful deployment that holds it. */
enum lead_time {
	LEAD_COMMIT,       /* each commit, from its author date: the default */
	LEAD_FIRST_COMMIT, /* each pull request, from its first commit's author date */
	LEAD_MERGE,        /* each pull request, from its merge */
};
enum { LEAD_TIMES = LEAD_MERGE + 1 };
extern const char *const lead_time_names[LEAD_TIMES]; /* "commit", "first_commit", "merge" */

/* When a failed deployment with several kinds of evidence is recovered. */
enum recovery_rule {
	RECOVERY_LAST,  /* once all of it is over: the default */
	RECOVERY_FIRST, /* once any of it is */
};
enum { RECOVERY_RULES = RECOVERY_FIRST + 1 };
extern const char *const recovery_rule_names[RECOVERY_RULES]; /* "last", "first" */

struct delivery {
	struct str service, team, group, description; /* team and group: what it is added up by; may be empty */
	struct labels labels;                         /* go out with its series */
	struct str repository;                        /* "owner/name"; empty where an organisation is given */
	struct str organisation;
	struct place subject_place;             /* of the repository or organisation */
	struct delivery_texts include, exclude; /* of an organisation: patterns of repository names; none: all */
	struct delivery_texts topics;           /* of which a repository has at least one; none: any */
	struct labels properties;               /* custom properties that a repository has, all of them */

	struct delivery_texts paths;       /* only commits that touch one of these are the service's; none: all are */
	struct delivery_texts pull_labels; /* only changes whose pull request has one of these labels; none: all */
	struct delivery_texts authors_out; /* logins that are left out, patterns: "dependabot*" */
	bool bots_out;                     /* commits of bots are left out */
	struct delivery_texts hotfix_branches; /* patterns; a pull request from one of them is a hotfix */
	struct delivery_texts hotfix_labels;

	struct delivery_environment *environments;
	size_t environments_len;
	struct incident_rule *incidents;
	size_t incidents_len;
	struct span attribution; /* an incident counts against the deployment before it if it is no older than this */
	enum lead_time lead_time;
	enum recovery_rule recovery;
	unsigned report_year; /* of the table that levels are taken from */
	struct place place;
};

/* Whether both are of the same service; or of the same organisation, chosen in the same way. */
bool delivery_same_subject(const struct delivery *a, const struct delivery *b);
/* The environment of that name, or NULL. */
const struct delivery_environment *delivery_environment_find(const struct delivery *delivery, struct str name);
/* Of an organisation: its patterns let a repository of this name, which is without the owner, in. */
bool delivery_lets_in(const struct delivery *delivery, struct str name);
bool delivery_texts_same(const struct delivery_texts *a, const struct delivery_texts *b);
bool incident_rule_same(const struct incident_rule *a, const struct incident_rule *b);

/* The same delivery with all texts in `arena`; `file` becomes that of its places. */
struct delivery *delivery_copy(struct arena *arena, const struct delivery *delivery, const char *file);

/* For people. "anvila-api"; "organisation hngprojects". */
bool delivery_subject_write(struct buf *buf, const struct delivery *delivery);
/* "workflow 'deploy.yml', branch 'main', job 'deploy'" */
bool delivery_environment_write(struct buf *buf, const struct delivery_environment *environment);
/* "alerts of severity 'page'", "issues with 'incident' in 'o/r'", "'the disk was full' from ... to ..." */
bool incident_rule_write(struct buf *buf, const struct incident_rule *rule);
/* "'a', 'b'"; "none" */
bool delivery_texts_write(struct buf *buf, const struct delivery_texts *texts);
/* Of an organisation: "include 'a*'; exclude 'b', 'c'; topics 'd'; properties {tier="1"}"; "all" */
bool delivery_selection_write(struct buf *buf, const struct delivery *delivery);

#endif
