/* Secrets from files: the one line that is meant, or a refusal that does not show it. */
#include "net/secret.h"

#include "tests/unit/unit.h"

#include <stdio.h>
#include <unistd.h>

static const struct {
	const char *description, *content, *secret, *error; /* the error behind the file's name */
} files[] = {
	{"a line", "open sesame\n", "open sesame", NULL},
	{"a line of a DOS file", "open sesame\r\n", "open sesame", NULL},
	{"no line end", "open sesame", "open sesame", NULL},
	{"blanks belong to it", " x ", " x ", NULL},
	{"nothing", "", NULL, "it is empty"},
	{"line ends only", "\n\n", NULL, "it is empty"},
	{"several lines", "sesame\nX-Header: 1\n", NULL, "it holds a control character or several lines"},
	{"a control character", "ses\x01me", NULL, "it holds a control character or several lines"},
};

START_TEST(a_file_holds_one_line_or_is_refused)
{
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		char path[] = "/tmp/wick-secret-XXXXXX", expected[200];
		struct err err = {0};
		struct secret *secret;
		int fd = mkstemp(path);

		ck_assert_int_ge(fd, 0);
		ck_assert_int_eq(write(fd, files[i].content, strlen(files[i].content)),
				 (ssize_t)strlen(files[i].content));
		close(fd);
		secret = secret_read(path, &err);
		unlink(path);
		if (files[i].secret) {
			ck_assert_msg(secret != NULL, "%s: %s", files[i].description, err.text);
			ck_assert_msg(str_is(secret_reveal(secret), files[i].secret), "%s", files[i].description);
		} else {
			snprintf(expected, sizeof(expected), "cannot use the secret file '%s': %s", path,
				 files[i].error);
			ck_assert_ptr_null(secret);
			ck_assert_str_eq(err.text, expected);
		}
		secret_free(secret);
	}
}
END_TEST

START_TEST(a_file_that_is_not_there_is_named)
{
	struct err err = {0};

	ck_assert_ptr_null(secret_read("/nonexistent/token", &err));
	ck_assert_str_eq(err.text, "cannot open '/nonexistent/token': No such file or directory");
}
END_TEST

UNIT_MAIN("net/secret", a_file_holds_one_line_or_is_refused, a_file_that_is_not_there_is_named)
