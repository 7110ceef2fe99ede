/* Whether a narrator's text says nothing that the findings do not: every number, time and date in it has to be one of
 * theirs, as it is or rounded. A text that cannot be judged is refused. Pure. */
#ifndef WICK_REPORT_NARRATED_H
#define WICK_REPORT_NARRATED_H

#include "base/err.h"
#include "format/json_tree.h"

/* A longer text is no two or three sentences. */
enum { NARRATIVE_BYTES = 1200 };

/* `findings` is the document that the narrator was given (exporters/reports/findings.h). Ratios may be told as percent,
 * seconds in longer units, moments as dates and times (UTC). False with what is wrong. */
bool narrated_ok(struct str text, const struct json_tree *findings, struct err *err);

#endif
