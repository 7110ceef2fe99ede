#include "net/secret.h"

#include "base/limits.h"
#include "base/mem.h"

#include <stdlib.h>

enum { SECRET_BYTES = 64 * 1024 }; /* tokens are a few KiB at most */

struct secret {
	size_t len;
	char text[];
};

struct secret *secret_new(struct str text)
{
	struct secret *secret = xmalloc(sizeof(*secret) + text.len + 1);

	secret->len = text.len;
	if (text.len)
		memcpy(secret->text, text.at, text.len);
	secret->text[text.len] = '\0';
	return secret;
}

static struct secret *from_text(const char *path, struct str text, struct err *err)
{
	while (text.len && (text.at[text.len - 1] == '\n' || text.at[text.len - 1] == '\r'))
		text.len--;
	if (text.len == 0)
		return err_set(err, "cannot use the secret file '%s': it is empty", path), NULL;
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.at[i] < 0x20 || text.at[i] == 0x7F)
			return err_set(err,
				       "cannot use the secret file '%s': it holds a control character or several lines",
				       path),
			       NULL;
	return secret_new(text);
}

struct secret *secret_read(const char *path, struct err *err)
{
	struct secret *secret = NULL;
	struct buf content;

	buf_init(&content, SECRET_BYTES);
	/* all the room at once: growing would leave copies of the secret behind in freed memory */
	if (buf_reserve(&content, SECRET_BYTES) && file_read(path, &content, err))
		secret = from_text(path, buf_view(&content), err);
	if (content.at)
		explicit_bzero(content.at, content.cap);
	buf_release(&content);
	return secret;
}

void secret_free(struct secret *secret)
{
	if (!secret)
		return;
	explicit_bzero(secret->text, secret->len);
	free(secret);
}

struct str secret_reveal(const struct secret *secret) { return (struct str){secret->text, secret->len}; }

bool secret_file_init(struct secret_file *file, struct str path, struct err *err)
{
	*file = (struct secret_file){0};
	if (path.len == 0)
		return true;
	file->path = xmemdup0(path.at, path.len);
	file->stamp = file_stamp(file->path);
	file->secret = secret_read(file->path, err);
	return file->secret != NULL;
}

void secret_file_release(struct secret_file *file)
{
	secret_free(file->secret);
	free(file->path);
	*file = (struct secret_file){0};
}

bool secret_file_refresh(struct secret_file *file)
{
	struct secret *fresh;
	struct file_stamp stamp;
	bool other;

	if (!file->path)
		return false;
	stamp = file_stamp(file->path);
	if (file_stamp_eq(stamp, file->stamp))
		return false;
	fresh = secret_read(file->path, NULL);
	if (!fresh)
		return false;
	other = !file->secret || !str_eq(secret_reveal(fresh), secret_reveal(file->secret));
	secret_free(file->secret);
	file->secret = fresh;
	file->stamp = stamp;
	return other;
}
