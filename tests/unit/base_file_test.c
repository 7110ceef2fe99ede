#include "base/file.h"
#include "base/limits.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A folder of the test's own, made its working directory and removed at its end. */
static char folder[] = "/tmp/wick-file-test-XXXXXX";

static void enter(void)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *place)
{
	(void)info, (void)type, (void)place;
	return remove(path);
}

static void leave(void)
{
	ck_assert_int_eq(chdir("/"), 0);
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	ck_assert_msg(file != NULL, "%s: %s", path, strerror(errno));
	fputs(text, file);
	ck_assert_int_eq(fclose(file), 0);
}

START_TEST(a_file_is_read_whole_behind_what_is_there)
{
	struct err err = {0};
	struct buf out;

	put("a", "content\n");
	buf_init(&out, 100);
	buf_cstr(&out, "before ");
	ck_assert_msg(file_read("a", &out, &err), "%s", err.text);
	ck_assert_str_eq(out.at, "before content\n");
	ck_assert_str_eq(err.text, "");
	buf_release(&out);
}
END_TEST

START_TEST(a_file_of_just_the_limit_is_read_and_one_byte_more_is_refused)
{
	struct err err = {0};
	struct buf out;

	put("a", "12345");
	buf_init(&out, 5);
	ck_assert(file_read("a", &out, &err));
	buf_release(&out);
	buf_init(&out, 4);
	ck_assert(!file_read("a", &out, &err));
	ck_assert_str_eq(err.text, "cannot read 'a': its 5 bytes are over the limit of 4");
	buf_release(&out);
}
END_TEST

START_TEST(what_cannot_be_read_is_named_with_the_reason)
{
	struct err err = {0};
	struct buf out;

	buf_init(&out, 1000);
	ck_assert(!file_read("missing", &out, &err));
	ck_assert_str_eq(err.text, "cannot open 'missing': No such file or directory");
	ck_assert(!file_read(".", &out, &err));
	ck_assert_str_eq(err.text, "cannot read '.': it is a folder");
	ck_assert(!file_read("/dev/zero", &out, &err));
	ck_assert_str_eq(err.text, "cannot read '/dev/zero': it is larger than the limit of 1000 bytes");
	buf_clear(&out);
	ck_assert_msg(file_read("/dev/null", &out, &err) && out.len == 0, "/dev/null is an empty file");
	buf_release(&out);
}
END_TEST

START_TEST(a_fifo_without_a_writer_does_not_hang)
{
	struct err err = {0};
	struct buf out;

	ck_assert_int_eq(mkfifo("fifo", 0600), 0);
	buf_init(&out, 1000);
	ck_assert(file_read("fifo", &out, &err));
	ck_assert_uint_eq(out.len, 0);
	buf_release(&out);
}
END_TEST

/* As in `wick check <(generate)`: the reader is there before the first byte. */
START_TEST(a_pipe_is_read_to_its_end_however_late_its_writer_is)
{
	struct err err = {0};
	struct buf out;
	char path[40];
	int ends[2];
	pid_t writer;

	ck_assert_int_eq(pipe(ends), 0);
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
	writer = fork();
	ck_assert_int_ge(writer, 0);
	if (writer == 0) {
		const struct timespec late = {0, 50000000};

		close(ends[0]);
		for (int i = 0; i < 3; i++) {
			nanosleep(&late, NULL);
			if (write(ends[1], "abc", 3) != 3)
				_exit(1);
		}
		_exit(0);
	}
	close(ends[1]);
	buf_init(&out, 1000);
	ck_assert_msg(file_read(path, &out, &err), "%s", err.text);
	ck_assert_str_eq(out.at, "abcabcabc");
	close(ends[0]);
	ck_assert_int_eq(waitpid(writer, NULL, 0), writer);
	buf_release(&out);
}
END_TEST

START_TEST(the_folders_above_a_file_are_made_and_it_is_not)
{
	struct err err = {0};
	struct stat info;
	char whole[100];

	for (int i = 0; i < 2; i++) { /* those that are there stay */
		ck_assert_msg(file_make_folders("a/b//c/d", &err), "%s", err.text);
		ck_assert(stat("a/b/c", &info) == 0 && S_ISDIR(info.st_mode));
		ck_assert_int_ne(stat("a/b/c/d", &info), 0);
	}
	snprintf(whole, sizeof(whole), "%s/e/f", folder);
	ck_assert_msg(file_make_folders(whole, &err) && stat("e", &info) == 0, "%s", err.text);
	ck_assert(file_make_folders("", &err) && file_make_folders("f", &err) && file_make_folders("/", &err));
	put("file", "x");
	ck_assert(!file_make_folders("file/g/h", &err));
	ck_assert_str_eq(err.text, "cannot make the folder 'file/g': Not a directory");
}
END_TEST

