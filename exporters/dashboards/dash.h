/* What a Grafana dashboard is made of, as plain tables: one file of this folder is one dashboard, and dash_write turns
 * it into the classic model's JSON. Panels are laid out in the order of their table, from left to right; ids, refIds
 * and places follow from it.
 *
 * What a table holds is the program's own: no name of an SLO, service or label value gets into the JSON, they come into
 * panels through variables. */
#ifndef WICK_EXPORTERS_DASHBOARDS_DASH_H
#define WICK_EXPORTERS_DASHBOARDS_DASH_H

#include "base/buf.h"

enum dash_unit {
	DASH_NUMBER, /* as it is */
	DASH_COUNT,  /* 1.2 K */
	DASH_RATIO,  /* 0 to 1, shown as per cent */
	DASH_SECONDS,
	DASH_TIME, /* Unix time in milliseconds, shown as date and time */
	DASH_AGO,  /* the same, shown as "2 hours ago" */
	DASH_BYTES,
	DASH_BYTE_RATE,
	DASH_BIT_RATE,
	DASH_EVENT_RATE,
	DASH_REQUEST_RATE,
	DASH_OPERATION_RATE,
	DASH_PER_DAY,
};
enum { DASH_UNITS = DASH_PER_DAY + 1 };

/* From which value on which colour. */
enum dash_scale {
	DASH_PLAIN,
	DASH_SCALE_BUDGET,      /* what is left of a budget, by the levels of wick's own policy */
	DASH_SCALE_BURN,        /* burn rates, by the default tiers of 30 days */
	DASH_SCALE_NONE_GOOD,   /* 0 is good, anything more is bad */
	DASH_SCALE_NONE_USUAL,  /* 0 is good, anything more is worth a look */
	DASH_SCALE_ALL_GOOD,    /* 1 is good, anything less is bad */
	DASH_SCALE_COVERAGE,    /* what is known of a window */
	DASH_SCALE_UTILISATION, /* as the rules of the host pack: 80 and 90 % */
	DASH_SCALE_DISK,        /* as these: 75 and 90 % */
	DASH_SCALE_CERTIFICATE, /* seconds until it expires, as the blackbox pack: 14 and 3 days */
	DASH_SCALE_STEP,        /* parts of the grid's step that a cycle takes: as the rule WickCycleTooLong */
	DASH_SCALE_QUOTA,       /* parts of a quota that are left */
	DASH_SCALE_POLICY,      /* levels of a policy, 0 to 3 */
	DASH_SCALE_SCORE,       /* 0 to 10 */
};
enum { DASH_SCALES = DASH_SCALE_SCORE + 1 };

/* Which values are shown as words. */
enum dash_words {
	DASH_NO_WORDS,
	DASH_WORDS_POLICY,     /* 0 normal to 3 freeze */
	DASH_WORDS_UP,         /* 0 down, 1 up */
	DASH_WORDS_YES,        /* 0 no, 1 yes, without a judgement */
	DASH_WORDS_FAULT,      /* 0 no, 1 yes, which is bad */
	DASH_WORDS_OK,         /* 0 no, which is bad, 1 yes */
	DASH_WORDS_MET,        /* 0 missed, 1 met */
	DASH_WORDS_MISSED,     /* 0 met, 1 missed, 2 met in the part that is known */
	DASH_WORDS_FIRING,     /* 0 pending, 1 firing */
	DASH_WORDS_EXHAUSTION, /* a long time is "not at this rate" */
	DASH_WORDS_LEVEL,      /* 1 low to 4 elite */
};
enum { DASH_WORD_LISTS = DASH_WORDS_LEVEL + 1 };

/* Where nothing is good news: it is none that is told of, which is all that is known while nobody tells. */
#define DASH_NONE_KNOWN "none, as far as is known"

/* How a closed period ended (DASH_WORDS_MISSED), by an expression for wick_slo_closed_period_NAME: what was met in less
 * than 99 % of it is apart. */
#define DASH_CLOSED_RESULT(closed)                                                                                     \
	"(" closed("missed") ") + 2 * ((" closed("missed") " == bool 0) * (" closed("known_ratio") " < bool 0.99))"

/* What time to exhaustion is cut to, in seconds: ten years. Longer than any window, and a number that JSON has. */
#define DASH_NEVER "315360000"

enum dash_source { DASH_PROMETHEUS, DASH_LOKI, DASH_TEMPO };
enum { DASH_SOURCES = DASH_TEMPO + 1 };

