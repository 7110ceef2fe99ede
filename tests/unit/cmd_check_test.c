/* `wick check`: what it exits with, and where its words go. */
#include "cmd/command.h"

#include "base/file.h"
#include "base/limits.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { WORDS = 6 };

static char out_path[] = "/tmp/wick-check-out-XXXXXX", err_path[] = "/tmp/wick-check-err-XXXXXX";
static struct buf out, err_text;

static void begin(void)
{
	close(mkstemp(out_path));
	close(mkstemp(err_path));
	buf_init(&out, MIB(1));
	buf_init(&err_text, MIB(1));
}

static void end(void)
{
	unlink(out_path);
	unlink(err_path);
	buf_release(&out);
	buf_release(&err_text);
}

/* Each test is a process of its own, so its streams may go to files. */
static int run(const char *const words[WORDS])
{
	char *argv[WORDS + 2] = {strdup("check")};
	struct err err = {0};
	int argc = 1, code;

	for (; words[argc - 1]; argc++)
		argv[argc] = strdup(words[argc - 1]);
	ck_assert_ptr_nonnull(freopen(out_path, "w", stdout));
	ck_assert_ptr_nonnull(freopen(err_path, "w", stderr));
	code = command_check.run(&command_check, argc, argv);
	fflush(stdout);
	fflush(stderr);
	ck_assert(file_read(out_path, &out, &err) && file_read(err_path, &err_text, &err));
	for (int i = 0; i < argc; i++)
		free(argv[i]);
	return code;
}

static const struct {
	const char *what, *words[WORDS];
	int code;
	const char *out, *err; /* parts of what was written */
} rows[] = {
	{"files without a fault",
	 {"tests/data/definitions/folder"},
	 0,
	 "",
	 "checked 2 files with 4 SLOs: 0 errors, 0 warnings"},
	{"a file with faults",
	 {"tests/data/definitions/faults.yaml"},
	 1,
	 "faults.yaml:6:16: error: objective: ",
	 "4 errors"},
	{"a warning alone",
	 {"tests/data/definitions/doubtful.yaml"},
	 0,
	 "doubtful.yaml:6:16: warning: objective: ",
	 "0 errors, 1 warning"},
	{"a warning, strictly",
	 {"--strict", "tests/data/definitions/doubtful.yaml"},
	 1,
	 ": warning: ",
	 "0 errors, 1 warning"},
	{"a path that is not there", {"/nowhere/at/all"}, 2, "/nowhere/at/all: error: cannot find", "1 error,"},
	{"no path", {NULL}, 2, "", "wants a PATH"},
	{"another format", {"--format", "xml", "slo/examples"}, 2, "", "xml"},
	{"JSON", {"--format=json", "tests/data/definitions/faults.yaml"}, 1, "\"errors\": 4", "4 errors"},
	{"GitHub",
	 {"--format=github", "tests/data/definitions/faults.yaml"},
	 1,
	 "::error file=tests/data/definitions/faults.yaml,line=1,col=1,",
	 "4 errors"},
	{"SARIF without a finding", {"--format=sarif", "slo/examples"}, 0, "\"results\": []", "0 errors"},
	{"settings with a fault",
	 {"--config", "tests/data/definitions/wick.yaml"},
	 1,
	 "wick.yaml:2:1: error: unknown key 'stpe'",
	 "checked 2 files with 4 SLOs: 1 error"},
};

START_TEST(check_exits_with_what_it_found)
{
	int code = run(rows[_i].words);

	ck_assert_msg(code == rows[_i].code, "%s: exits with %d", rows[_i].what, code);
	ck_assert_msg(strstr(out.at ? out.at : "", rows[_i].out), "%s: %s", rows[_i].what, out.at);
	ck_assert_msg(strstr(err_text.at ? err_text.at : "", rows[_i].err), "%s: %s", rows[_i].what, err_text.at);
	ck_assert_msg(*rows[_i].out || out.len == 0, "%s: %s", rows[_i].what, out.at);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("check");
	TCase *tests = tcase_create("check");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, begin, end);
	tcase_add_loop_test(tests, check_exits_with_what_it_found, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}