static void check_content(const char *path, const char *text, mode_t mode)
{
	struct err err = {0};
	struct stat info;
	struct buf out;

	buf_init(&out, 100000);
	ck_assert_msg(file_read(path, &out, &err), "%s", err.text);
	ck_assert(str_is(buf_view(&out), text));
	ck_assert_int_eq(stat(path, &info), 0);
	ck_assert_uint_eq(info.st_mode & 0777, mode);
	buf_release(&out);
}

static size_t count_files(void)
{
	struct file_list list = {0};
	struct err err = {0};
	const char *const any[] = {"", NULL};
	size_t count;

	ck_assert(file_list_add(&list, ".", any, 100, &err));
	count = list.len;
	file_list_release(&list);
	return count;
}

START_TEST(replacing_gives_the_new_content_and_mode_and_leaves_nothing_else)
{
	struct err err = {0};

	umask(077);
	ck_assert_msg(file_replace("a", STR("first"), 0644, &err), "%s", err.text);
	check_content("a", "first", 0644);
	ck_assert_msg(file_replace("a", STR(""), 0600, &err), "%s", err.text);
	check_content("a", "", 0600);
	ck_assert_int_eq(mkdir("sub", 0700), 0);
	ck_assert_msg(file_replace("sub/b", STR("x"), 0640, &err), "%s", err.text);
	check_content("sub/b", "x", 0640);
	ck_assert_uint_eq(count_files(), 2);
}
END_TEST

START_TEST(a_failed_replacement_leaves_the_old_file_and_no_temporary_one)
{
	struct err err = {0};

	ck_assert_int_eq(mkdir("taken", 0700), 0);
	put("taken/inside", "x");
	ck_assert(!file_replace("taken", STR("x"), 0644, &err));
	ck_assert_msg(str_starts(str_of(err.text), STR("cannot write 'taken': ")), "%s", err.text);
	ck_assert_uint_eq(count_files(), 1);
	ck_assert(!file_replace("no/such/folder", STR("x"), 0644, &err));
	ck_assert_str_eq(err.text, "cannot create a temporary file beside 'no/such/folder': No such file or directory");
}
END_TEST

