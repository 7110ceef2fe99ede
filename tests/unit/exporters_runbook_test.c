/* Runbooks: all are there and whole, filled in for every kind of SLI, and inert whatever an SLO is called. */
#include "exporters/alerting/names.h"
#include "exporters/alerting/packs.h"
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

/* A brace outside of code is a place that nobody fills in. */
static bool place_left_open(const char *markdown)
{
	bool code = false;

	for (const char *c = markdown; *c; c++) {
		code = *c == '`' ? !code : code;
		if (!code && (*c == '{' || *c == '}'))
			return true;
	}
	return code; /* nor is code without an end */
}

/* A line says something, and ends. */
static void is_whole(const struct runbook *runbook, size_t section)
{
	const char *const *lines = runbook->sections[section];

	ck_assert_msg(lines && lines[0], "%s: %s", runbook->name, runbook_headings[section]);
	for (size_t i = 0; lines[i]; i++) {
		size_t len = strlen(lines[i]);

		ck_assert_msg(len > 5 && (strchr(".:?)", lines[i][len - 1]) || str_is(str_of(lines[i]), "{promise}")),
			      "%s: %s", runbook->name, lines[i]);
	}
}

START_TEST(every_runbook_has_every_section)
{
	const struct runbook *runbook;

	for (size_t i = 0; (runbook = runbook_at(i)) != NULL; i++) {
		buf_clear(&out);
		ck_assert(runbook_write_markdown(&out, runbook, NULL));
		for (size_t section = 0; section < RUNBOOK_SECTIONS; section++) {
			is_whole(runbook, section);
			ck_assert_ptr_nonnull(strstr(out.at, runbook_headings[section]));
		}
		ck_assert_msg(!place_left_open(out.at), "%s: %s", runbook->name, out.at);
		ck_assert_ptr_eq(runbook_named(str_of(runbook->name)), runbook); /* no two of one name */
	}
}
END_TEST

START_TEST(every_alert_of_an_slo_has_a_runbook)
{
	for (size_t kind = 0; kind < TIER_KINDS; kind++)
		ck_assert_ptr_nonnull(runbook_named(str_of(alert_runbooks[kind])));
}
END_TEST

/* As an alert of wick's own: who reads it at night knows how bad it is, what it means, and what to do first. */
static void is_complete(const struct rule *rule)
{
	const struct runbook *runbook = runbook_named(str_of(rule->runbook));
	size_t steps = 0;

	ck_assert_msg(runbook != NULL, "%s has no runbook '%s'", rule->name, rule->runbook);
	while (runbook->sections[2][steps])
		steps++;
	ck_assert_msg(steps == 3, "%s has %zu first steps", runbook->name, steps);
	ck_assert_msg(rule->for_ && rule->for_[0], "%s", rule->name);
	ck_assert_msg(str_is(str_of(rule->severity), "page") || str_is(str_of(rule->severity), "ticket"), "%s",
		      rule->name);
	ck_assert_msg(strstr(rule->summary, "{{ $labels.") || strstr(rule->summary, "$value"), "%s", rule->name);
	ck_assert_msg(strlen(rule->description) > 20, "%s", rule->name);
}

START_TEST(every_alert_of_a_pack_has_a_severity_a_time_and_a_runbook_with_three_first_steps)
{
	size_t alerts = 0;

	for (const struct pack_group *group = pack_groups; group->rules; group++)
		for (const struct rule *rule = group->rules; rule->name; rule++) {
			ck_assert_msg(rule->expr && rule->expr[0], "%s", rule->name);
			ck_assert_msg(!strchr(rule->expr, '$'), "%s is about wick's job", rule->name);
			if (rule->summary)
				is_complete(rule);
			alerts += rule->summary != NULL;
		}
	ck_assert_uint_ge(alerts, 20);
}
END_TEST

