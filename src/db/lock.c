#include "db/lock.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/num.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

static bool held_by(int fd, const char *path, struct err *err)
{
	char text[32];
	ssize_t len = pread(fd, text, sizeof(text), 0);
	struct str holder = str_trim((struct str){text, len > 0 ? (size_t)len : 0});
	uint64_t pid;

	if (num_read_u64(holder, &pid))
		return err_set(err, "'%s' is in use by process %llu", path, (unsigned long long)pid);
	return err_set(err, "'%s' is in use by another process", path);
}

static bool name_holder(int fd)
{
	struct buf text;
	bool ok;

	buf_init(&text, KIB(1));
	buf_fmt(&text, "%ld\n", (long)getpid());
	ok = ftruncate(fd, 0) == 0 && pwrite(fd, text.at, text.len, 0) == (ssize_t)text.len;
	buf_release(&text);
	return ok;
}

int lock_take(const char *path, struct err *err)
{
	char *real =
		realpath(path, NULL); /* the file behind a link has one lock; one that is not there yet has no link */
	struct buf name;
	int fd = -1;

	buf_init(&name, KIB(8));
	if (!buf_fmt(&name, "%s.lock", real ? real : path)) {
		err_set(err, "cannot open '%s': the path is too long", path);
		goto out;
	}
	fd = open(name.at, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0) {
		err_errno(err, errno, "cannot create the lock", name.at);
		goto out;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		/* The name is only for people: a disk without room for it must not keep the file closed. */
		(void)!name_holder(fd);
		goto out;
	}
	if (errno == EWOULDBLOCK)
		held_by(fd, path, err);
	else
		err_errno(err, errno, "cannot lock", name.at);
	close(fd);
	fd = -1;
out:
	free(real);
	buf_release(&name);
	return fd;
}

void lock_drop(int fd)
{
	if (fd < 0)
		return;
	(void)!ftruncate(fd, 0);
	close(fd);
}
