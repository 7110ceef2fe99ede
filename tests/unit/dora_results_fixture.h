/* Delivery results put down by hand: what they are is worked out on paper, in the comments. A service with a baseline,
 * a deployment that took two attempts, one that failed and was rolled back, and one whose failure is still open; a
 * service of which nothing was ever seen; and the team of both. */
#ifndef WICK_TESTS_DORA_RESULTS_FIXTURE_H
#define WICK_TESTS_DORA_RESULTS_FIXTURE_H

#include "base/limits.h"
#include "model/dora.h"

#include <math.h>

#define DORA_NAN    ((double)NAN)
#define DORA_DAY(d) (1790812800000 + ((d)-1) * SPAN_DAY) /* 2026-10-01T00:00:00Z is day 1 */
#define DORA_AT(d, h, m)                                                                                               \
	{                                                                                                              \
		DORA_DAY(d) + (h)*SPAN_HOUR + (m)*SPAN_MINUTE                                                          \
	}
#define DORA_NOW ((struct instant){DORA_DAY(31)})
#define DORA_NO_QUANTILES                                                                                              \
	{                                                                                                              \
		0, DORA_NAN, DORA_NAN, DORA_NAN                                                                        \
	}

struct dora_fixture {
	struct delivery_environment environment;
	struct delivery shop_delivery, cart_delivery;
	struct fact_attempt attempts[8];
	const struct fact_attempt *attempt_list[8];
	struct fact_commit commits[6];
	struct fact_pull pull;
	struct dora_change changes[3][2];
	struct incident incidents[2];
	struct dora_evidence evidence[3];
	struct dora_deployment deployments[5];
	struct dora_left_out left_out[4];
	struct dora_history shop, cart;
	const struct dora_history *shop_list[2], *cart_list[1];
	struct label label;
	struct dora_result list[3];
	struct dora_results results;
};

#define SHA(c)                                                                                                         \
	{                                                                                                              \
		c c c c c, 40                                                                                          \
	}
#define SHA_BASE  SHA("aaaaaaaa")
#define SHA_TWICE SHA("bbbbbbbb")
#define SHA_BAD   SHA("cccccccc")
#define SHA_OPEN  SHA("dddddddd")

static inline void dora_fixture_facts(struct dora_fixture *f)
{
	struct fact_attempt attempts[8] = {
		{.id = 1,
		 .sha = SHA_BASE,
		 .result = ATTEMPT_SUCCESS,
		 .started = DORA_AT(1, 9, 50),
		 .finished = DORA_AT(1, 10, 0)},
		{.id = 2,
		 .sha = SHA_TWICE,
		 .result = ATTEMPT_FAILURE,
		 .started = DORA_AT(10, 11, 0),
		 .finished = DORA_AT(10, 11, 10)},
		{.id = 2,
		 .number = 2,
		 .sha = SHA_TWICE,
		 .result = ATTEMPT_SUCCESS,
		 .started = DORA_AT(10, 11, 50),
		 .finished = DORA_AT(10, 12, 0)},
		{.id = 3,
		 .sha = SHA_TWICE,
		 .result = ATTEMPT_SUCCESS,
		 .started = DORA_AT(11, 0, 0),
		 .finished = DORA_AT(11, 0, 10)},
		{.id = 4,
		 .sha = SHA_BAD,
		 .result = ATTEMPT_SUCCESS,
		 .started = DORA_AT(20, 8, 50),
		 .finished = DORA_AT(20, 9, 0)},
		{.id = 5,
		 .sha = SHA_TWICE,
		 .result = ATTEMPT_SUCCESS,
		 .started = DORA_AT(20, 9, 50),
		 .finished = DORA_AT(20, 10, 0)},
		{.id = 6,
		 .sha = SHA_OPEN,
		 .result = ATTEMPT_CANCELLED,
		 .started = DORA_AT(28, 7, 0),
		 .finished = DORA_AT(28, 7, 5)},
		{.id = 7,
		 .sha = SHA_OPEN,
		 .result = ATTEMPT_SUCCESS,
		 .started = DORA_AT(28, 7, 50),
		 .finished = DORA_AT(28, 8, 0)},
	};
	struct fact_commit commits[6] = {
		{.sha = SHA("11111111"),
		 .author = STR_INIT("dev"),
		 .authored = DORA_AT(10, 10, 0),
		 .subject = STR_INIT("Prices <b>\"rounded\"</b>")},
		{.sha = SHA("22222222"),
		 .author = STR_INIT("dev"),
		 .authored = DORA_AT(9, 10, 0),
		 .subject = STR_INIT("Cart \x1b[31mkeeps\x1b[0m its order")},
		{.sha = SHA("33333333"),
		 .author = STR_INIT("ops"),
		 .authored = DORA_AT(20, 8, 0),
		 .subject = STR_INIT("New tax table")},
		{.sha = SHA("44444444"),
		 .author = STR_INIT("bot"),
		 .bot = true,
		 .authored = DORA_AT(19, 8, 0),
		 .subject = STR_INIT("Bump a library")},
		{.sha = SHA("55555555"),
		 .author = STR_INIT("dev"),
		 .authored = DORA_AT(28, 5, 0),
		 .subject = STR_INIT("Tax table, again")},
		{.sha = SHA("66666666"),
		 .author = STR_INIT("dev"),
		 .authored = DORA_AT(28, 6, 0),
		 .subject = STR_INIT("Merge branch 'tax'")},
	};

	memcpy(f->attempts, attempts, sizeof(attempts));
	memcpy(f->commits, commits, sizeof(commits));
	for (size_t i = 0; i < 8; i++) {
		f->attempts[i].number = f->attempts[i].number ? f->attempts[i].number : 1;
		f->attempts[i].ref = STR("main");
		f->attempts[i].url = STR("https://host.example/run?a=1&b=2");
		f->attempts[i].created = f->attempts[i].started;
		f->attempt_list[i] = &f->attempts[i];
	}
	f->pull = (struct fact_pull){.number = 12, .title = STR("Orders"), .url = STR("https://host.example/pull/12")};
}

