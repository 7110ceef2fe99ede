/* SLOs that might be: what a survey of a source finds, and what its history then says of each. Plain data; all texts
 * live in one arena. */
#ifndef WICK_PROPOSE_PROPOSAL_H
#define WICK_PROPOSE_PROPOSAL_H

#include "base/when.h"
#include "propose/codes.h"

enum proposal_kind { PROPOSE_AVAILABILITY, PROPOSE_LATENCY, PROPOSE_PROBE };

/* What the history says. */
struct measured {
	double bad, total;
	double known;           /* part of the time that is known, 0 to 1 */
	const char *objective;  /* "99.9%"; NULL: none that the history would have met, or that it can tell */
	double left;            /* part of the objective's budget that the history would have left */
	const char *stricter;   /* the next objective of the ladder; NULL: there is none */
	double stricter_left;   /* likewise; below 0 where it would have been overspent */
	bool stricter_too_fine; /* its budget is so small that chance would spend it */
	struct str doubt;       /* why there is no objective; empty: there is one */
};

struct proposal {
	const struct convention *convention;
	enum proposal_kind kind;
	struct str metric;            /* as selected, without matchers; a histogram without its endings */
	struct str counted;           /* its series that count the events, or the gauge */
	struct str service;           /* as the file names it */
	struct str label, value;      /* the label that names the service; empty label: nothing does */
	struct str why_label;         /* how it was chosen, in words */
	struct str name;              /* of the SLO */
	bool only;                    /* series with the convention's label `only` alone are selected */
	double series;                /* that are read */
	double samples;               /* that reading a day of them takes, about */
	struct str outcome, outcomes; /* PROPOSE_AVAILABILITY: the label that tells bad events, and what it holds */
	struct bad_codes bad;
	double *bounds; /* PROPOSE_LATENCY: of its buckets, rising, without +Inf */
	size_t bounds_len;
	double threshold; /* the one that was chosen */
	bool fast_enough; /* 99 % of the history's requests met it; false: no bound has that, and it is the largest */
	size_t groups;    /* PROPOSE_PROBE: instances that there are */
	struct str worst; /* that which the objective was chosen by */
	size_t unknown;   /* instances too young to tell */
	struct measured measured;
};

enum { SURVEY_REMARKS = 200 };

/* What a source was found to have. */
struct survey {
	struct arena *arena;
	struct instant from, at; /* the history that was looked at */
	size_t names, known;     /* metrics that there are; those of them that are of a convention */
	struct proposal *list;   /* by service, then as the conventions stand */
	size_t len;
	struct str *remarks; /* what was left out, and why: each a sentence, at most SURVEY_REMARKS */
	size_t remarks_len, remarks_dropped;
	struct str source; /* the name that SLOs give of where they are counted; empty for the default one */
};

/* Adds a sentence about what was left out; what would need escaping becomes `?`. */
void survey_remark(struct survey *survey, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "shop/availability" */
struct str proposal_id(struct arena *arena, const struct proposal *proposal);
/* The selector of what is counted; of bad events alone, of another metric where `metric` is not empty. */
struct str proposal_selector(struct arena *arena, const struct proposal *proposal, struct str metric, bool bad);
/* A text that needs no escaping wherever it is written: UTF-8 of at most 200 bytes without control characters. */
bool proposal_plain(struct str text);
/* A text from outside with a `?` for each character that would need escaping. */
struct str proposal_shown(struct arena *arena, struct str text);

#endif
