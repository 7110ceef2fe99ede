/* Parameters of SLI templates: what kinds there are, and the values that SLOs give. A value is read by its type before
 * it gets anywhere near a query, and is kept as it is written there. */
#ifndef WICK_SLO_TEMPLATES_PARAMETER_H
#define WICK_SLO_TEMPLATES_PARAMETER_H

#include "slo/field.h"

enum parameter_type {
	PARAMETER_TEXT,      /* any text; in a query inside of quotes only */
	PARAMETER_REGEX,     /* a regular expression, inside of quotes only */
	PARAMETER_MATCHERS,  /* label matchers, inside of braces only; may be none */
	PARAMETER_METRIC,    /* the name of a metric */
	PARAMETER_LABEL,     /* the name of a label */
	PARAMETER_NUMBER,    /* a number */
	PARAMETER_DURATION,  /* a duration; where a number is wanted, its seconds */
	PARAMETER_THRESHOLD, /* of a latency: a duration, or a number in the histogram's own unit */
	PARAMETER_FLAG,      /* true or false */
};
enum { PARAMETER_TYPES = PARAMETER_FLAG + 1 };
extern const char *const parameter_type_names[PARAMETER_TYPES + 1]; /* NULL-terminated */
extern const char *const parameter_type_helps[PARAMETER_TYPES];     /* sentences without full stop */

struct parameter {
	struct str name, help;
	int type;            /* enum parameter_type */
	struct str fallback; /* at is NULL: an SLO must give a value */
	struct str example;  /* at is NULL: the default is the example */
	struct place place;
};

struct parameter_value {
	const struct parameter *parameter;
	struct str text; /* as it is written into a query: matchers with a comma between them and no braces */
	double number;   /* NUMBER; of a DURATION, and a THRESHOLD that is one, the seconds */
	bool used;       /* a placeholder has taken it */
};

/* Reads what is given for `value->parameter`, all but its text into the reader's scratch; false after a finding. */
bool parameter_value_read(struct reader *reader, const struct yaml_node *node, struct parameter_value *value);

#endif
