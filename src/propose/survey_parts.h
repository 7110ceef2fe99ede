/* The inside of a survey, shared by the files survey*.c alone. Rounds: names give finds, their labels and series the
 * services, and each service's values and bounds the proposals. */
#ifndef WICK_PROPOSE_SURVEY_PARTS_H
#define WICK_PROPOSE_SURVEY_PARTS_H

#include "base/map.h"
#include "propose/inquiry.h"
#include "propose/survey.h"

enum {
	SURVEY_FOUND = 5000,    /* metrics of known kinds that are sorted */
	SURVEY_FINDS = 50,      /* those of them that are looked at */
	SURVEY_SERVICES = 20,   /* of one metric */
	SURVEY_CANDIDATES = 12, /* labels that might name the service */
	SURVEY_OUTCOMES = 4,    /* labels that might tell bad events */
	SURVEY_PROPOSALS = 100, /* in the end */
	SURVEY_PAIRS = 20,      /* counters that are only mentioned */
	SURVEY_VALUES = 500,    /* of a label */
	SURVEY_BOUNDS = 60,     /* of a histogram */
};

/* A metric of a known convention. */
struct find {
	const struct convention *convention;
	struct str metric;  /* a histogram without its endings */
	struct str counted; /* its series that count events, or the gauge */
	bool buckets;       /* a histogram that has some */
	bool only;          /* series with the convention's label `only` alone are selected */
	const struct listed *labels;
	struct str candidates[SURVEY_CANDIDATES]; /* those that there are */
	size_t candidates_len, own;               /* `own`: so many of them are the convention's own */
	bool namespaces;                          /* there is a label `namespace` */
	const struct live_answer *groups, *recent;
	struct str label, why; /* the chosen one */
};

/* A proposal while it is looked into. */
struct lead {
	struct proposal proposal;
	const struct find *find;
	struct str outcomes[SURVEY_OUTCOMES];
	const struct listed *values[SURVEY_OUTCOMES];
	size_t outcomes_len;
	const struct live_answer *bounds, *groups;
};

struct surveying {
	struct survey *survey;
	const struct survey_options *options;
	struct arena *arena;
	struct inquiry *inquiry;
	const struct listed *names, *metadata;
	struct map by_name, types; /* of all metrics; a type is a struct str */
	struct find *finds;
	size_t finds_len;
	struct lead *leads;
	size_t leads_len;
};

/* Names to finds, and remarks about counters that look as if they belonged together. */
void survey_find(struct surveying *surveying);
void survey_pairs(struct surveying *surveying);
/* Labels to the question who has the series; its answer to leads. */
void survey_ask_services(struct surveying *surveying, struct find *find);
void survey_take_services(struct surveying *surveying, struct find *find);
/* What is asked for a lead; false where the answers make no proposal of it, which is remarked. */
void survey_ask_lead(struct surveying *surveying, struct lead *lead);
bool survey_judge_lead(struct surveying *surveying, struct lead *lead);

/* What is counted of a find: all its series, or those with the convention's label alone. */
struct str find_selector(struct arena *arena, const struct find *find, struct str metric);

#endif
