/* A text that must not be seen: it cannot be printed, only handed to what needs it. Read once from a file or the
 * environment. */
#ifndef WICK_NET_SECRET_H
#define WICK_NET_SECRET_H

#include "base/err.h"
#include "base/str.h"

struct secret;

struct secret *secret_new(struct str text);
/* The file's content without the line ends behind it. Refuses an empty file, and one with several lines or control
 * characters: a token with a line end in the middle would add a header of its own to a request. */
struct secret *secret_read(const char *path, struct err *err);
void secret_free(struct secret *secret); /* wipes it */
/* Only for handing on to a library, never for a message; a NUL follows it. */
struct str secret_reveal(const struct secret *secret);

#endif
