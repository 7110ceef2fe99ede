/* A text that must not be seen: it cannot be printed, only handed to what needs it. Read once from a file or the
 * environment. */
#ifndef WICK_NET_SECRET_H
#define WICK_NET_SECRET_H

#include "base/file.h"

struct secret;

struct secret *secret_new(struct str text);
/* The file's content without the line ends behind it. Refuses an empty file, and one with several lines or control
 * characters: a token with a line end in the middle would add a header of its own to a request. */
struct secret *secret_read(const char *path, struct err *err);
void secret_free(struct secret *secret); /* wipes it */
/* Only for handing on to a library, never for a message; a NUL follows it. */
struct str secret_reveal(const struct secret *secret);

/* One in a file that is read again whenever it changes: tokens are rotated. */
struct secret_file {
	char *path; /* NULL: none */
	struct secret *secret;
	struct file_stamp stamp;
};
/* Reads it for the first time; an empty path is none, and fine. */
bool secret_file_init(struct secret_file *file, struct str path, struct err *err);
void secret_file_release(struct secret_file *file);
/* True where another secret has taken the place of the one before, which is freed. A file that cannot be read leaves
 * what was there: in the middle of a rotation that is the better guess. */
bool secret_file_refresh(struct secret_file *file);

#endif