/* Lead times: 2 h and 26 h in the second deployment, 1 h in the third, 3 h in the last. */
static inline void dora_fixture_changes(struct dora_fixture *f)
{
	static const double none[DORA_STAGES] = {NAN, NAN, NAN, NAN, NAN};
	static const double known[DORA_STAGES] = {3600, 7200, 10800, 71400, 600};
	struct dora_change changes[3][2] = {
		{{.commit = &f->commits[1], .pull = &f->pull, .counts = true, .lead_seconds = 93600},
		 {.commit = &f->commits[0], .counts = true, .lead_seconds = 7200}},
		{{.commit = &f->commits[3], .reason = LEFT_BOT},
		 {.commit = &f->commits[2], .counts = true, .lead_seconds = 3600}},
		{{.commit = &f->commits[4], .counts = true, .lead_seconds = 10800},
		 {.commit = &f->commits[5], .reason = LEFT_MERGE_COMMIT}},
	};

	memcpy(f->changes, changes, sizeof(changes));
	for (size_t i = 0; i < 6; i++)
		memcpy(f->changes[i / 2][i % 2].stage_seconds, i ? none : known, sizeof(none));
}

static inline void dora_fixture_deployments(struct dora_fixture *f)
{
	struct incident incidents[2] = {
		{INCIDENTS_ISSUES, STR_INIT("#17 Checkout <is> down"), STR_INIT("https://host.example/issues/17"),
		 DORA_AT(20, 9, 30), DORA_AT(20, 10, 30)},
		{INCIDENTS_SLO, STR_INIT("slo shop/checkout page-fast"), {"", 0}, DORA_AT(28, 9, 0), {0}},
	};
	struct dora_evidence evidence[3] = {
		{EVIDENCE_INCIDENT, DORA_AT(20, 9, 30), DORA_AT(20, 10, 30), &f->incidents[0], NULL, {"", 0}},
		{EVIDENCE_ROLLBACK, DORA_AT(20, 10, 0), DORA_AT(20, 10, 0), NULL, &f->deployments[3], {"", 0}},
		{EVIDENCE_INCIDENT, DORA_AT(28, 9, 0), {0}, &f->incidents[1], NULL, {"", 0}},
	};
	static const size_t success[5] = {0, 2, 4, 5, 7}, tries[5] = {1, 2, 1, 1, 1};

	memcpy(f->incidents, incidents, sizeof(incidents));
	memcpy(f->evidence, evidence, sizeof(evidence));
	for (size_t i = 0; i < 5; i++)
		f->deployments[i] = (struct dora_deployment){.success = &f->attempts[success[i]],
							     .sha = f->attempts[success[i]].sha,
							     .at = f->attempts[success[i]].finished,
							     .attempts = tries[i],
							     .before = i ? &f->deployments[i - 1] : NULL};
	f->deployments[0].baseline = true;
	f->deployments[0].baseline_reason = LEFT_NO_BASELINE;
	f->deployments[3].range = RANGE_BEHIND;
	f->deployments[3].rollback = true;
	for (size_t i = 0; i < 3; i++) {
		f->deployments[i < 2 ? i + 1 : 4].changes = f->changes[i];
		f->deployments[i < 2 ? i + 1 : 4].changes_len = 2;
	}
	f->deployments[2].evidence = &f->evidence[0];
	f->deployments[2].evidence_len = 2;
	f->deployments[2].recovered = f->incidents[0].closed;
	f->deployments[4].evidence = &f->evidence[2];
	f->deployments[4].evidence_len = 1;
}

