/* The pages: goldens of each with data, what is said without, and what someone wrote comes out inert everywhere. */
#include "base/limits.h"
#include "exporters/delivery/api.h"
#include "exporters/pages/pages.h"
#include "exporters/policy.h"
#include "tests/unit/dora_results_fixture.h"
#include "tests/unit/golden.h"
#include "tests/unit/html_check.h"
#include "tests/unit/results_fixture.h"

#include <jansson.h>

enum { PAGE_MOST = 100000, MANY = 1000 };

static struct fixture fixture;
static struct dora_fixture dora;
static struct page_query query;
static struct page_source source;
static struct arena arena;
static struct buf out;

static void begin(void)
{
	fixture_init(&fixture);
	arena_init(&arena);
	buf_init(&out, LIMIT_HTTP_RESPONSE_BYTES);
	query.len = 0;
	source = (struct page_source){.results = &fixture.results, .health = &fixture.health, .query = &query};
	fixture.results.lookback.ms = 5 * SPAN_MINUTE;
	fixture.results.horizon.ms = 6 * SPAN_HOUR;
}

static void end(void)
{
	buf_release(&out);
	arena_release(&arena);
	fixture_release(&fixture);
}

static const struct page {
	const char *name;
	bool (*write)(struct buf *out, const struct page_source *source);
} pages[] = {
	{"slos", slos_page_write},     {"calendar", calendar_page_write}, {"dora", dora_page_write},
	{"policy", policy_page_write}, {"status", status_page_write},
};

static size_t times(const char *text)
{
	size_t n = 0;

	for (const char *at = out.at; (at = strstr(at, text)); at += strlen(text))
		n++;
	return n;
}

/* Thirty days of which the fourth is not known; each half day 68 of 20000 events are bad. */
static void give_curve(struct slo_result *result)
{
	static struct recent_step recent[RECENT_SHOWN];
	struct curve *curve = arena_alloc(&arena, sizeof(*curve));

	curve->references = 1;
	curve->from = result->budgets->from;
	curve->to.ms = result->budgets->to.ms - 5 * SPAN_MINUTE;
	curve->slot.ms = 12 * SPAN_HOUR;
	while (curve->len < CURVE_SLOTS && (!curve->len || curve_end(curve, curve->len - 1).ms < curve->to.ms)) {
		bool known = curve->len != 6 && curve->len != 7;

		curve->bad[curve->len] = known ? 68 : 0;
		curve->total[curve->len] = known ? 20000 : 0;
		curve->known[curve->len++] = known ? CURVE_KNOWN : 0;
	}
	for (int i = 0; i < RECENT_SHOWN; i++)
		recent[i] = (struct recent_step){(float)i, 100, (uint8_t)(i % 3), i == 4};
	result->curve = curve;
	result->recent = recent;
}

static void give_window(struct slo_result *result)
{
	result->budgets->to = result->counted_to;
	result->budgets->from.ms = result->counted_to.ms - 30 * SPAN_DAY;
	result->budgets->elapsed = 1;
}

/* An SLO with everything that a page can show. */
static struct slo_result *give_everything(struct slo slo)
{
	static struct exclusion drill = {
		.when_text = STR_INIT("2023-11-01T00:00 UTC, 6h"),
		.reason = STR_INIT("a drill"),
		.author = STR_INIT("ops"),
		.when = {.start = 1698796800, .last = 1698796800, .until = {INT64_MAX}, .seconds = 6 * 3600}};
	static const struct exclusion *exclusions[] = {&drill};
	static const struct adjustment counted_twice = {
		.at = {1699000000000}, .bad = -2000, .reason = STR_INIT("counted twice"), .author = STR_INIT("ops")};
	static const struct adjustment *adjustments[] = {&counted_twice};
	static struct corrections corrections = {exclusions, 1, adjustments, 1};
	static struct period_record october = {.window = STR_INIT("month"),
					       .name = STR_INIT("2023-10"),
					       .begin = {1696118400000},
					       .end = {1698796800000},
					       .objective = 0.995,
					       .counts = {3000, 900000, 44640, 0},
					       .steps = 44640,
					       .counted = {3000, 900000, 44640, 0},
					       .counted_steps = 44640,
					       .closed_at = {1698800400000}};
	static struct period_record september = {.window = STR_INIT("month"),
						 .name = STR_INIT("2023-09"),
						 .begin = {1693526400000},
						 .end = {1696118400000},
						 .objective = 0.99,
						 .counts = {9100, 900000, 20000, 0},
						 .steps = 43200,
						 .counted = {9000, 900000, 20000, 0},
						 .counted_steps = 43200,
						 .adjusted_bad = 100,
						 .closed_at = {1696122000000}};
	static const struct period_record *periods[] = {&september, &october};
	struct err err = {0};
	struct slo_result *result;

