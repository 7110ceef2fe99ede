/* Lines on stderr for operators: logfmt or JSON, one line per event, always a message and named fields.
 * Safe from both threads. State changes log once, with their numbers; nothing is logged per step and SLO. */
#ifndef WICK_BASE_LOG_H
#define WICK_BASE_LOG_H

#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
enum log_format { LOG_LOGFMT, LOG_JSON };

struct log_field {
	const char *key; /* NULL ends the list */
	enum { LOG_FIELD_TEXT, LOG_FIELD_INTEGER, LOG_FIELD_NUMBER } kind;
	struct str text;
	int64_t integer;
	double number;
};

#define F_STR(name, s)  ((struct log_field){.key = (name), .kind = LOG_FIELD_TEXT, .text = (s)})
#define F_CSTR(name, c) F_STR(name, str_of(c))
#define F_INT(name, i)  ((struct log_field){.key = (name), .kind = LOG_FIELD_INTEGER, .integer = (int64_t)(i)})
/* A number that is not known, NaN, has no field in the line. */
#define F_NUM(name, d) ((struct log_field){.key = (name), .kind = LOG_FIELD_NUMBER, .number = (d)})

void log_setup(enum log_format format, enum log_level least);
void log_write(enum log_level level, const char *message, const struct log_field *fields);

/* log_info("ledger opened", F_CSTR("path", path), F_INT("slos", n)); at least one field */
#define LOG_FIELDS(...)         ((const struct log_field[]){__VA_ARGS__, {.key = NULL}})
#define log_debug(message, ...) log_write(LOG_DEBUG, message, LOG_FIELDS(__VA_ARGS__))
#define log_info(message, ...)  log_write(LOG_INFO, message, LOG_FIELDS(__VA_ARGS__))
#define log_warn(message, ...)  log_write(LOG_WARN, message, LOG_FIELDS(__VA_ARGS__))
#define log_error(message, ...) log_write(LOG_ERROR, message, LOG_FIELDS(__VA_ARGS__))

#endif