enum dash_style {
	DASH_LINE,
	DASH_DASHED,   /* a target: dashed, without an area */
	DASH_BAD,      /* red */
	DASH_GOOD,     /* green */
	DASH_BELOW,    /* drawn below the axis */
	DASH_THRESHOLD /* red and dashed */
};
enum { DASH_STYLES = DASH_THRESHOLD + 1 };

struct dash_query {
	const char *expr;
	const char *legend; /* NULL: none; of a table not needed */
	enum dash_source source;
	enum dash_style style;
	bool exemplars;
};

/* Of a table: a label by its name, or the value of a query by its letter. */
struct dash_column {
	const char *field;
	const char *title;
	enum dash_unit unit;
	enum dash_scale scale;
	enum dash_words words;
	bool bar;                      /* the value as a bar in its cell */
	int width;                     /* 0: by itself */
	int decimals;                  /* one more than that; 0: by itself */
	const char *link_title, *link; /* NULL: none */
};

struct dash_link {
	const char *title;
	const char *url;     /* NULL: a query in Explore */
	const char *explore; /* the query */
	enum dash_source source;
	bool here; /* in the same tab */
};

enum dash_kind {
	DASH_ROW,
	DASH_STAT,
	DASH_SERIES,
	DASH_TABLE,
	DASH_TIMELINE,
	DASH_BARS,
	DASH_MATRIX, /* a table of one query over time: a row per label, a column per time */
};
enum { DASH_KINDS = DASH_MATRIX + 1, DASH_QUERIES = 12, DASH_COLUMNS = 20 };

enum dash_flag {
	DASH_STACKED = 1,
	DASH_SYMLOG = 2,       /* linear around 0, logarithmic beyond */
	DASH_NAMES = 4,        /* a stat shows the legend in place of its value */
	DASH_STEPPED = 8,      /* lines go in steps */
	DASH_FROM_ZERO = 16,   /* the axis begins at 0 */
	DASH_TO_ONE = 32,      /* and ends at 1 */
	DASH_LEGEND = 64,      /* the legend is a table with the last value, the mean and the largest */
	DASH_DESCENDING = 128, /* of a table: the largest first */
	DASH_LINES = 256,      /* thresholds are drawn as lines */
	DASH_TO_TEN = 512,
};

struct dash_panel {
	enum dash_kind kind;
	const char *title;
	const char *help;
	unsigned w, h;
	enum dash_unit unit;
	enum dash_scale scale;
	enum dash_words words;
	unsigned flags;
	int decimals;         /* one more than that; 0: by itself */
	const char *nothing;  /* what is shown where there is nothing; NULL: "no data" */
	const char *sort;     /* of a table: the column's title */
	const char *rows;     /* of a matrix: the label that rows are named by */
	const char *interval; /* the least distance of two points; NULL: by itself */
	struct dash_query queries[DASH_QUERIES];
	const struct dash_column *columns; /* ends with one without field */
	const struct dash_link *links;     /* ends with one without title */
};

enum dash_variable_kind { DASH_OF_SOURCE, DASH_OF_QUERY, DASH_OF_LIST, DASH_OF_TEXT, DASH_OF_ADDRESS };

struct dash_variable {
	enum dash_variable_kind kind;
	const char *name, *label;
	const char *query;   /* of a list: "7d,30d"; of a text: its default; of a source: "prometheus" */
	const char *regex;   /* NULL: none */
	const char *current; /* NULL: all where there is all, else the first */
	bool many, all, hidden, unsorted;
};

struct dash_note {
	const char *name, *expr, *title, *text, *tags, *color;
	bool at_value; /* it is at the time that the value is, in milliseconds */
	bool off;      /* until somebody turns it on */
};

/* All lists end with a row without name, or title and kind. */
struct dashboard {
	const char *name; /* of its file; its uid is "wick-" and this */
	const char *title, *summary;
	const char *from, *to; /* the range it opens with */
	bool utc;              /* times are shown in UTC */
	const struct dash_variable *variables;
	const struct dash_note *notes;
	const struct dash_link *links;
	const struct dash_panel *panels;
};

/* The variables that most have: the data source, and where wick is reached, which has a default. */
#define DASH_VARIABLE_SOURCE                                                                                           \
	{                                                                                                              \
		.kind = DASH_OF_SOURCE, .name = "datasource", .label = "Prometheus", .query = "prometheus"             \
	}
#define DASH_VARIABLE_WICK                                                                                             \
	{                                                                                                              \
		.kind = DASH_OF_ADDRESS, .name = "wick"                                                                \
	}

/* The dashboard as JSON; `wick_url` is where people reach wick. False where `out` is too small. */
bool dash_write(struct buf *out, const struct dashboard *dashboard, struct str wick_url);

#endif