	drill.when.zone = zone_find(STR("UTC"), &err);
	slo.corrections = &corrections;
	slo.sli = (struct sli){.kind = SLI_EVENTS,
			       .bad = {STR("http_requests_total{code=~\"5..\"}"), {0}},
			       .total = {STR("http_requests_total"), {0}}};
	slo.policy = &policy_default;
	slo.policy_ref.name = STR("default");
	slo.place = (struct place){"slo/shop.yaml", 7, 5};
	result = fixture_add(&fixture, slo, 4000);
	give_window(result);
	fixture_correct(&fixture, result);
	result->exclusion = &drill;
	give_curve(result);
	result->level = POLICY_APPROVAL;
	result->periods = periods;
	result->periods_len = 2;
	result->alerts = arena_array(&arena, slo.alerting->len, sizeof(*result->alerts));
	result->alerts[0] = (struct alert){
		.state = {.phase = ALERT_FIRING, .active_at = {1699990000000}, .fired_at = {1699990060000}},
		.value = 20,
		.value_short = 18,
		.bad = 200,
		.total = 2000};
	result->alerts[1].state = (struct alert_state){.fired_at = {1699000000000}, .resolved_at = {1699003600000}};
	return result;
}

/* Of a tier that is gone, of another group, of before the window, and two that the page has to show. */
static void give_firings(void)
{
	static struct label items = {STR_INIT("route"), STR_INIT("/items")};
	static struct firing list[] = {
		{.fired_at = {1690000000000}, .resolved_at = {1690000600000}, .tier = STR_INIT("page-fast")},
		{.fired_at = {1698900000000}, .resolved_at = {1698900600000}, .tier = STR_INIT("page-old")},
		{.fired_at = {1698990000000}, .tier = STR_INIT("of-a-group"), .group = {&items, 1}},
		{.fired_at = {1699000000000}, .resolved_at = {1699003600000}, .tier = STR_INIT("page-slow")},
		{.fired_at = {1699990060000}, .tier = STR_INIT("page-fast")},
	};
	static const struct firing_list firings = {list, COUNT_OF(list), {1698000000000}};

	for (size_t i = 0; i < COUNT_OF(list); i++) {
		list[i].slo_id = STR("shop/checkout");
		list[i].severity = STR("page");
	}
	fixture.results.firings = &firings;
}

static void fill(void)
{
	static struct slo_window windows[2] = {{.span = {30 * SPAN_DAY}, .name = STR_INIT("30d")},
					       {.calendar = true, .span = {30 * SPAN_DAY}, .name = STR_INIT("month")}};
	struct slo slo = fixture_slo(&fixture.arena, "", "shop", "checkout");
	struct slo_result *whole, *grouped;

	slo.windows = windows;
	slo.windows_len = 2;
	slo.labels = FIXTURE_LABELS(&fixture.arena, "team", "core");
	slo.description = STR("Orders that are taken");
	slo.display_name = STR("Checkout");
	whole = give_everything(slo);
	whole->budgets[1] = whole->budgets[0];
	grouped = fixture_add(&fixture, fixture_slo(&fixture.arena, "eu", "cart", "latency"), 6000);
	grouped->group = FIXTURE_LABELS(&fixture.arena, "route", "/items");
	give_window(grouped);
	fixture_add(&fixture, fixture_slo(&fixture.arena, "", "mail", "sent"), -1)->reason =
		STR("nothing is known of its window");
	fixture.list[2].state = DATA_NO_DATA;
	dora_fixture_init(&dora);
	fixture.results.deliveries = &dora.results;
	fixture.health.delivery.services = 2;
	give_firings();
}

