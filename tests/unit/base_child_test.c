/* Another program, run to its end. */
#include "base/child.h"
#include "base/limits.h"
#include "tests/unit/unit.h"

#include <dirent.h>

static struct buf out, said;
static struct err err;

static void begin(void)
{
	err = (struct err){{0}};
	buf_init(&out, MIB(1));
	buf_init(&said, MIB(1));
}

static void end(void)
{
	buf_release(&out);
	buf_release(&said);
}

static size_t descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	size_t count = 0;

	while (readdir(folder))
		count++;
	closedir(folder);
	return count;
}

static struct child shell(const char *script)
{
	static const char *argv[] = {"sh", "-c", NULL, NULL};

	argv[2] = script;
	return (struct child){.argv = argv, .input = STR(""), .out = &out, .said = &said};
}

START_TEST(what_it_prints_and_says_and_ends_with_is_told)
{
	struct child child = shell("cat; echo good; echo bad >&2; exit 3");
	size_t before = descriptors();

	child.input = STR("in ");
	ck_assert(child_run(&child, &err));
	ck_assert_int_eq(child.code, 3);
	ck_assert(str_is(buf_view(&out), "in good\n"));
	ck_assert(str_is(buf_view(&said), "bad\n"));
	ck_assert_uint_eq(descriptors(), before);
}
END_TEST

START_TEST(a_signal_that_ends_it_is_told)
{
	struct child child = shell("kill -9 $$");

	ck_assert(child_run(&child, &err));
	ck_assert_int_eq(child.code, 128 + 9);
}
END_TEST

START_TEST(much_of_everything_does_not_stop_it)
{
	struct child child = shell("cat >&2; head -c 500000 /dev/zero | tr '\\0' x");
	char *input = calloc(1, 500000);

	memset(input, 'y', 500000);
	child.input = (struct str){input, 500000};
	ck_assert(child_run(&child, &err));
	ck_assert_int_eq(child.code, 0);
	ck_assert_uint_eq(out.len, 500000);
	ck_assert(str_eq(buf_view(&said), child.input));
	free(input);
}
END_TEST

START_TEST(one_that_prints_without_end_is_ended_at_the_ceiling)
{
	struct child child = shell("exec yes");
	size_t before = descriptors();

	ck_assert(!child_run(&child, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "limit of 1048576 bytes"));
	ck_assert_uint_eq(descriptors(), before);
}
END_TEST

START_TEST(one_that_is_not_there_is_named)
{
	const char *const argv[] = {"no-such-program", NULL};
	struct child child = {.argv = argv, .input = STR(""), .out = &out, .said = &said};
	size_t before = descriptors();

	ck_assert(!child_run(&child, &err));
	ck_assert_str_eq(err.text, "cannot run 'no-such-program': No such file or directory");
	ck_assert_uint_eq(descriptors(), before);
}
END_TEST

START_TEST(variables_that_it_is_not_to_have_it_has_not)
{
	const char *const without[] = {"WICK_CHILD", NULL};
	struct child child = shell("echo ${WICK_CHILD-none} ${WICK_CHILDREN-none} $LC_ALL");

	setenv("WICK_CHILD", "a", 1);
	setenv("WICK_CHILDREN", "b", 1);
	setenv("LC_ALL", "xx", 1);
	child.without = without;
	ck_assert(child_run(&child, &err));
	ck_assert(str_is(buf_view(&out), "none b C\n"));
}
END_TEST

UNIT_MAIN_IN("base/child", begin, end, what_it_prints_and_says_and_ends_with_is_told, a_signal_that_ends_it_is_told,
	     much_of_everything_does_not_stop_it, one_that_prints_without_end_is_ended_at_the_ceiling,
	     one_that_is_not_there_is_named, variables_that_it_is_not_to_have_it_has_not)
