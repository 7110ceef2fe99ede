/* A file of Prometheus rules as it is written: the resource around it, groups, and their rules. */
#ifndef WICK_EXPORTERS_ALERTING_RULE_FILE_H
#define WICK_EXPORTERS_ALERTING_RULE_FILE_H

#include "exporters/alerting/rules.h"
#include "model/labels.h"

/* One rule: an alert, or without a summary a recording rule, which has a name, an expression and labels. */
struct rule {
	const char *name;
	const char *expr;     /* in which $job is the matcher of wick's own job */
	const char *for_;     /* NULL: at once */
	const char *severity; /* NULL: the series have one */
	const char *runbook;  /* its name; a template may stand behind it */
	const char *summary, *description;
};

/* What only rules that are made from definitions have. */
struct rule_more {
	const char *keep_firing_for;       /* NULL: not at all */
	struct labels labels, annotations; /* beside the rule's own */
};

struct rule_file {
	struct buf *out;
	const struct rules_options *options; /* not owned, as `out` */
	const char *indent;                  /* where a line begins: a resource is indented below its spec */
	bool hosts;                          /* the group's alerts are of targets: they get the label `host` */
	const char *pack;                    /* the label `pack` of the group's alerts; NULL: none */
};

/* Everything before the first group. */
void rule_file_begin(struct rule_file *file, struct buf *out, const struct rules_options *options);
/* The head of a group, "wick-slos", for rule_file_rule. */
void rule_file_group(struct rule_file *file, const char *name, const char *interval);
void rule_file_rule(struct rule_file *file, const struct rule *rule);
void rule_file_rule_with(struct rule_file *file, const struct rule *rule, const struct rule_more *more);

#endif
