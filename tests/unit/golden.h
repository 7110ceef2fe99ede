/* Golden files: what is written against what was read and committed. WICK_UPDATE_GOLDEN=1 writes them anew. */
#ifndef WICK_TESTS_GOLDEN_H
#define WICK_TESTS_GOLDEN_H

#include "base/file.h"
#include "base/limits.h"
#include "tests/unit/unit.h"

static inline void golden_check(const char *path, struct str text)
{
	struct err err = {0};
	struct buf file;

	if (getenv("WICK_UPDATE_GOLDEN")) {
		ck_assert_msg(file_replace(path, text, 0644, &err), "%s", err.text);
		return;
	}
	buf_init(&file, LIMIT_FILE_BYTES);
	ck_assert_msg(file_read(path, &file, &err), "%s", err.text);
	ck_assert_msg(str_eq(buf_view(&file), text), "'%s' differs; WICK_UPDATE_GOLDEN=1 writes it anew:\n%.*s", path,
		      STR_ARG(text));
	buf_release(&file);
}

#endif