/* 30 days: five deployments by six attempts that succeeded and one that did not, one more cancelled; two failed, one of
 * them has recovered, after 90 min; one was a rollback. Sorted lead times are 1, 2, 3 and 26 h: p50 lies at position
 * 1.5 (2.5 h), p75 at 2.25 (3 h + 0.25 x 23 h), p90 at 2.7 (3 h + 0.7 x 23 h). */
static inline void dora_fixture_metrics(struct dora_fixture *f, struct dora_metrics *out)
{
	struct dora_metrics month = {
		.whole = true,
		.attempts = {[ATTEMPT_SUCCESS] = 6, [ATTEMPT_FAILURE] = 1, [ATTEMPT_CANCELLED] = 1},
		.deployments = 5,
		.deployments_per_day = 5 / 30.0,
		.lead = {4, 9000, 31500, 68760},
		.lead_sum_seconds = 115200,
		.lead_buckets = {1, 3, 4, 4, 4, 4},
		.stages = {{1, 3600, 3600, 3600},
			   {1, 7200, 7200, 7200},
			   {1, 10800, 10800, 10800},
			   {1, 71400, 71400, 71400},
			   {1, 600, 600, 600}},
		.failed = 2,
		.failed_by = {[EVIDENCE_INCIDENT] = 2, [EVIDENCE_ROLLBACK] = 1},
		.change_failure_ratio = 0.4,
		.recovery = {1, 5400, 5400, 5400},
		.unplanned = 1,
		.rework_ratio = 0.2,
		.left_out = {[LEFT_NO_BASELINE] = 1, [LEFT_SAME_COMMIT] = 1, [LEFT_BOT] = 1, [LEFT_MERGE_COMMIT] = 1},
	};
	struct dora_metrics week = {
		.whole = true,
		.attempts = {[ATTEMPT_SUCCESS] = 1, [ATTEMPT_CANCELLED] = 1},
		.deployments = 1,
		.deployments_per_day = 1 / 7.0,
		.lead = {1, 10800, 10800, 10800},
		.lead_sum_seconds = 10800,
		.lead_buckets = {0, 1, 1, 1, 1, 1},
		.stages = {DORA_NO_QUANTILES, DORA_NO_QUANTILES, DORA_NO_QUANTILES, DORA_NO_QUANTILES,
			   DORA_NO_QUANTILES},
		.failed = 1,
		.failed_by = {[EVIDENCE_INCIDENT] = 1},
		.change_failure_ratio = 1,
		.recovery = DORA_NO_QUANTILES,
		.rework_ratio = 0,
		.left_out = {[LEFT_MERGE_COMMIT] = 1},
	};

	(void)f;
	out[0] = week;
	out[1] = out[2] = out[3] = month;
	out[2].whole = false;
	out[2].deployments_per_day = DORA_NAN;
}

/* Of what was never seen. */
static inline void dora_fixture_nothing(struct dora_metrics *out)
{
	struct dora_metrics nothing = {
		.deployments_per_day = DORA_NAN,
		.lead = DORA_NO_QUANTILES,
		.stages = {DORA_NO_QUANTILES, DORA_NO_QUANTILES, DORA_NO_QUANTILES, DORA_NO_QUANTILES,
			   DORA_NO_QUANTILES},
		.change_failure_ratio = DORA_NAN,
		.recovery = DORA_NO_QUANTILES,
		.rework_ratio = DORA_NAN,
	};

	for (size_t i = 0; i < DORA_SHOWN_WINDOWS; i++)
		out[i] = nothing;
}

static inline void dora_fixture_windows(struct dora_metrics *out)
{
	static const struct dora_window windows[DORA_SHOWN_WINDOWS] = {
		{STR_INIT("7d"), DORA_AT(24, 0, 0), DORA_AT(31, 0, 0)},
		{STR_INIT("30d"), DORA_AT(1, 0, 0), DORA_AT(31, 0, 0)},
		{STR_INIT("90d"), DORA_AT(-59, 0, 0), DORA_AT(31, 0, 0)},
		{STR_INIT("2026-10"), DORA_AT(1, 0, 0), DORA_AT(31, 0, 0)},
	};

	for (size_t i = 0; i < DORA_SHOWN_WINDOWS; i++)
		out[i].window = windows[i];
}