static void check(const char *name)
{
	html_check(buf_view(&out), name);
	ck_assert_msg(out.len < PAGE_MOST, "%s has %zu bytes", name, out.len);
	ck_assert_msg(!out.full, "%s", name);
}

static void check_golden(const char *name)
{
	struct buf path;

	check(name);
	buf_init(&path, LIMIT_LINE_BYTES);
	buf_fmt(&path, "tests/data/pages/%s.html", name);
	golden_check(path.at, buf_view(&out));
	buf_release(&path);
	buf_clear(&out);
}

START_TEST(each_page_is_as_it_was_read)
{
	fill();
	for (size_t i = 0; i < COUNT_OF(pages); i++) {
		ck_assert(pages[i].write(&out, &source));
		check_golden(pages[i].name);
	}
	ck_assert(slo_page_write(&out, &source, STR("shop/checkout")));
	check_golden("slo");
	ck_assert(service_page_write(&out, &source, STR("shop")));
	check_golden("service");
	ck_assert(runbook_page_write(&out, &source, STR("error-budget-burn/shop/checkout")));
	check("runbook");
}
END_TEST

/* Worked out by hand: half of 4000 bad events were taken away, so 2000 of 5000 are spent. */
START_TEST(the_page_of_an_slo_has_its_sums_and_its_gaps)
{
	fill();
	ck_assert(slo_page_write(&out, &source, STR("shop/checkout")));
	ck_assert_ptr_nonnull(strstr(out.at, "Left is 1 − 2000 / 5000 = 60.0%."));
	/* 68 bad events are 1.36 % of the budget; two slots of half a day are not known; at the end 4012 less the 2000
	 * that were adjusted */
	ck_assert_msg(strstr(out.at, "<td class=\"num\">98.6%</td>") != NULL, "%s", out.at);
	ck_assert_ptr_nonnull(strstr(out.at, "<td class=\"num\">91.8%</td>"));
	ck_assert_ptr_nonnull(strstr(out.at, "<td class=\"num\">59.7%</td>"));
	ck_assert_ptr_nonnull(strstr(out.at, "<td class=\"num\">-</td>"));
	ck_assert_ptr_nonnull(strstr(out.at, "class=\"band bad\""));  /* it fires */
	ck_assert_ptr_nonnull(strstr(out.at, "class=\"band soft\"")); /* the drill */
	ck_assert_ptr_nonnull(strstr(out.at, "does not count, in force now"));
	ck_assert_ptr_nonnull(strstr(out.at, "http_requests_total{code=~&quot;5..&quot;}"));
	ck_assert_ptr_nonnull(strstr(out.at, "<td class=\"bad\">firing</td>"));
	ck_assert_ptr_nonnull(strstr(out.at, "nothing is known</td>"));
	ck_assert_ptr_nonnull(strstr(out.at, "What that has changed"));
}
END_TEST

/* Five deployments of October 2026, of which the third and the fourth are an hour apart. */
START_TEST(deployments_that_are_near_each_other_are_one_mark)
{
	struct slo_result *result;

	fill();
	dora.shop_delivery.environments = &dora.environment;
	dora.shop_delivery.environments_len = 1;
	result = &fixture.list[0];
	result->counted_to = result->budgets->to = DORA_NOW;
	result->budgets->from.ms = DORA_NOW.ms - 30 * SPAN_DAY;
	give_curve(result);
	ck_assert(slo_page_write(&out, &source, STR("shop/checkout")));
	html_check(buf_view(&out), "with deployments");
	ck_assert_uint_eq(times("class=\"event "), 2 * 4);
	ck_assert_uint_eq(times("class=\"event bad\""), 2 * 2);
	ck_assert_uint_eq(times("2 deployments from 2026-10-20T09:00:00Z on, 1 failed"), 2);
	ck_assert_uint_eq(times("bbbbbbb deployed, 2026-10-10T12:00:00Z<"), 2);
	ck_assert_uint_eq(times("<a href=\"https://host.example/run?a=1&amp;b=2\" rel=\"noreferrer\">"), 5);
}
END_TEST