START_TEST(every_runbook_of_a_pack_has_an_alert)
{
	const struct runbook *const tables[] = {host_runbooks, blackbox_runbooks, delivery_runbooks,
						prometheus_runbooks};

	for (size_t i = 0; i < COUNT_OF(tables); i++)
		for (const struct runbook *runbook = tables[i]; runbook->name; runbook++) {
			size_t found = 0;

			for (const struct pack_group *group = pack_groups; group->rules; group++)
				for (const struct rule *rule = group->rules; rule->name; rule++)
					found += rule->runbook && str_is(str_of(runbook->name), rule->runbook);
			ck_assert_msg(found > 0, "%s", runbook->name);
		}
}
END_TEST

static const struct {
	const char *list;
	unsigned packs;
	const char *error;
} lists[] = {
	{"host", PACK_HOST, NULL},
	{"prometheus,host", PACK_HOST | PACK_PROMETHEUS, NULL},
	{"host,blackbox,delivery,prometheus,host", PACK_HOST | PACK_BLACKBOX | PACK_DELIVERY | PACK_PROMETHEUS, NULL},
	{"", 0, "there is no pack '': there are host, blackbox, delivery and prometheus"},
	{"host,", 0, "there is no pack '': there are host, blackbox, delivery and prometheus"},
	{"host, blackbox", 0, "there is no pack ' blackbox': there are host, blackbox, delivery and prometheus"},
	{"Host", 0, "there is no pack 'Host': there are host, blackbox, delivery and prometheus"},
};

START_TEST(packs_are_named_in_a_list)
{
	struct err err = {0};
	unsigned packs = 0;

	ck_assert_int_eq(packs_read(str_of(lists[_i].list), &packs, &err), lists[_i].error == NULL);
	if (lists[_i].error)
		ck_assert_str_eq(err.text, lists[_i].error);
	else
		ck_assert_uint_eq(packs, lists[_i].packs);
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
	ck_assert_ptr_nonnull(strstr(out.at, "\n1. See whether all of it fails or a part: "));
}
END_TEST

START_TEST(the_runbook_of_a_composite_leads_to_its_worst_member)
{
	struct slo cart = slo_of(SLI_EVENTS), journey = slo_of(SLI_COMPOSITE);
	struct composite_member members[] = {{STR("shop/cart"), 2, &cart, {0}}, {STR("shop/pay"), 1, &cart, {0}}};
	struct composite composite = {WEIGHTED_EQUALLY, MISSING_IGNORED, {0}, members, 2};

	journey.sli.composite = &composite;
	ck_assert(runbook_write_markdown(&out, runbook_named(STR("error-budget-burn")), &journey));
	ck_assert_msg(strstr(out.at,
			     "What counts as bad: what is bad of its members, `shop/cart` (weight 2), `shop/pay`. "
			     "Of all: all of their time.") != NULL,
		      "%s", out.at);
	ck_assert_ptr_nonnull(strstr(out.at, "`sort_desc(wick_slo_burn_rate{window=\"1h\",service=~\"shop\",slo=~\""
					     "availability\"})` has its members, the one that burns fastest first"));
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
	tcase_add_test(tcase, every_runbook_has_every_section);
	tcase_add_test(tcase, every_alert_of_an_slo_has_a_runbook);
	tcase_add_test(tcase, every_alert_of_a_pack_has_a_severity_a_time_and_a_runbook_with_three_first_steps);
	tcase_add_test(tcase, every_runbook_of_a_pack_has_an_alert);
	tcase_add_loop_test(tcase, packs_are_named_in_a_list, 0, (int)COUNT_OF(lists));
	tcase_add_loop_test(tcase, an_slos_runbook_has_its_names_and_queries, 0, (int)COUNT_OF(kinds));
	tcase_add_test(tcase, hostile_texts_come_out_inert);
	tcase_add_test(tcase, the_runbook_of_a_composite_leads_to_its_worst_member);
	tcase_add_test(tcase, the_teams_own_comes_first);
	return unit_run("exporters/runbook", tcase);
}
