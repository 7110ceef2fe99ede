/* Findings for people and for machines. Each writer takes all of them at once, sorted. */
#ifndef WICK_SLO_FINDING_WRITE_H
#define WICK_SLO_FINDING_WRITE_H

#include "base/buf.h"
#include "slo/finding.h"

enum finding_format {
	FINDING_TEXT,     /* file:line:col: error: text */
	FINDING_JSON,     /* {"findings": [...], "errors": 1, "warnings": 0, "notes": 0} */
	FINDING_GITHUB,   /* workflow commands of GitHub Actions: annotations on the lines of a pull request */
	FINDING_SARIF,    /* SARIF 2.1.0, for code scanning */
	FINDING_MARKDOWN, /* a table, for a comment on a pull request */
};
enum { FINDING_FORMATS = FINDING_MARKDOWN + 1 };
extern const char *const finding_format_names[FINDING_FORMATS + 1]; /* NULL-terminated */
extern const char *const finding_level_names[FINDING_LEVELS];       /* "error", "warning", "note" */

/* `dropped` is how many there are beyond these. */
bool findings_write(struct buf *buf, enum finding_format format, const struct finding *findings, size_t len,
		    size_t dropped);

struct json_writer;
/* An array of them. */
void findings_json_array(struct json_writer *json, const struct finding *findings, size_t len);
/* The members of FINDING_JSON's object, for one that has more of them. */
void findings_json(struct json_writer *json, const struct finding *findings, size_t len, size_t dropped);

/* For GitHub's workflow commands: a message, and with `property` a value before the "::". */
bool github_write(struct buf *buf, struct str text, bool property);

#endif