START_TEST(a_group_is_found_by_its_name_in_the_address)
{
	struct page_query group = {.len = 1};

	fill();
	ck_assert(!slo_page_write(&out, &source, STR("shop/nothing")));
	buf_clear(&out);
	group.at[0] = (struct page_parameter){STR("group"), STR("0123456789abcdef")};
	source.query = &group;
	ck_assert(slo_page_write(&out, &source, STR("eu/cart/latency")));
	ck_assert_ptr_nonnull(strstr(out.at, "This group is not there any more"));
	html_check(buf_view(&out), "a group that is gone");
	/* FNV-1a of {route="/items"}, by another implementation */
	group.at[0].value = STR("ac85586cbda95d46");
	buf_clear(&out);
	ck_assert(slo_page_write(&out, &source, STR("eu/cart/latency")));
	ck_assert_msg(strstr(out.at, "This group is not there any more") == NULL, "%s", out.at);
}
END_TEST

START_TEST(without_data_nothing_is_made_up)
{
	struct slo_result *result = fixture_add(&fixture, fixture_slo(&fixture.arena, "", "a", "b"), -1);

	ck_assert(slo_page_write(&out, &source, STR("a/b")));
	check("an SLO of which nothing is known");
	ck_assert_ptr_nonnull(strstr(out.at, "Nothing is counted yet."));
	ck_assert_ptr_nonnull(strstr(out.at, "There is no number to explain"));
	ck_assert_ptr_null(strstr(out.at, "100.0%"));
	buf_clear(&out);
	result->counted_to = result->budgets->to = (struct instant){1700000000000};
	result->budgets->from.ms = 1700000000000 - 30 * SPAN_DAY;
	give_curve(result);
	memset(result->curve->known, 0, sizeof(result->curve->known));
	ck_assert(slo_page_write(&out, &source, STR("a/b")));
	check("an SLO whose window holds no data");
	ck_assert_uint_eq(times("Nothing is known: there is nothing to draw."), 2);
	ck_assert_ptr_null(strstr(out.at, "100.0%</td>"));
}
END_TEST

START_TEST(before_the_first_results_every_page_says_so)
{
	static const struct health starting = {.store_ok = true, .reload_ok = true};

	source.results = NULL;
	source.health = &starting;
	for (size_t i = 0; i < COUNT_OF(pages); i++) {
		buf_clear(&out);
		ck_assert(pages[i].write(&out, &source));
		check(pages[i].name);
		ck_assert_msg(strstr(out.at, "wick has just started") != NULL, "%s", pages[i].name);
	}
	ck_assert(!slo_page_write(&out, &source, STR("a/b")));
	ck_assert(!service_page_write(&out, &source, STR("a")));
}
END_TEST

START_TEST(without_anything_to_show_every_page_says_what_is_missing)
{
	static const char *const texts[] = {"No SLOs are defined.", "No SLO has a calendar window",
					    "No definition says how a service is delivered.", "wick&#39;s own",
					    "<td class=\"num\">"};

	for (size_t i = 0; i < COUNT_OF(pages); i++) {
		buf_clear(&out);
		ck_assert(pages[i].write(&out, &source));
		check(pages[i].name);
		ck_assert_msg(strstr(out.at, texts[i]) != NULL || i == 4, "%s", pages[i].name);
	}
}
END_TEST

static const char *const hostile[] = {
	"<script>alert(1)</script>",
	"\"'><img src=x onerror=alert(1)>",
	"a\nb\r\nc\x01\x7f",
	"\xd7\x90\xd7\x91\xe2\x80\xae\xe2\x81\xa6",
	"]]>--></style></title></svg>",
	"\xff\xfe{{7*7}}&lt;&amp;",
	"javascript:alert(1)",
};

