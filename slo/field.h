/* Fields of definitions and settings as table rows: one row yields the parsing, the error for what is out of range, the
 * line of the reference page, and what editors know of it. */
#ifndef WICK_SLO_FIELD_H
#define WICK_SLO_FIELD_H

#include "format/yaml.h"
#include "slo/finding.h"

struct alerting_shelf;
struct json_writer;
struct keeping;
struct parts;
struct sli_templates;

/* A file that is being read: where texts go that last, and where findings go. */
struct reader {
	struct arena *arena;
	const char *file;      /* lives as long as the arena */
	struct str source;     /* the file's bytes, for places inside of a text; may be empty */
	struct arena *scratch; /* for what lives as long as the file is being read */
	struct findings *findings;
	/* for definitions of SLOs; else NULL */
	struct alerting_shelf *shelf;    /* default tiers */
	struct parts *parts;             /* what documents refer to by name */
	struct sli_templates *templates; /* what an `sli` may be made of */
	struct keeping *keeping;         /* what is kept for converting (slo/keeping.h); NULL: nothing */
};

struct field;

/* A kind of value. `read` is mandatory: reads `node` into `at`; on a fault says so and returns false. `write` is there
 * for what settings are made of: writes the value as YAML that reads back. `schema` is there for what definitions are
 * made of: see slo/field_schema.h. */
struct field_type {
	const char *name; /* "a duration": for messages, and without its article for the reference page */
	bool (*read)(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at);
	bool (*write)(struct buf *buf, const struct field *field, const void *at);
	void (*schema)(struct json_writer *json, const struct field *field);
};

/* How many of the rows of a table that say so may be given. The loader sees to it in words of its own. */
enum field_rivals { RIVALS_NONE, RIVALS_AT_MOST_ONE, RIVALS_EXACTLY_ONE };

struct field {
	const char *name; /* NULL ends a table */
	const struct field_type *type;
	size_t at; /* offsetof in the struct that the table describes */
	bool required;
	bool secret;                /* a place where a secret is; its value is never shown */
	double min, max;            /* numbers: as they are; durations: in ms; texts: bytes; lists: items, without an
				       upper end; both 0: no range */
	const char *fallback;       /* the default as it would be written, read before the file; or NULL */
	const char *const *choices; /* enumerations: NULL-terminated */
	const struct field *inner;  /* maps and lists of maps: their fields */
	enum field_rivals rivals;
	const char *help; /* for the reference page and editors: a sentence without full stop */
};

/* Reads the keys of a map by the table into the struct at `base`: defaults first; unknown keys (with the nearest),
 * values that are wrong, and what is required and missing are errors. Returns a bit per row for what was there and
 * right; `within` names the map in messages. */
uint64_t fields_read(struct reader *reader, const struct field *fields, const struct yaml_node *map, const char *within,
		     void *base);
/* The defaults alone. */
void fields_default(struct reader *reader, const struct field *fields, void *base);
/* The row of a name, or NULL. */
const struct field *field_find(const struct field *fields, struct str name);
/* The row's bit in what fields_read returned; the name must be in the table. */
bool field_given(const struct field *fields, uint64_t given, const char *name);

/* The type's name without its article. */
const char *field_type_name(const struct field_type *type);

/* The types that definitions and settings share. */
extern const struct field_type field_text;     /* struct str */
extern const struct field_type field_bool;     /* bool: true or false */
extern const struct field_type field_count;    /* unsigned: a whole number */
extern const struct field_type field_number;   /* double */
extern const struct field_type field_duration; /* struct span */
extern const struct field_type field_choice;   /* int: the place in `choices` */
extern const struct field_type field_map;      /* the same struct, by `inner` */

/* "unknown key 'servce' in the document; did you mean 'service'?" */
void reader_unknown_key(struct reader *reader, const struct yaml_node *key, const char *within,
			const char *const *known, size_t known_len);

/* A text, or a finding that says what stands there instead. */
bool field_scalar(struct reader *reader, const struct field *field, const struct yaml_node *node, struct str *text);

struct place reader_place(const struct reader *reader, const struct yaml_node *node);
/* The text gets "key: " before it. An error returns false, so that a failing function can end with it. */
bool reader_error(struct reader *reader, const struct yaml_node *node, const char *key, const char *rule,
		  const char *format, ...) __attribute__((format(printf, 5, 6)));
void reader_warn(struct reader *reader, const struct yaml_node *node, const char *key, const char *rule,
		 const char *format, ...) __attribute__((format(printf, 5, 6)));
void reader_note(struct reader *reader, const struct yaml_node *node, const char *key, const char *rule,
		 const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
