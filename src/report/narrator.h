/* Has a language model say in two or three sentences what was found of each service. It is asked at an
 * OpenAI-compatible endpoint, one service at a time, and told names and numbers alone. It works nothing out: a text
 * with a number that is not among those is dropped (report/narrated.h). Whatever goes wrong, the report is what it was.
 */
#ifndef WICK_REPORT_NARRATOR_H
#define WICK_REPORT_NARRATOR_H

#include "base/err.h"
#include "model/period_report.h"

struct narrator_settings {
	struct str url;         /* "http://127.0.0.1:11434": of a server, or of its /v1 */
	struct str model;       /* as the server names it */
	const char *token_file; /* NULL: none */
	struct span timeout;    /* for all services together */
};

/* Writes narratives into the report, from its first service on, until the time is over or the server fails. What is
 * missing is told to `say`, a sentence each. False where the settings cannot be used. */
bool narrate(struct period_report *report, const struct narrator_settings *settings, void (*say)(const char *sentence),
	     struct err *err);

#endif
