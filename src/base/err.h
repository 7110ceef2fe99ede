/* An error as a whole sentence: lower case, no full stop, cause first, the subject in single quotes. */
#ifndef WICK_BASE_ERR_H
#define WICK_BASE_ERR_H

#include <stdbool.h>

/* Untouched on success. Starts zeroed: `struct err err = {0};`. */
struct err {
	char text[1024];
};

/* Sets the text and returns false, so that a failing function ends with `return err_set(err, ...)`.
 * Texts that are too long are cut at a character boundary and end in "...". `err` may be NULL. */
bool err_set(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts "context: " before the text that is there; returns false. */
bool err_prefix(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "what 'subject': <strerror(number)>"; returns false. */
bool err_errno(struct err *err, int number, const char *what, const char *subject);

#endif