/* Ten thousand bytes of markup. */
static struct str long_name(void)
{
	char *text = arena_alloc(&arena, 10001);

	for (size_t i = 0; i < 10000; i++)
		text[i] = "<b>\"x\"&"[i % 7];
	return (struct str){text, 10000};
}

/* Names are no longer than that: the loaders see to it. */
static struct str name_of(struct str bad)
{
	return str_slice(bad, 0, bad.len < LIMIT_NAME_BYTES ? bad.len : LIMIT_NAME_BYTES);
}

static void be_hostile(struct str bad)
{
	struct slo slo = fixture_slo(&fixture.arena, "", "a", "b");
	struct tier *tiers;
	struct alerting *alerting = arena_alloc(&arena, sizeof(*alerting));
	struct slo_window *windows = arena_array(&arena, 2, sizeof(*windows));
	struct label *labels = arena_array(&arena, 1, sizeof(*labels));
	struct exclusion *exclusion = arena_alloc(&arena, sizeof(*exclusion));
	const struct exclusion **exclusions = arena_alloc(&arena, sizeof(struct exclusion *));
	struct period_record *record = arena_alloc(&arena, sizeof(*record));
	const struct period_record **records = arena_alloc(&arena, sizeof(struct period_record *));
	struct corrections *corrections = arena_alloc(&arena, sizeof(*corrections));
	struct slo_result *result;
	struct err err = {0};

	labels[0] = (struct label){bad, bad};
	*alerting = *slo.alerting;
	tiers = arena_array(&arena, alerting->len, sizeof(*tiers));
	memcpy(tiers, alerting->tiers, alerting->len * sizeof(*tiers));
	tiers[0].name = tiers[0].severity = bad;
	alerting->tiers = tiers;
	alerting->runbook = bad;
	windows[0] = (struct slo_window){.span = {30 * SPAN_DAY}, .name = bad};
	windows[1] = (struct slo_window){.calendar = true, .span = {30 * SPAN_DAY}, .name = bad};
	*exclusion = (struct exclusion){.when_text = bad, .reason = bad, .author = bad};
	exclusion->when = (struct recurrence){.zone = zone_find(STR("UTC"), &err),
					      .start = 1699000000,
					      .last = 1699000000,
					      .until = {INT64_MAX},
					      .seconds = 3600};
	exclusions[0] = exclusion;
	*corrections = (struct corrections){exclusions, 1, NULL, 0};
	*record = (struct period_record){.window = bad,
					 .name = bad,
					 .begin = {1690000000000},
					 .end = {1693000000000},
					 .objective = 0.9,
					 .counts = {1, 10, 10, 0},
					 .steps = 10};
	records[0] = record;
	slo.service = slo.name = slo.id = slo.namespace_ = name_of(bad);
	slo.description = slo.display_name = bad;
	slo.labels = (struct labels){labels, 1};
	slo.alerting = alerting;
	slo.windows = windows;
	slo.windows_len = 2;
	slo.corrections = corrections;
	slo.policy_ref.name = bad;
	slo.sli = (struct sli){.kind = SLI_EVENTS, .bad = {bad, {0}}, .good = {bad, {0}}, .total = {bad, {0}}};
	result = fixture_add(&fixture, slo, 100);
	result->group = slo.labels;
	result->reason = bad;
	result->state = DATA_ERROR;
	result->periods = records;
	result->periods_len = 1;
	give_window(result);
	result->budgets[1] = result->budgets[0];
	give_curve(result);
	result->alerts = arena_array(&arena, alerting->len, sizeof(*result->alerts));
	result->alerts[0].state =
		(struct alert_state){.phase = ALERT_FIRING, .active_at = {1699990000000}, .fired_at = {1699990060000}};
}

