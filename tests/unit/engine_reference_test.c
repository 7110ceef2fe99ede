/* docs/settings.md holds the reference of wick.yaml as the table of settings writes it. */
#include "base/file.h"
#include "base/limits.h"
#include "engine/settings.h"
#include "tests/unit/unit.h"

START_TEST(the_page_of_settings_is_what_the_table_says)
{
	struct buf page, reference;
	struct err err = {0};

	buf_init(&page, LIMIT_FILE_BYTES);
	buf_init(&reference, LIMIT_FILE_BYTES);
	ck_assert_msg(file_read("docs/settings.md", &page, &err), "%s", err.text);
	ck_assert(settings_reference(&reference));
	ck_assert_msg(strstr(page.at, reference.at) != NULL, "docs/settings.md must hold:\n%s", reference.at);
	buf_release(&page);
	buf_release(&reference);
}
END_TEST

UNIT_MAIN("engine/reference", the_page_of_settings_is_what_the_table_says)
