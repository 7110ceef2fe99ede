/* The window before a window: by a month of which the numbers are known on paper, seen from the one that follows. */
#include "exporters/delivery/earlier.h"

#include "base/limits.h"
#include "exporters/delivery/shown.h"
#include "exporters/pages/pages.h"
#include "tests/unit/dora_results_fixture.h"
#include "tests/unit/results_fixture.h"
#include "unit.h"

#include <stdio.h>

static struct dora_fixture dora;
static struct dora_result *shop = &dora.list[1];

/* The 30 days move on by 30: what was in them is what came before. */
static void begin(void)
{
	struct dora_metrics *metrics = &shop->windows[SHOWN_30D];

	dora_fixture_init(&dora);
	dora.shop.since.ms = metrics->window.from.ms;
	metrics->window.from = metrics->window.to;
	metrics->window.to.ms += 30 * SPAN_DAY;
}

START_TEST(it_has_the_numbers_of_the_days_before)
{
	struct dora_result earlier = dora_earlier(shop, SHOWN_30D, STR("before"));
	const struct dora_metrics *metrics = &earlier.windows[SHOWN_30D];

	ck_assert(dora_window_shown(&earlier, SHOWN_30D));
	ck_assert(str_is(metrics->window.name, "before"));
	ck_assert_uint_eq(metrics->deployments, 5);
	ck_assert_uint_eq(metrics->failed, 2);
	ck_assert_double_eq(metrics->lead.p50, 9000);
	ck_assert_double_eq(metrics->recovery.p50, 5400);
	ck_assert_double_eq(metrics->rework_ratio, 0.2);
	ck_assert_int_eq(shop->windows[SHOWN_30D].window.to.ms - metrics->window.to.ms, 30 * SPAN_DAY);
}
END_TEST

START_TEST(what_the_history_does_not_hold_as_a_whole_is_not_shown)
{
	struct dora_result earlier;

	dora.shop.since.ms++;
	shop->complete = true;
	earlier = dora_earlier(shop, SHOWN_30D, STR("before"));
	ck_assert(!dora_window_shown(&earlier, SHOWN_30D));
}
END_TEST

START_TEST(both_pages_show_it_beside_the_number)
{
	struct fixture fixture;
	struct page_query query = {.len = 0};
	struct page_source source = {.results = &fixture.results, .health = &fixture.health, .query = &query};
	struct buf out;

	fixture_init(&fixture);
	buf_init(&out, LIMIT_HTTP_RESPONSE_BYTES);
	fixture.results.deliveries = &dora.results;
	fixture.health.delivery.services = 2;
	ck_assert(dora_page_write(&out, &source));
	ck_assert_msg(strstr(out.at, "<span class=\"soft\">before 2h 30m</span></td>") != NULL, "%s", out.at);
	ck_assert_ptr_nonnull(strstr(out.at, "<span class=\"soft\">before 40.0 %</span></td>"));
	buf_clear(&out);
	ck_assert(service_page_write(&out, &source, STR("shop")));
	ck_assert_ptr_nonnull(strstr(out.at, "<tr><th scope=\"row\">the 30d before</th><td class=\"num\">5</td>"));
	for (int i = 0; i < 4; i++) {
		static const char *const ids[] = {"deployments", "lead-time", "failures", "recovery"};
		char figure[64];

		snprintf(figure, sizeof(figure), "id=\"%s\"", ids[i]);
		ck_assert_msg(strstr(out.at, figure) != NULL, "there is no %s", figure);
	}
	buf_release(&out);
	fixture_release(&fixture);
}
END_TEST

UNIT_MAIN_IN("exporters/earlier", begin, NULL, it_has_the_numbers_of_the_days_before,
	     what_the_history_does_not_hold_as_a_whole_is_not_shown, both_pages_show_it_beside_the_number)