static void be_hostile_elsewhere(struct str bad)
{
	static struct health_pager pager;
	static struct health_teller teller;

	fixture.sources[0].name = fixture.sources[0].url = fixture.sources[0].error = bad;
	fixture.sources[0].up = false;
	fixture.broken[0].path = fixture.broken[0].error = bad;
	fixture.health.not_ready = fixture.health.store_error = fixture.health.version = bad;
	fixture.health.ready = fixture.health.store_ok = false;
	pager.url = teller.url = teller.error = bad;
	fixture.health.pagers = &pager;
	fixture.health.tellers = &teller;
	fixture.health.pagers_len = fixture.health.tellers_len = 1;
	fixture.health.silences_asked = true;
	fixture.health.delivery = (struct health_delivery){
		.services = 1, .asked = true, .host = bad, .error = bad, .refused = bad, .facts_error = bad};
	dora_fixture_init(&dora);
	dora.list[0].name = dora.list[1].name = dora.list[1].environment = name_of(bad);
	dora.list[1].repository = name_of(bad);
	dora.list[1].error = str_slice(bad, 0, bad.len < sizeof(struct err) ? bad.len : sizeof(struct err));
	dora.shop_delivery.service = bad;
	dora.environment.name = bad;
	dora.incidents[0].name = dora.incidents[0].url = bad;
	dora.incidents[1].name = dora.incidents[1].url = bad;
	for (size_t i = 0; i < COUNT_OF(dora.attempts); i++)
		dora.attempts[i].url = bad;
	for (size_t i = 0; i < COUNT_OF(dora.deployments); i++)
		dora.deployments[i].sha = bad;
	fixture.results.deliveries = &dora.results;
}

static void check_hostile(struct str bad, const char *about)
{
	struct page_query asked = {.len = 0};

	static const char *const names[] = {"q",    "service", "team",   "label",      "state",
					    "sort", "window",  "before", "environment"};

	be_hostile(bad);
	be_hostile_elsewhere(bad);
	for (size_t i = 0; i < 2 * COUNT_OF(pages); i++) {
		source.query = i % 2 ? &asked : &query;
		buf_clear(&out);
		pages[i / 2].write(&out, &source);
		check(about);
		ck_assert_msg(times("<script") == 1, "%s", about);
		asked.len = COUNT_OF(names);
		for (size_t k = 0; k < COUNT_OF(names); k++)
			asked.at[k] = (struct page_parameter){str_of(names[k]), page_query_get(&query, "none")};
		for (size_t k = 0; k < COUNT_OF(names); k++)
			asked.at[k].value = str_slice(bad, 0, bad.len < 100 ? bad.len : 100);
	}
	source.query = &query;
	buf_clear(&out);
	ck_assert(slo_page_write(&out, &source, name_of(bad)));
	check("an SLO's page");
	ck_assert_ptr_null(strstr(out.at, "\xe2\x80\xae")); /* nothing turns the writing */
	buf_clear(&out);
	ck_assert(service_page_write(&out, &source, name_of(bad)));
	check("a service's page");
	ck_assert_ptr_null(strstr(out.at, "\xe2\x80\xae"));
}

START_TEST(what_someone_wrote_comes_out_inert_on_every_page)
{
	for (size_t i = 0; i < COUNT_OF(hostile); i++) {
		check_hostile(str_of(hostile[i]), hostile[i]);
		end();
		begin();
	}
	check_hostile(long_name(), "10 KB");
}
END_TEST

/* As many as fill every list, each with long texts. */
START_TEST(a_thousand_slos_fit_into_a_hundred_kilobytes)
{
	static struct slo_result list[MANY];
	static struct slo slos[MANY];
	struct str text = str_slice(long_name(), 0, 3000);

	for (size_t i = 0; i < MANY; i++) {
		slos[i] = fixture_slo(&arena, "", arena_fmt(&arena, "service-%zu", i).at, "availability-of-requests");
		slos[i].description = text;
		slos[i].labels = FIXTURE_LABELS(&arena, "team", "some-team");
		slos[i].policy = &policy_default;
		slos[i].policy_ref.name = STR("default");
		list[i] = fixture_counted(&slos[i], (double)i * 6);
		list[i].reason = text;
		list[i].level = POLICY_FREEZE;
	}
	fixture.results.list = list;
	fixture.results.len = MANY;
	for (size_t i = 0; i < COUNT_OF(pages); i++) {
		buf_clear(&out);
		ck_assert(pages[i].write(&out, &source));
		check(pages[i].name);
	}
	buf_clear(&out);
	ck_assert(slos_page_write(&out, &source));
	ck_assert_ptr_nonnull(strstr(out.at, "Part 1 of 25"));
	ck_assert_ptr_nonnull(strstr(out.at, "1000 budgets: "));
	ck_assert_ptr_nonnull(strstr(out.at, "166 spent")); /* 5000 are allowed: from 834 on 6 each */
}
END_TEST