/* A reader that opens the file at any moment finds one of the two contents, whole. */
START_TEST(a_reader_never_sees_half_a_replacement)
{
	enum { SIZE = 60000, ROUNDS = 200 };
	static char ones[SIZE + 1], twos[SIZE + 1];
	pid_t writer;
	int status = 0;

	memset(ones, '1', SIZE);
	memset(twos, '2', SIZE);
	put("a", ones);
	writer = fork();
	ck_assert_int_ge(writer, 0);
	if (writer == 0) {
		bool ok = true;

		for (int i = 0; i < ROUNDS && ok; i++)
			ok = file_replace("a", (struct str){i % 2 ? ones : twos, SIZE}, 0644, NULL);
		_exit(ok ? 0 : 1);
	}
	while (waitpid(writer, &status, WNOHANG) == 0) {
		struct err err = {0};
		struct buf out;

		buf_init(&out, SIZE);
		ck_assert_msg(file_read("a", &out, &err), "%s", err.text);
		ck_assert(str_is(buf_view(&out), ones) || str_is(buf_view(&out), twos));
		buf_release(&out);
	}
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(a_stamp_changes_with_the_file)
{
	struct file_stamp before, after;

	ck_assert(!file_stamp("a").there && file_stamp_eq(file_stamp("a"), file_stamp("b")));
	put("a", "x");
	before = file_stamp("a");
	ck_assert(before.there && file_stamp_eq(before, file_stamp("a")));
	ck_assert(file_replace("a", STR("y"), 0644, NULL));
	after = file_stamp("a");
	ck_assert_msg(!file_stamp_eq(before, after), "the same size, but another file");
	ck_assert(truncate("a", 5) == 0 && !file_stamp_eq(after, file_stamp("a")));
}
END_TEST

static void check_list(const struct file_list *list, const char *const *expected)
{
	size_t i = 0;

	for (; expected[i]; i++) {
		ck_assert_msg(i < list->len, "'%s' is missing", expected[i]);
		ck_assert_str_eq(list->at[i], expected[i]);
	}
	ck_assert_uint_eq(list->len, i);
}

static const char *const yaml[] = {".yaml", ".yml", NULL};

START_TEST(a_folder_is_listed_in_order_without_what_is_hidden_or_of_another_kind)
{
	struct file_list list = {0};
	struct err err = {0};

	ck_assert_int_eq(mkdir("d", 0700) | mkdir("d/sub", 0700) | mkdir("d/.git", 0700) | mkdir("d/Z", 0700), 0);
	put("d/b.yaml", "");
	put("d/a.yml", "");
	put("d/.hidden.yaml", "");
	put("d/.git/config.yaml", "");
	put("d/notes.txt", "");
	put("d/sub/c.yaml", "");
	put("d/Z/z.yaml", "");
	put("elsewhere", "");
	ck_assert_int_eq(symlink("../b.yaml", "d/sub/link.yaml") | mkfifo("d/fifo.yaml", 0600), 0);
	ck_assert_msg(file_list_add(&list, "d", yaml, 100, &err), "%s", err.text);
	ck_assert_msg(file_list_add(&list, "elsewhere", yaml, 100, &err), "a file that is named is taken: %s",
		      err.text);
	check_list(&list, (const char *const[]){"d/Z/z.yaml", "d/a.yml", "d/b.yaml", "d/sub/c.yaml", "d/sub/link.yaml",
						"elsewhere", NULL});
	file_list_release(&list);
}
END_TEST

START_TEST(a_link_that_leads_nowhere_is_listed_so_that_reading_it_says_so)
{
	struct file_list list = {0};
	struct err err = {0};

	ck_assert_int_eq(mkdir("d", 0700) | symlink("gone", "d/a.yaml") | symlink("gone", "d/other"), 0);
	ck_assert_msg(file_list_add(&list, "d", yaml, 100, &err), "%s", err.text);
	check_list(&list, (const char *const[]){"d/a.yaml", NULL});
	file_list_release(&list);
}
END_TEST

START_TEST(a_list_that_cannot_be_had_says_why)
{
	struct file_list list = {0};
	struct err err = {0};

	ck_assert(!file_list_add(&list, "missing", yaml, 100, &err));
	ck_assert_str_eq(err.text, "cannot find 'missing': No such file or directory");
	ck_assert_int_eq(mkdir("d", 0700), 0);
	put("d/a.yaml", "");
	put("d/b.yaml", "");
	ck_assert(!file_list_add(&list, "d", yaml, 1, &err));
	ck_assert_str_eq(err.text, "cannot take 'd/b.yaml': there are more than 1 files");
	file_list_release(&list);
	for (int depth = 0; depth < 20; depth++) {
		ck_assert_int_eq(mkdir("deep", 0700), 0);
		ck_assert_int_eq(chdir("deep"), 0);
	}
	for (int depth = 0; depth < 20; depth++)
		ck_assert_int_eq(chdir(".."), 0);
	ck_assert(!file_list_add(&list, "deep", yaml, 100, &err));
	ck_assert_msg(str_ends(str_of(err.text), STR(": nested too deeply")), "%s", err.text);
	file_list_release(&list);
}
END_TEST

START_TEST(a_link_back_to_a_folder_on_the_way_leads_nowhere_new)
{
	struct file_list list = {0};
	struct err err = {0};

	ck_assert_int_eq(mkdir("d", 0700) | mkdir("d/e", 0700), 0);
	put("d/a.yaml", "");
	put("d/e/b.yaml", "");
	ck_assert_int_eq(symlink(".", "d/loop") | symlink("../..", "d/e/up") | symlink("e", "d/same"), 0);
	ck_assert_msg(file_list_add(&list, "d", yaml, 100, &err), "%s", err.text);
	/* a link to a folder beside it is followed */
	check_list(&list, (const char *const[]){"d/a.yaml", "d/e/b.yaml", "d/same/b.yaml", NULL});
	file_list_release(&list);
}
END_TEST

START_TEST(paths_have_no_needless_dots_and_slashes)
{
	struct file_list list = {0};
	struct err err = {0};

	ck_assert_int_eq(mkdir("d", 0700), 0);
	put("d/a.yaml", "");
	ck_assert(file_list_add(&list, ".", yaml, 100, &err) && file_list_add(&list, "./d", yaml, 100, &err) &&
		  file_list_add(&list, "d/", yaml, 100, &err) && file_list_add(&list, "./d/a.yaml", yaml, 100, &err));
	check_list(&list, (const char *const[]){"d/a.yaml", "d/a.yaml", "d/a.yaml", "d/a.yaml", NULL});
	file_list_release(&list);
}
END_TEST

UNIT_MAIN_IN("base/file", enter, leave, a_link_back_to_a_folder_on_the_way_leads_nowhere_new,
	     paths_have_no_needless_dots_and_slashes, a_file_is_read_whole_behind_what_is_there,
	     a_file_of_just_the_limit_is_read_and_one_byte_more_is_refused,
	     what_cannot_be_read_is_named_with_the_reason, a_fifo_without_a_writer_does_not_hang,
	     a_pipe_is_read_to_its_end_however_late_its_writer_is, the_folders_above_a_file_are_made_and_it_is_not,
	     replacing_gives_the_new_content_and_mode_and_leaves_nothing_else,
	     a_failed_replacement_leaves_the_old_file_and_no_temporary_one, a_reader_never_sees_half_a_replacement,
	     a_stamp_changes_with_the_file, a_folder_is_listed_in_order_without_what_is_hidden_or_of_another_kind,
	     a_link_that_leads_nowhere_is_listed_so_that_reading_it_says_so, a_list_that_cannot_be_had_says_why)
