#include "base/file.h"

#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_CHUNK = 64 * 1024, FOLDER_DEPTH = 16, PIPE_WAIT_MS = 30000 };

/* Waits for a pipe whose writer has not written yet, as in `wick check <(generate)`. */
static bool wait_readable(int fd)
{
	struct pollfd readable = {.fd = fd, .events = POLLIN};

	return poll(&readable, 1, PIPE_WAIT_MS) > 0 || errno == EINTR;
}

bool file_read_fd(int fd, const char *path, struct buf *out, struct err *err)
{
	for (;;) {
		char chunk[READ_CHUNK];
		ssize_t got = read(fd, chunk, sizeof(chunk));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == EAGAIN && wait_readable(fd))
			continue;
		if (got < 0)
			return err_errno(err, errno == EAGAIN ? ETIMEDOUT : errno, "cannot read", path);
		if (got == 0)
			return true;
		if (!buf_put(out, chunk, (size_t)got))
			return err_set(err, "cannot read '%s': it is larger than the limit of %zu bytes", path,
				       out->ceiling);
	}
}

bool file_read(const char *path, struct buf *out, struct err *err)
{
	struct stat info;
	bool ok = false;
	int fd;

	if (strcmp(path, "-") == 0)
		return file_read_fd(STDIN_FILENO, "standard input", out, err);
	/* O_NONBLOCK: a FIFO without a writer must not hang us */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return err_errno(err, errno, "cannot open", path);
	if (fstat(fd, &info) < 0)
		err_errno(err, errno, "cannot look at", path);
	else if (S_ISDIR(info.st_mode))
		err_set(err, "cannot read '%s': it is a folder", path);
	else if (S_ISREG(info.st_mode) && (uint64_t)info.st_size > out->ceiling - out->len)
		err_set(err, "cannot read '%s': its %lld bytes are over the limit of %zu", path,
			(long long)info.st_size, out->ceiling);
	else
		ok = file_read_fd(fd, path, out, err);
	close(fd);
	return ok;
}