static const struct {
	struct delivery_question question;
	enum delivery_answer answer;
	const char *text;
} questions[] = {
	{{STR_INIT("shop"), {0}, {0}, {0}}, DELIVERY_TOLD, "\"scope\": \"service\""},
	{{STR_INIT("shop"), STR_INIT("production"), STR_INIT("lead_time"), {0}},
	 DELIVERY_TOLD,
	 "\"metric\": \"lead_time\""},
	{{STR_INIT("shop"), {0}, STR_INIT("frequency"), STR_INIT("2026-10")}, DELIVERY_TOLD, "\"window\": \"2026-10\""},
	{{STR_INIT("shop"), STR_INIT("staging"), {0}, {0}}, DELIVERY_MISSING, "to this environment"},
	{{STR_INIT("platform"), {0}, {0}, {0}}, DELIVERY_MISSING, "nothing is known"}, /* a team is no service */
	{{STR_INIT("shop"), {0}, STR_INIT("lead_tine"), {0}}, DELIVERY_UNCLEAR, "there is 'lead_time'"},
	{{STR_INIT("shop"), {0}, STR_INIT("rework"), STR_INIT("8d")}, DELIVERY_UNCLEAR, "there is no window '8d'"},
};

START_TEST(deliveries_are_told_as_the_commands_tell_them)
{
	json_t *all, *one;
	struct buf part;

	dora_fixture_init(&dora);
	for (size_t i = 0; i < COUNT_OF(questions); i++) {
		struct err err = {0};

		buf_clear(&out);
		ck_assert_int_eq(delivery_json_write(&out, &dora.results, &questions[i].question, &err),
				 questions[i].answer);
		ck_assert_msg(strstr(questions[i].answer == DELIVERY_TOLD ? out.at : err.text, questions[i].text) !=
				      NULL,
			      "%s: %s%s", questions[i].text, err.text, out.at);
	}
	buf_clear(&out);
	buf_init(&part, LIMIT_OUTPUT_BYTES);
	ck_assert(deliveries_json_write(&out, &dora.results));
	delivery_json_write(&part, &dora.results, &questions[0].question, &(struct err){0});
	all = json_loadb(out.at, out.len, 0, NULL);
	one = json_loadb(part.at, part.len, 0, NULL);
	ck_assert_uint_eq(json_array_size(all), 3 * DORA_SHOWN_WINDOWS);
	ck_assert_uint_eq(json_array_size(one), DORA_SHOWN_WINDOWS);
	for (size_t i = 0; i < DORA_SHOWN_WINDOWS; i++)
		ck_assert(json_equal(json_array_get(one, i), json_array_get(all, DORA_SHOWN_WINDOWS + i)));
	json_decref(all);
	json_decref(one);
	buf_release(&part);
}
END_TEST

UNIT_MAIN_IN("exporters/pages", begin, end, each_page_is_as_it_was_read, the_page_of_an_slo_has_its_sums_and_its_gaps,
	     deployments_that_are_near_each_other_are_one_mark, a_group_is_found_by_its_name_in_the_address,
	     without_data_nothing_is_made_up, before_the_first_results_every_page_says_so,
	     without_anything_to_show_every_page_says_what_is_missing, what_someone_wrote_comes_out_inert_on_every_page,
	     a_thousand_slos_fit_into_a_hundred_kilobytes, deliveries_are_told_as_the_commands_tell_them)
