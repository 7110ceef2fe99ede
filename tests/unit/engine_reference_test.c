/* docs/settings.md holds the reference of wick.yaml as the table of settings writes it; WICK_UPDATE_GOLDEN=1 puts it
 * there. */
#include "base/file.h"
#include "base/limits.h"
#include "engine/settings.h"
#include "tests/unit/unit.h"

/* The page with the reference in the place of its table. */
static void update(const struct buf *page, const struct buf *reference)
{
	char *begin = strstr(page->at, "| key |"), *end = begin;
	struct err err = {0};
	struct buf out;

	ck_assert_ptr_nonnull(begin);
	while (*end == '|')
		end = strchr(end, '\n') + 1;
	buf_init(&out, LIMIT_FILE_BYTES);
	buf_put(&out, page->at, (size_t)(begin - page->at));
	buf_str(&out, buf_view(reference));
	buf_cstr(&out, end);
	ck_assert_msg(file_replace("docs/settings.md", buf_view(&out), 0644, &err), "%s", err.text);
	buf_release(&out);
}

START_TEST(the_page_of_settings_is_what_the_table_says)
{
	struct buf page, reference;
	struct err err = {0};

	buf_init(&page, LIMIT_FILE_BYTES);
	buf_init(&reference, LIMIT_FILE_BYTES);
	ck_assert_msg(file_read("docs/settings.md", &page, &err), "%s", err.text);
	ck_assert(settings_reference(&reference));
	if (getenv("WICK_UPDATE_GOLDEN"))
		update(&page, &reference);
	else
		ck_assert_msg(strstr(page.at, reference.at) != NULL,
			      "docs/settings.md differs; WICK_UPDATE_GOLDEN=1 writes it anew");
	buf_release(&page);
	buf_release(&reference);
}
END_TEST

UNIT_MAIN("engine/reference", the_page_of_settings_is_what_the_table_says)
