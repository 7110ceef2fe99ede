/* Runbooks: all are there and whole, filled in for every kind of SLI, and inert whatever an SLO is called. */
#include "exporters/alerting/names.h"
#include "exporters/alerting/runbook.h"
#include "tests/unit/results_fixture.h"
#include "tests/unit/unit.h"

#include "base/limits.h"

static struct buf out;
static struct arena arena;

static void setup(void)
{
	buf_init(&out, MIB(1));
	arena_init(&arena);
}

static void teardown(void)
{
	buf_release(&out);
	arena_release(&arena);
}

START_TEST(every_alert_of_an_slo_has_a_runbook_and_each_of_them_every_section)
{
	for (size_t kind = 0; kind < TIER_KINDS; kind++)
		ck_assert_ptr_nonnull(runbook_named(str_of(alert_runbooks[kind])));
	for (const struct runbook *runbook = runbooks; runbook->name; runbook++) {
		buf_clear(&out);
		ck_assert(runbook_write_markdown(&out, runbook, NULL));
		for (size_t i = 0; i < RUNBOOK_SECTIONS; i++) {
			ck_assert_msg(runbook->sections[i] && runbook->sections[i][0], "%s: %s", runbook->name,
				      runbook_headings[i]);
			ck_assert_ptr_nonnull(strstr(out.at, runbook_headings[i]));
		}
		ck_assert_msg(!strpbrk(out.at, "{}") || strstr(out.at, "{way="), "%s: %s", runbook->name, out.at);
	}
}
END_TEST

static struct slo slo_of(enum sli_kind kind)
{
	struct slo slo = fixture_slo(&arena, "", "shop", "availability");

	slo.sli.kind = kind;
	slo.sli.metric.text = STR("m{a=\"b\"}");
	slo.sli.total.text = STR("all_total");
	slo.sli.bad.text = STR("bad_total{code=~\"5..\"}");
	slo.sli.limit = 0.25;
	slo.sli.comparison = IS_AT_MOST;
	return slo;
}

static const struct {
	enum sli_kind kind;
	const char *says;
} kinds[] = {
	{SLI_EVENTS, "What counts as bad: `bad_total{code=~\"5..\"}`. Of all: `all_total`."},
	{SLI_LATENCY, "What counts as bad: requests slower than 0.25 in `m{a=\"b\"}`. Of all: all of its requests."},
	{SLI_PROBE, "What counts as bad: steps in which `m{a=\"b\"}` is 0. Of all: all steps."},
	{SLI_THRESHOLD, "What counts as bad: steps in which `m{a=\"b\"}` is not <= 0.25. Of all: all steps."},
	{SLI_RATIO, "What counts as bad: `bad_total{code=~\"5..\"}`. Of all: all steps."},
};

START_TEST(an_slos_runbook_has_its_names_and_queries)
{
	struct slo slo = slo_of(kinds[_i].kind);

	ck_assert(runbook_write_markdown(&out, runbook_named(STR("error-budget-burn")), &slo));
	ck_assert_ptr_nonnull(strstr(out.at, "# The error budget of shop/availability burns too fast\n"));
	ck_assert_ptr_nonnull(strstr(out.at, "The objective is 99.5% over 30d."));
	ck_assert_msg(strstr(out.at, kinds[_i].says) != NULL, "%s", out.at);
	ck_assert_ptr_nonnull(strstr(out.at, "\n1. Break "));
}
END_TEST

START_TEST(the_teams_own_comes_first)
{
	struct slo slo = slo_of(SLI_EVENTS);
	struct alerting alerting = {.runbook = STR("https://wiki.example/?a=1&b=2")};

	slo.alerting = &alerting;
	ck_assert(runbook_write_markdown(&out, runbook_named(STR("error-budget-burn")), &slo));
	ck_assert_ptr_nonnull(
		strstr(out.at, "fast\n\nThe team's own runbook comes first: <https://wiki.example/?a=1&b=2>\n\n## "));
	buf_clear(&out);
	ck_assert(runbook_write_html(&out, runbook_named(STR("error-budget-burn")), &slo));
	ck_assert_ptr_nonnull(strstr(
		out.at,
		"<a href=\"https://wiki.example/?a=1&amp;b=2\">https://wiki.example/?a=1&amp;b=2</a></p>\n<h2>"));
}
END_TEST

START_TEST(hostile_texts_come_out_inert)
{
	struct slo slo = slo_of(SLI_EVENTS);

	slo.description = STR("<script>alert(1)</script> {slo} & \"x\"");
	slo.sli.bad.text = STR("a``b\n# <b> {window}");
	ck_assert(runbook_write_html(&out, runbook_named(STR("error-budget-burn")), &slo));
	ck_assert_ptr_null(strstr(out.at, "<script"));
	ck_assert_ptr_null(strstr(out.at, "<b>"));
	ck_assert_ptr_nonnull(strstr(out.at, "&lt;script&gt;alert(1)&lt;/script&gt; {slo} &amp;"));
	buf_clear(&out);
	ck_assert(runbook_write_markdown(&out, runbook_named(STR("error-budget-burn")), &slo));
	ck_assert_ptr_nonnull(strstr(out.at, "``` a``b # <b> {window} ```"));
	ck_assert_ptr_nonnull(strstr(out.at, "\\<script\\>alert\\(1\\)\\</script\\> \\{slo\\} \\& "));
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("exporters/runbook");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, every_alert_of_an_slo_has_a_runbook_and_each_of_them_every_section);
	tcase_add_loop_test(tcase, an_slos_runbook_has_its_names_and_queries, 0, (int)COUNT_OF(kinds));
	tcase_add_test(tcase, hostile_texts_come_out_inert);
	tcase_add_test(tcase, the_teams_own_comes_first);
	return unit_run("exporters/runbook", tcase);
}
