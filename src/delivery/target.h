/* What is to be read of one repository, for all definitions that look at it: worked out of them once per set. */
#ifndef WICK_DELIVERY_TARGET_H
#define WICK_DELIVERY_TARGET_H

#include "base/arena.h"
#include "model/delivery.h"

/* A list that GitHub has, and that is walked again and again. */
enum listing_kind { LISTING_RUNS, LISTING_DEPLOYMENTS, LISTING_RELEASES, LISTING_ISSUES, LISTING_PULLS };
enum { LISTING_KINDS = LISTING_PULLS + 1 };

struct listing {
	enum listing_kind kind;
	struct str key;    /* names it among the marks: "runs deploy.yml main" */
	struct str source; /* of the attempts that it brings (struct fact_attempt) */
	struct str from;   /* the workflow's file or name, the GitHub environment; of issues their labels, "a,b" */
	struct str branch; /* only runs of this one; empty: of any */
	struct str *jobs;  /* jobs of the runs that deploy by themselves */
	size_t jobs_len, jobs_cap;
};

/* One service of the repository; of an organisation's definition each repository is one. */
struct tracked {
	const struct delivery *delivery;
	struct str name;
};

struct target {
	struct str repository; /* "owner/name", lower case: as facts are kept under */
	struct listing *listings;
	size_t listings_len, listings_cap;
	struct tracked *services;
	size_t services_len, services_cap;
	bool files; /* which paths a commit changed is wanted */
};

struct targets {
	struct arena arena;
	struct target **at;
	size_t len, cap;
};

void targets_init(struct targets *targets);
void targets_release(struct targets *targets);

/* Everything that the definition wants of a repository that it is for; of its own for `repository`, of one that was
 * found for `organisation`. The definition must outlive the targets. */
void targets_add(struct targets *targets, const struct delivery *delivery, struct str repository);

/* Another definition of the organisation measures an environment of that name in the repository already. */
bool targets_taken(const struct targets *targets, const struct delivery *delivery, struct str repository);

/* Of all of its services together. */
size_t target_environments(const struct target *target);

/* Differs where something else is to be asked of the repository: sources, jobs, branches, labels, files. */
uint64_t target_print(const struct target *target);

/* True where issues of that repository (lower case) are incidents of one of the target's services. */
bool target_reads(const struct target *target, struct str repository);

/* The name that attempts of an environment's source are kept under, in the arena: "workflow deploy.yml", "workflow
 * deploy.yml job deploy", "deployments production", "releases". */
struct str delivery_source_key(struct arena *arena, const struct delivery_environment *environment);

/* The key of the listing that brings them. */
struct str listing_key(struct arena *arena, const struct delivery_environment *environment);

/* Of the listing of issues that a rule looks at: "issues incident,sev1". */
struct str issues_key(struct arena *arena, const struct incident_rule *rule);

/* The API knows workflows by their files; by its name one is picked out of all. */
bool workflow_is_file(struct str workflow);

/* "deploy" is also the jobs of a matrix, "deploy (eu)", and those of a called workflow, "deploy / push". */
bool job_is(struct str pattern, struct str name);

/* The branch, or empty for a pattern: GitHub's filters know names only, and what fits is picked out of all. */
struct str branch_name(struct str pattern);

/* ASCII lower case, in the arena: GitHub's names know no case. */
struct str lower_case(struct arena *arena, struct str text);

#endif
