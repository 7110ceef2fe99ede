/* Queries of addresses: read, changed and written again, and the parts of long lists. */
#include "base/limits.h"
#include "exporters/pages/query.h"
#include "tests/unit/unit.h"

static struct arena arena;
static struct buf out;

static void begin(void)
{
	arena_init(&arena);
	buf_init(&out, LIMIT_TEXT_BYTES);
}

static void end(void)
{
	buf_release(&out);
	arena_release(&arena);
}

static const struct {
	const char *text, *name, *value, *about;
} reads[] = {
	{"q=a", "q", "a", "one"},
	{"q=a&sort=name", "sort", "name", "another"},
	{"q=a%20b+c%2B", "q", "a b c+", "blanks and a plus sign"},
	{"label=team%3Dcore", "label", "team=core", "an encoded sign"},
	{"label=team=core", "label", "team=core", "a second sign is part of the value"},
	{"q=%22%3E%3Cscript%3E", "q", "\"><script>", "markup is a text like any other"},
	{"q=a&q=b", "q", "a", "the first of two"},
	{"q=%zz", "q", "", "no escape"},
	{"q=%0", "q", "", "half an escape"},
	{"q=a%00b", "q", "", "an encoded NUL"},
	{"q=", "q", "", "empty"},
	{"q", "q", "", "no sign"},
	{"&&=&=x&q=1", "q", "1", "garbage before it"},
	{"", "q", "", "nothing"},
};

START_TEST(a_parameter_is_read_as_it_was_meant)
{
	for (size_t i = 0; i < COUNT_OF(reads); i++) {
		struct page_query query = page_query_read(&arena, str_of(reads[i].text));

		ck_assert_msg(str_is(page_query_get(&query, reads[i].name), reads[i].value), "%s", reads[i].about);
	}
}
END_TEST

START_TEST(more_parameters_than_there_is_room_for_are_not_looked_at)
{
	struct page_query query;

	for (int i = 0; i < 1000; i++)
		buf_fmt(&out, "a%d=%d&", i, i);
	query = page_query_read(&arena, buf_view(&out));
	ck_assert_uint_eq(query.len, PAGE_PARAMETERS);
	ck_assert(str_is(page_query_get(&query, "a31"), "31"));
	ck_assert_uint_eq(page_query_get(&query, "a32").len, 0);
}
END_TEST

START_TEST(what_is_too_long_is_left_out)
{
	struct page_query query;

	buf_cstr(&out, "sort=name&q=");
	buf_fill(&out, 'x', PAGE_QUERY);
	buf_cstr(&out, "&team=core");
	query = page_query_read(&arena, buf_view(&out));
	ck_assert_uint_eq(query.len, 2);
	ck_assert(str_is(page_query_get(&query, "team"), "core"));
}
END_TEST

START_TEST(a_link_keeps_everything_but_what_it_changes)
{
	struct page_query query = page_query_read(&arena, STR("q=%22x%22&page=3&label=a%3Db"));

	page_query_write(&out, &query, "page", STR("4"));
	ck_assert_str_eq(out.at, "?q=%22x%22&amp;label=a%3Db&amp;page=4");
	buf_clear(&out);
	page_query_write(&out, &query, "page", STR(""));
	ck_assert_str_eq(out.at, "?q=%22x%22&amp;label=a%3Db");
	buf_clear(&out);
	query.len = 0;
	page_query_write(&out, &query, "q", STR(""));
	ck_assert_str_eq(out.at, "?");
}
END_TEST

static const struct {
	const char *query;
	size_t len, from, to, number, parts;
	const char *about;
} parts[] = {
	{"", 0, 0, 0, 1, 1, "nothing"},
	{"", 50, 0, 50, 1, 1, "just one part"},
	{"", 51, 0, 50, 1, 2, "the first of two"},
	{"page=2", 51, 50, 51, 2, 2, "the second"},
	{"page=9", 120, 100, 120, 3, 3, "past the end"},
	{"page=0", 120, 0, 50, 1, 3, "no number from 1 on"},
	{"page=-1", 120, 0, 50, 1, 3, "below"},
	{"page=18446744073709551616", 120, 0, 50, 1, 3, "no number at all"},
	{"page=999999", 120, 100, 120, 3, 3, "far past the end"},
};

START_TEST(a_part_is_within_the_list)
{
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		struct page_query query = page_query_read(&arena, str_of(parts[i].query));
		struct page_part part = page_part_of(&query, parts[i].len, 50);

		ck_assert_msg(part.from == parts[i].from && part.to == parts[i].to && part.number == parts[i].number &&
				      part.parts == parts[i].parts,
			      "%s: %zu to %zu, %zu of %zu", parts[i].about, part.from, part.to, part.number,
			      part.parts);
	}
}
END_TEST

START_TEST(the_links_between_parts_lead_to_neighbours)
{
	struct page_query query = page_query_read(&arena, STR("q=a&page=2"));
	struct page_part part = page_part_of(&query, 120, 50);

	page_part_links(&out, &query, &part);
	ck_assert_ptr_nonnull(strstr(out.at, "<a href=\"?q=a\">First</a><a href=\"?q=a\">Previous</a>"));
	ck_assert_ptr_nonnull(strstr(out.at, "Part 2 of 3"));
	ck_assert_ptr_nonnull(strstr(out.at, "<a href=\"?q=a&amp;page=3\">Next</a>"));
	buf_clear(&out);
	part = page_part_of(&query, 20, 50);
	page_part_links(&out, &query, &part);
	ck_assert_uint_eq(out.len, 0);
}
END_TEST

UNIT_MAIN_IN("exporters/query", begin, end, a_parameter_is_read_as_it_was_meant,
	     more_parameters_than_there_is_room_for_are_not_looked_at, what_is_too_long_is_left_out,
	     a_link_keeps_everything_but_what_it_changes, a_part_is_within_the_list,
	     the_links_between_parts_lead_to_neighbours)