static bool write_all(int fd, struct str bytes)
{
	while (bytes.len) {
		ssize_t put = write(fd, bytes.at, bytes.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return false;
		bytes = str_slice(bytes, (size_t)put, bytes.len);
	}
	return true;
}

/* A rename lasts only once the folder that holds the name is on disk. */
static bool sync_folder_of(const char *path)
{
	char *folder = xstrdup(path);
	char *slash = strrchr(folder, '/');
	int fd;
	bool ok;

	if (slash)
		slash[slash == folder] = '\0';
	fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ok = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	free(folder);
	return ok;
}

bool file_replace(const char *path, struct str bytes, mode_t mode, struct err *err)
{
	struct buf name;
	bool ok = false;
	int fd;

	buf_init(&name, 8192);
	if (!buf_fmt(&name, "%s.XXXXXX", path)) {
		buf_release(&name);
		return err_set(err, "cannot write '%s': the path is too long", path);
	}
	fd = mkostemp(name.at, O_CLOEXEC);
	if (fd < 0) {
		err_errno(err, errno, "cannot create a temporary file beside", path);
		buf_release(&name);
		return false;
	}
	ok = write_all(fd, bytes) && fchmod(fd, mode) == 0 && fsync(fd) == 0;
	ok = close(fd) == 0 && ok && rename(name.at, path) == 0;
	if (!ok) {
		err_errno(err, errno, "cannot write", path);
		unlink(name.at);
	} else {
		ok = sync_folder_of(path) || err_errno(err, errno, "cannot sync the folder of", path);
	}
	buf_release(&name);
	return ok;
}

bool file_make_folders(const char *path, struct err *err)
{
	char *above = xstrdup(path);
	bool ok = true;

	for (char *slash = *above ? strchr(above + 1, '/') : NULL; slash && ok; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		ok = mkdir(above, 0755) == 0 || errno == EEXIST ||
		     err_errno(err, errno, "cannot make the folder", above);
		*slash = '/';
	}
	free(above);
	return ok;
}

struct file_stamp file_stamp(const char *path)
{
	struct stat info;

	if (stat(path, &info) < 0)
		return (struct file_stamp){0};
	return (struct file_stamp){
		.mtime_ns = (int64_t)info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec,
		.size = info.st_size,
		.inode = info.st_ino,
		.there = true,
	};
}

bool file_stamp_eq(struct file_stamp a, struct file_stamp b)
{
	return a.there == b.there && a.mtime_ns == b.mtime_ns && a.size == b.size && a.inode == b.inode;
}

void file_list_release(struct file_list *list)
{
	for (size_t i = 0; i < list->len; i++)
		free(list->at[i]);
	free(list->at);
	*list = (struct file_list){0};
}

static bool wanted(const char *name, const char *const *suffixes)
{
	for (; *suffixes; suffixes++)
		if (str_ends(str_of(name), str_of(*suffixes)))
			return true;
	return false;
}

static bool push(struct file_list *list, const char *path, size_t most, struct err *err)
{
	if (list->len >= most)
		return err_set(err, "cannot take '%s': there are more than %zu files", path, most);
	XGROW(list->at, list->len, list->cap);
	list->at[list->len++] = xstrdup(path);
	return true;
}

/* "slo/a.yaml" for "slo" and for "slo/", "a.yaml" for ".": paths as a tool that shows them expects. */
static bool join(struct buf *path, const char *folder, const char *name)
{
	if (strcmp(folder, ".") == 0)
		return buf_cstr(path, name);
	return buf_fmt(path, "%s%s%s", folder, str_ends(str_of(folder), STR("/")) ? "" : "/", name);
}

/* A folder on the way down: a link back to one of them leads nowhere new. */
struct ancestor {
	const struct ancestor *above;
	dev_t device;
	ino_t inode;
};

static bool been_there(const struct ancestor *here, const struct stat *info)
{
	for (; here; here = here->above)
		if (here->device == info->st_dev && here->inode == info->st_ino)
			return true;
	return false;
}

static bool walk(struct file_list *list, const char *folder, const char *const *suffixes, size_t most, int depth,
		 const struct ancestor *above, struct err *err)
{
	struct dirent **entries;
	struct ancestor here = {.above = above};
	struct stat own;
	int count = scandir(folder, &entries, NULL, alphasort);
	bool ok = true;

	if (count < 0)
		return err_errno(err, errno, "cannot read the folder", folder);
	if (stat(folder, &own) == 0) {
		here.device = own.st_dev;
		here.inode = own.st_ino;
	}
	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;
		struct buf path;
		struct stat info;

		buf_init(&path, 8192);
		if (ok && name[0] != '.' && join(&path, folder, name)) {
			bool there = stat(path.at, &info) == 0;

			if (there && S_ISDIR(info.st_mode) && been_there(&here, &info))
				ok = true;
			else if (there && S_ISDIR(info.st_mode))
				ok = depth > 0
					     ? walk(list, path.at, suffixes, most, depth - 1, &here, err)
					     : err_set(err, "cannot read the folder '%s': nested too deeply", path.at);
			else if ((!there || S_ISREG(info.st_mode)) && wanted(name, suffixes))
				ok = push(list, path.at, most, err);
		}
		buf_release(&path);
		free(entries[i]);
	}
	free(entries);
	return ok;
}

bool file_list_add(struct file_list *list, const char *path, const char *const *suffixes, size_t most, struct err *err)
{
	struct stat info;

	if (strcmp(path, "-") == 0)
		return push(list, path, most, err);
	if (stat(path, &info) < 0)
		return err_errno(err, errno, "cannot find", path);
	while (path[0] == '.' && path[1] == '/' && path[2] != '/' && path[2] != '\0')
		path += 2;
	if (S_ISDIR(info.st_mode))
		return walk(list, path, suffixes, most, FOLDER_DEPTH, NULL, err);
	return push(list, path, most, err);
}
