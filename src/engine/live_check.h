/* Definitions held against a live source: are their series there, do their numbers make sense, are they scraped often
 * enough. Asks a bounded number of cheap questions per SLO, all of one round together; changes nothing. */
#ifndef WICK_ENGINE_LIVE_CHECK_H
#define WICK_ENGINE_LIVE_CHECK_H

#include "engine/cohort.h"
#include "slo/definitions.h"
#include "source/sources.h"

struct live_options {
	struct counting_options counting;
	struct span settle;
	struct instant at; /* look as of then; 0: now, by the source's clock */
};

/* How one SLO is counted at its source, and what that costs. */
struct live_slo {
	const struct slo *slo;
	struct plan plan;
	double series;   /* that are counted now */
	double interval; /* seconds between two samples of a series; NaN: not known */
	double samples;  /* that the source reads for one step; NaN: not known */
	struct str *queries;
	size_t queries_len;
	size_t sharing; /* SLOs that the same questions serve, this one included */
};

struct live_report {
	struct live_slo *slos;
	size_t len;
};

/* Each SLO is held against its own source; one whose source is not among them is passed over, and missing in the
 * report. What is wrong goes to `findings`, at the place of the query that it is about. Texts of the report live in
 * `arena` and in the set. False where a source that is needed does not answer. */
bool live_check(const struct sources *sources, const struct slo_set *set, const struct live_options *options,
		struct arena *arena, struct findings *findings, struct live_report *report, struct err *err);

struct json_writer;

/* A paragraph per SLO, for people. */
bool live_report_write(struct buf *out, const struct live_report *report);
/* The array of the key `slos`. */
void live_report_json(struct json_writer *json, const struct live_report *report);

#endif
