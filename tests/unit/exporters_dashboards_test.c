/* The dashboards: those that are checked in are what the program writes, and what they have in common holds. What each
 * of them shows is held to real servers by tests/dashboards. */
#include "exporters/dashboards/dashboards.h"
#include "tests/unit/golden.h"

#include <stdio.h>

#include <jansson.h>

static struct buf out;

static void setup(void) { buf_init(&out, MIB(4)); }

static void teardown(void) { buf_release(&out); }

START_TEST(each_is_the_one_that_is_checked_in)
{
	char path[80];

	for (size_t i = 0; dashboards[i]; i++) {
		buf_clear(&out);
		ck_assert(dash_write(&out, dashboards[i], DASHBOARDS_WICK_URL));
		snprintf(path, sizeof(path), "dashboards/%s.json", dashboards[i]->name);
		golden_check(path, buf_view(&out));
	}
}
END_TEST

START_TEST(what_grafana_is_provisioned_with_is_what_is_checked_in)
{
	struct dashboard_sources sources = {STR("http://localhost:9090"), STR("http://localhost:3100"),
					    STR("http://localhost:3200")};

	ck_assert(dashboards_provider_write(&out, STR("/var/lib/grafana/dashboards/wick")));
	golden_check("dashboards/provisioning/dashboards/wick.yaml", buf_view(&out));
	buf_clear(&out);
	ck_assert(dashboards_sources_write(&out, &sources));
	golden_check("dashboards/provisioning/datasources/wick.yaml", buf_view(&out));
}
END_TEST

START_TEST(a_source_that_is_not_there_is_not_linked_to)
{
	ck_assert(dashboards_sources_write(&out, &(struct dashboard_sources){.loki = STR("http://loki:3100")}));
	ck_assert_ptr_nonnull(strstr(out.at, "uid: wick-loki"));
	ck_assert_ptr_null(strstr(out.at, "tempo"));
	ck_assert_ptr_null(strstr(out.at, "prometheus"));
}
END_TEST

START_TEST(names_are_unique_and_found)
{
	for (size_t i = 0; dashboards[i]; i++) {
		ck_assert_ptr_eq(dashboard_named(str_of(dashboards[i]->name)), dashboards[i]);
		snprintf(buf_reserve(&out, 100), 100, "%s.json", dashboards[i]->name);
		ck_assert_ptr_eq(dashboard_named(str_of(out.at)), dashboards[i]);
	}
	ck_assert_ptr_null(dashboard_named(STR("")));
	ck_assert_ptr_null(dashboard_named(STR(".json")));
	ck_assert_ptr_null(dashboard_named(STR("slo-detail.json.json")));
	ck_assert_ptr_null(dashboard_named(STR("SLO-DETAIL")));
}
END_TEST

/* The address is the one text that comes from outside. */
START_TEST(an_address_is_a_text_and_nothing_else)
{
	const char *hostile = "http://x/\"<script>\\\n$group";
	json_t *json, *list;
	size_t found = 0;

	ck_assert(dash_write(&out, dashboard_named(STR("slo-detail")), str_of(hostile)));
	json = json_loadb(out.at, out.len, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_ptr_nonnull(json);
	list = json_object_get(json_object_get(json, "templating"), "list");
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *one = json_array_get(list, i);

		if (strcmp(json_string_value(json_object_get(one, "name")), "wick") == 0) {
			ck_assert_str_eq(json_string_value(json_object_get(one, "query")), hostile);
			found++;
		}
	}
	ck_assert_uint_eq(found, 1);
	json_decref(json);
}
END_TEST

START_TEST(one_that_is_too_large_is_refused)
{
	struct buf small;

	buf_init(&small, 4000);
	ck_assert(!dash_write(&small, dashboards[0], DASHBOARDS_WICK_URL));
	buf_release(&small);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("exporters/dashboards");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, each_is_the_one_that_is_checked_in);
	tcase_add_test(tcase, what_grafana_is_provisioned_with_is_what_is_checked_in);
	tcase_add_test(tcase, a_source_that_is_not_there_is_not_linked_to);
	tcase_add_test(tcase, names_are_unique_and_found);
	tcase_add_test(tcase, an_address_is_a_text_and_nothing_else);
	tcase_add_test(tcase, one_that_is_too_large_is_refused);
	return unit_run("exporters/dashboards", tcase);
}
