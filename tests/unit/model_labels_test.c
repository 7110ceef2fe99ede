#include "model/labels.h"
#include "tests/unit/unit.h"

static struct arena arena;

static void start(void) { arena_init(&arena); }

static void finish(void) { arena_release(&arena); }

/* "a=1 b=2" as labels in the order given. */
static struct labels labels_of(const char *text)
{
	struct labels labels = {arena_array(&arena, 100, sizeof(struct label)), 0};
	struct str rest = str_of(text);

	while (rest.len) {
		size_t blank = str_find(rest, ' '), equals = str_find(rest, '=');

		labels.at[labels.len++] =
			(struct label){str_slice(rest, 0, equals), str_slice(rest, equals + 1, blank)};
		rest = str_slice(rest, blank + 1, rest.len);
	}
	return labels;
}

static void check_written(struct labels labels, const char *expected)
{
	struct buf buf;

	buf_init(&buf, 10000);
	ck_assert(labels_write(&buf, labels));
	ck_assert_str_eq(buf.at, expected);
	buf_release(&buf);
}

START_TEST(labels_are_sorted_by_the_bytes_of_their_names)
{
	struct labels labels = labels_of("b=1 a=2 B=3 ab=4 a_=5 _=6");

	labels_sort(labels);
	check_written(labels, "{B=\"3\",_=\"6\",a=\"2\",a_=\"5\",ab=\"4\",b=\"1\"}");
	labels_sort((struct labels){NULL, 0});
	check_written((struct labels){NULL, 0}, "{}");
}
END_TEST

START_TEST(a_label_that_is_not_there_is_empty_without_a_place)
{
	struct labels labels = labels_of("job=api instance=");

	ck_assert(str_is(labels_get(labels, STR("job")), "api"));
	ck_assert(labels_get(labels, STR("instance")).len == 0 && labels_get(labels, STR("instance")).at);
	ck_assert_ptr_null(labels_get(labels, STR("jo")).at);
	ck_assert_ptr_null(labels_get((struct labels){NULL, 0}, STR("job")).at);
}
END_TEST

START_TEST(label_sets_have_one_order)
{
	static const char *const sorted[] = {"", "a=1", "a=1 b=1", "a=1 b=2", "a=1 c=0", "a=10", "a=2", "b="};

	for (size_t i = 0; i < COUNT_OF(sorted); i++)
		for (size_t j = 0; j < COUNT_OF(sorted); j++) {
			struct labels left = labels_of(sorted[i]), right = labels_of(sorted[j]);
			int order = labels_cmp(left, right);

			ck_assert_msg((order > 0) - (order < 0) == (i > j) - (i < j), "'%s' and '%s'", sorted[i],
				      sorted[j]);
			ck_assert(labels_eq(left, right) == (i == j));
		}
}
END_TEST

START_TEST(a_copy_owns_its_texts)
{
	char name[] = "job", value[] = "api";
	struct label label = {str_of(name), str_of(value)};
	struct labels copy = labels_copy(&arena, (struct labels){&label, 1});

	name[0] = value[0] = 'x';
	check_written(copy, "{job=\"api\"}");
}
END_TEST

START_TEST(names_are_what_the_text_format_allows)
{
	static const struct {
		const char *name;
		bool label, metric;
	} rows[] = {{"a", true, true},     {"_", true, true},           {"__name__", true, true},
		    {"a1_B", true, true},  {"job:rate5m", false, true}, {":", false, true},
		    {"", false, false},    {"1a", false, false},        {"a-b", false, false},
		    {"a.b", false, false}, {"a b", false, false},       {"\xC3\xA4", false, false},
		    {"a\n", false, false}};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		ck_assert_msg(label_name_ok(str_of(rows[i].name)) == rows[i].label, "'%s' as a label", rows[i].name);
		ck_assert_msg(metric_name_ok(str_of(rows[i].name)) == rows[i].metric, "'%s' as a metric", rows[i].name);
	}
	ck_assert(!label_name_ok((struct str){"a\0b", 3}));
}
END_TEST

/* The second way: a reader of the three escapes that the text format knows. */
static size_t unescape(struct str text, char *out)
{
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];

		ck_assert_msg(c != '"' && c != '\n', "a bare quote or line end inside a value");
		if (c == '\\') {
			c = text.at[++i];
			ck_assert(c == '\\' || c == '"' || c == 'n');
			c = c == 'n' ? '\n' : c;
		}
		out[len++] = c;
	}
	return len;
}

START_TEST(a_value_that_is_escaped_reads_back)
{
	static const char drawn[] = "a\\\"\n{},= \xC3\xA4\r\t";
	uint64_t state = 12;

	for (unsigned i = 0; i < 20000; i++) {
		char value[16], back[16];
		size_t len = unit_random(&state) % sizeof(value);
		struct buf buf;

		for (size_t b = 0; b < len; b++)
			value[b] = drawn[unit_random(&state) % (sizeof(drawn) - 1)];
		buf_init(&buf, 100);
		ck_assert(label_value_write(&buf, (struct str){value, len}));
		ck_assert(unescape(buf_view(&buf), back) == len && memcmp(back, value, len) == 0);
		buf_release(&buf);
	}
}
END_TEST

START_TEST(labels_that_do_not_fit_say_so)
{
	struct buf buf;

	for (size_t room = 1; room < 11; room++) {
		buf_init(&buf, room);
		ck_assert(!labels_write(&buf, labels_of("a=1 b=2")));
		ck_assert(buf.full && buf.len <= room);
		buf_release(&buf);
	}
}
END_TEST

UNIT_MAIN_IN("model/labels", start, finish, labels_are_sorted_by_the_bytes_of_their_names,
	     a_label_that_is_not_there_is_empty_without_a_place, label_sets_have_one_order, a_copy_owns_its_texts,
	     names_are_what_the_text_format_allows, a_value_that_is_escaped_reads_back, labels_that_do_not_fit_say_so)
