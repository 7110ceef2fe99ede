/* Files as wholes: read with a ceiling, replaced atomically, listed in a stable order. */
#ifndef WICK_BASE_FILE_H
#define WICK_BASE_FILE_H

#include "base/buf.h"
#include "base/err.h"

#include <sys/types.h>

/* Reads the whole file behind what is in `out`; "-" is standard input. Refuses folders and what is larger than `out`'s
 * room. A pipe is waited for (30 s per piece), a FIFO that nobody writes is empty. */
bool file_read(const char *path, struct buf *out, struct err *err);
/* The same of what is open already; `path` is for messages. */
bool file_read_fd(int fd, const char *path, struct buf *out, struct err *err);

/* Replaces the file in one move: temporary file beside it, fsync, rename, fsync of the folder. */
bool file_replace(const char *path, struct str bytes, mode_t mode, struct err *err);

/* Makes the folder that the file is to stand in, and those above it, where they are not there yet. */
bool file_make_folders(const char *path, struct err *err);

/* What tells one version of a file from the next without reading it. */
struct file_stamp {
	int64_t mtime_ns, size;
	uint64_t inode;
	bool there;
};
struct file_stamp file_stamp(const char *path);
bool file_stamp_eq(struct file_stamp a, struct file_stamp b);

/* A sorted list of owned paths. */
struct file_list {
	char **at;
	size_t len, cap;
};
void file_list_release(struct file_list *list);

/* Adds `path` if it is a file (whatever its name), or all files below it, in byte order, whose names end in one of the
 * NULL-terminated `suffixes`; hidden files and folders below it are passed over, links are followed to a depth of 16
 * folders; a link that leads nowhere is listed too, so that reading it says what is wrong. False where `path` does not
 * exist or cannot be read, or holds more than `most` files. */
bool file_list_add(struct file_list *list, const char *path, const char *const *suffixes, size_t most, struct err *err);

#endif