static inline void dora_fixture_results(struct dora_fixture *f)
{
	static const struct dora_grades grades = {
		2024, {LEVEL_MEDIUM, LEVEL_HIGH, LEVEL_LOW, LEVEL_HIGH, LEVEL_NONE}, {6, 8, 6, 8, 8}, 7.2};
	static const struct dora_grades no_grades = {.year = 2024, .scores = {NAN, NAN, NAN, NAN, NAN}, .score = NAN};
	struct dora_result shop = {.scope = DORA_OF_SERVICE,
				   .name = STR("shop"),
				   .environment = STR("production"),
				   .repository = STR("acme/shop"),
				   .labels = {&f->label, 1},
				   .services = 1,
				   .complete = true,
				   .read_at = DORA_NOW,
				   .standing = {1, 1, 230400, DORA_AT(28, 8, 0), false},
				   .grades = grades,
				   .histories = f->shop_list};
	struct dora_result cart = {.scope = DORA_OF_SERVICE,
				   .name = STR("cart<&>|\"x\""),
				   .environment = STR("production"),
				   .repository = STR("acme/cart"),
				   .services = 1,
				   .error = STR("no workflow 'deploy.yml'"),
				   .standing = {.oldest_failure_seconds = DORA_NAN},
				   .grades = no_grades,
				   .histories = f->cart_list};

	dora_fixture_metrics(f, shop.windows);
	dora_fixture_nothing(cart.windows);
	f->list[0] = cart;
	f->list[1] = f->list[2] = shop;
	f->list[2].scope = DORA_OF_TEAM;
	f->list[2].name = STR("platform");
	f->list[2].repository = (struct str){"", 0};
	f->list[2].labels = (struct labels){NULL, 0};
	f->list[2].services = 2;
	for (size_t i = 0; i < 3; i++)
		dora_fixture_windows(f->list[i].windows);
	f->results = (struct dora_results){f->list, 3};
}

static inline void dora_fixture_init(struct dora_fixture *f)
{
	struct dora_left_out left_out[4] = {
		{DORA_AT(1, 10, 0), LEFT_NO_BASELINE, SHA_BASE},
		{DORA_AT(11, 0, 10), LEFT_SAME_COMMIT, STR_INIT("run 3 attempt 1")},
		{DORA_AT(20, 9, 0), LEFT_BOT, SHA("44444444")},
		{DORA_AT(28, 8, 0), LEFT_MERGE_COMMIT, SHA("66666666")},
	};

	*f = (struct dora_fixture){0};
	f->environment = (struct delivery_environment){
		.name = STR("production"), .source = DELIVERY_WORKFLOW, .from = STR("deploy.yml")};
	f->shop_delivery = (struct delivery){.service = STR("shop"),
					     .team = STR("platform"),
					     .repository = STR("acme/shop"),
					     .attribution = {SPAN_DAY},
					     .report_year = 2024};
	f->cart_delivery = f->shop_delivery;
	f->cart_delivery.service = STR("cart<&>|\"x\"");
	f->cart_delivery.lead_time = LEAD_MERGE;
	f->label = (struct label){STR("tier"), STR("gold")};
	memcpy(f->left_out, left_out, sizeof(left_out));
	dora_fixture_facts(f);
	dora_fixture_changes(f);
	dora_fixture_deployments(f);
	f->shop = (struct dora_history){.delivery = &f->shop_delivery,
					.environment = &f->environment,
					.repository = STR("acme/shop"),
					.at = DORA_NOW,
					.since = DORA_AT(-15, 0, 0),
					.attempts = f->attempt_list,
					.attempts_len = 8,
					.deployments = f->deployments,
					.deployments_len = 5,
					.incidents = f->incidents,
					.incidents_len = 2,
					.left_out = f->left_out,
					.left_out_len = 4};
	f->cart = (struct dora_history){.delivery = &f->cart_delivery,
					.environment = &f->environment,
					.repository = STR("acme/cart"),
					.at = DORA_NOW};
	f->shop_list[0] = &f->shop;
	f->shop_list[1] = &f->cart;
	f->cart_list[0] = &f->cart;
	dora_fixture_results(f);
}

#endif
