/* Windows, quantiles, ratios and histograms of short histories. */
#include "dora_fixture.h"
#include "unit.h"

#include <math.h>

static void check_number(const char *what, double got, double due)
{
	ck_assert_msg(isnan(due) ? isnan(got) : fabs(got - due) < 1e-9, "%s: %.12g, not %.12g", what, got, due);
}

/* Ten commits that are deployed one an hour, each `i` hours old: lead times 1 h to 9 h, since the first has none. */
static const char ten[] =
	"commit c0 100\ncommit c1 100 parents=c0\ncommit c2 100 parents=c1\ncommit c3 100 parents=c2\n"
	"commit c4 100 parents=c3\ncommit c5 100 parents=c4\ncommit c6 100 parents=c5\n"
	"commit c7 100 parents=c6\ncommit c8 100 parents=c7\ncommit c9 100 parents=c8\n"
	"deploy c0 100\ndeploy c1 101\ndeploy c2 102\ndeploy c3 103\ndeploy c4 104\ndeploy c5 105\n"
	"deploy c6 106\ndeploy c7 107\ndeploy c8 108\ndeploy c9 109\n"
	"incident i 103.5 104\nincident j 105.5 108\nincident k 105.6 106\nincident l 108\n";

static const struct {
	const char *what, *from, *to, *more;
	size_t deployments, leads;
	double p50, p75, p90, per_day, failing;
	size_t recovered;
	double recovery;
} windows[] = {
	{"all of it", "0", "120", "", 10, 9, 5, 7, 8.2, 2, 0.3, 2, 2},
	{"its beginning is not in it, its end is", "101", "103", "", 2, 2, 2.5, 2.75, 2.9, 24, 0.5, 1, 1},
	{"one value is all quantiles", "101", "102", "", 1, 1, 2, 2, 2, 24, 0, 0, NAN},
	{"only the baseline", "99", "100", "", 1, 0, NAN, NAN, NAN, 24, 0, 0, NAN},
	{"nothing was deployed: that is known, and ratios are not", "110", "120", "", 0, 0, NAN, NAN, NAN, 0, NAN, 0,
	 NAN},
	{"not read back to its beginning", "99", "103", "since 99.001\n", 4, 3, 2, 2.5, 2.8, NAN, 0.25, 1, 1},
	{"read back to exactly there", "99", "103", "since 99\n", 4, 3, 2, 2.5, 2.8, 24, 0.25, 1, 1},
	{"a window without length", "103", "103", "", 0, 0, NAN, NAN, NAN, NAN, NAN, 0, NAN},
};

START_TEST(windows_measure_what_was_deployed_in_them)
{
	struct fixture fixture;
	struct dora_metrics metrics;
	struct dora_window window = {STR("w"), fixture_time(str_of(windows[_i].from)),
				     fixture_time(str_of(windows[_i].to))};
	const struct dora_history *history;
	char text[2048];

	snprintf(text, sizeof(text), "%s%s", ten, windows[_i].more);
	fixture_read(&fixture, str_of(text));
	history = dora_history_make(&fixture.arena, &fixture.one);
	dora_measure(&history, 1, &window, &metrics);
	ck_assert_msg(metrics.deployments == windows[_i].deployments, "%s: %zu deployments", windows[_i].what,
		      metrics.deployments);
	ck_assert_uint_eq(metrics.attempts[ATTEMPT_SUCCESS], windows[_i].deployments);
	ck_assert_uint_eq(metrics.lead.count, windows[_i].leads);
	ck_assert_uint_eq(metrics.lead_buckets[DORA_BUCKETS - 1], windows[_i].leads);
	check_number(windows[_i].what, metrics.lead.p50 / 3600, windows[_i].p50);
	check_number(windows[_i].what, metrics.lead.p75 / 3600, windows[_i].p75);
	check_number(windows[_i].what, metrics.lead.p90 / 3600, windows[_i].p90);
	check_number(windows[_i].what, metrics.deployments_per_day, windows[_i].per_day);
	check_number(windows[_i].what, metrics.change_failure_ratio, windows[_i].failing);
	ck_assert_uint_eq(metrics.recovery.count, windows[_i].recovered);
	check_number(windows[_i].what, metrics.recovery.p50 / 3600, windows[_i].recovery);
	fixture_release(&fixture);
}
END_TEST

START_TEST(several_histories_are_one_pile)
{
	struct fixture fixture, other;
	struct dora_metrics metrics;
	struct dora_standing standing;
	struct dora_window window = {STR("w"), fixture_time(STR("0")), fixture_time(STR("120"))};
	const struct dora_history *histories[2];

	fixture_read(&fixture, STR(ten));
	fixture_read(&other, STR("commit a 0\ncommit b 70 parents=a\ndeploy a 10\ndeploy b 110 \ndeploy a 111\n"
				 "deploy b 112 result=failure\ndeploy b 112.5 result=cancelled\nincident l 108\n"));
	histories[0] = dora_history_make(&fixture.arena, &fixture.one);
	histories[1] = dora_history_make(&other.arena, &other.one);
	dora_measure(histories, 2, &window, &metrics);
	ck_assert_uint_eq(metrics.deployments, 13);
	ck_assert_uint_eq(metrics.attempts[ATTEMPT_FAILURE], 1);
	ck_assert_uint_eq(metrics.attempts[ATTEMPT_CANCELLED], 1);
	ck_assert_uint_eq(metrics.failed, 4);
	ck_assert_uint_eq(metrics.failed_by[EVIDENCE_INCIDENT], 3);
	ck_assert_uint_eq(metrics.failed_by[EVIDENCE_ROLLBACK], 1);
	ck_assert_uint_eq(metrics.left_out[LEFT_NO_BASELINE], 2);
	check_number("median of 1..9 and 40", metrics.lead.p50 / 3600, 5.5);
	check_number("sum", metrics.lead_sum_seconds / 3600, 85);
	check_number("rework", metrics.rework_ratio, 1.0 / 13);
	/* 1 h is at most 1 h; 9 are at most a day; 40 h at most a week */
	ck_assert_uint_eq(metrics.lead_buckets[0], 1);
	ck_assert_uint_eq(metrics.lead_buckets[1], 9);
	ck_assert_uint_eq(metrics.lead_buckets[2], 10);
	ck_assert_uint_eq(metrics.lead_buckets[5], 10);
	standing = dora_stand(histories, 2);
	ck_assert_uint_eq(standing.open_incidents, 1); /* the same one, of both */
	ck_assert_uint_eq(standing.open_failures, 1);
	check_number("age", standing.oldest_failure_seconds / 3600, 1000 - 108);
	ck_assert_int_eq(standing.last_deployment.ms, fixture_time(STR("111")).ms);
	ck_assert(str_is(dora_deployment_before(histories[1], fixture_time(STR("110.5")))->sha, "b"));
	ck_assert(str_is(dora_deployment_before(histories[1], fixture_time(STR("110")))->sha, "b"));
	ck_assert(!dora_deployment_before(histories[1], fixture_time(STR("9.9"))));
	fixture_release(&fixture);
	fixture_release(&other);
}
END_TEST

/* What a definition takes, what of it could not be read, and what stays unknown: letters of D(eployments) L(ead time)
 * S(tages) F(ailures, and recovery) R(ework), i(ncident) b(ack) v (revert) h(otfix), O(pen). */
static const struct {
	const char *rules;
	bool commits, pulls, issues;
	const char *unknown;
} unread[] = {
	{"rules lead=commit\n", false, false, false, ""},     {"rules lead=commit\n", true, false, false, "LSFRbvh"},
	{"rules lead=commit\n", false, true, false, "SFRvh"}, {"rules lead=merge\n", false, true, false, "LSFRvh"},
	{"rules lead=commit\n", false, false, true, "FiO"},   {"rules labels=x\n", false, true, false, "DLSFRibvh"},
	{"rules paths=x\n", true, false, false, "DLSFRibvh"}, {"rules paths=x\n", false, true, false, "SFRvh"},
};

START_TEST(what_was_not_read_is_no_number)
{
	static const struct dora_window window = {STR_INIT("w"), {FIXTURE_MIDNIGHT}, {FIXTURE_MIDNIGHT + SPAN_DAY}};
	char text[400], found[16] = "", *end = found;
	struct dora_standing standing;
	struct dora_metrics metrics;
	struct fixture fixture;
	const struct dora_history *history;

	snprintf(text, sizeof(text),
		 "%scommit a 0 files=x pull=1\ncommit b 8 parents=a files=x pull=1\npull 1 opened=8 merged=9 labels=x\n"
		 "deploy a 10\ndeploy b 11\nincident i 12\n%s",
		 unread[_i].rules, unread[_i].commits ? "unknown a b\n" : "");
	fixture_read(&fixture, str_of(text));
	fixture.one.unread = (struct dora_unread){unread[_i].pulls, unread[_i].issues};
	history = dora_history_make(&fixture.arena, &fixture.one);
	dora_measure(&history, 1, &window, &metrics);
	standing = dora_stand(&history, 1);
	*end++ = metrics.unknown.deployments ? 'D' : ' ';
	*end++ = metrics.unknown.lead ? 'L' : ' ';
	*end++ = metrics.unknown.stages ? 'S' : ' ';
	*end++ = metrics.unknown.failures ? 'F' : ' ';
	*end++ = metrics.unknown.rework ? 'R' : ' ';
	for (size_t i = 0; i < EVIDENCES; i++)
		*end++ = metrics.unknown.evidence[i] ? "ibvh"[i] : ' ';
	*end++ = standing.unknown ? 'O' : ' ';
	for (size_t i = 0, at = 0; i < 10; i++)
		if (found[i] != ' ')
			ck_assert_msg(found[i] == unread[_i].unknown[at++], "%s is '%s'", unread[_i].rules, found);
		else if (i == 9)
			ck_assert_msg(unread[_i].unknown[at] == '\0', "%s is '%s'", unread[_i].rules, found);
	ck_assert(metrics.unknown.recovery == metrics.unknown.failures);
	ck_assert_int_eq(isnan(metrics.change_failure_ratio) != 0, metrics.unknown.failures);
	ck_assert_int_eq(isnan(metrics.rework_ratio) != 0, metrics.unknown.rework);
	ck_assert_int_eq(isnan(metrics.deployments_per_day) != 0, metrics.unknown.deployments);
	ck_assert(!metrics.unknown.lead || (metrics.lead.count == 0 && isnan(metrics.lead.p50)));
	ck_assert_uint_eq(metrics.left_out[LEFT_NOT_READ], unread[_i].commits);
	fixture_release(&fixture);
}
END_TEST

START_TEST(nothing_is_no_number)
{
	struct dora_metrics metrics;
	struct dora_standing standing = dora_stand(NULL, 0);
	struct dora_window window = {STR("w"), fixture_time(STR("0")), fixture_time(STR("24"))};

	dora_measure(NULL, 0, &window, &metrics);
	ck_assert(!metrics.whole && isnan(metrics.deployments_per_day) && isnan(metrics.change_failure_ratio));
	ck_assert(isnan(metrics.rework_ratio) && isnan(metrics.lead.p90) && isnan(metrics.stages[0].p50));
	ck_assert(isnan(standing.oldest_failure_seconds) && !standing.last_deployment.ms);
}
END_TEST

static const struct {
	const char *at, *name, *from;
} months[] = {
	{"2026-10-15T12:00:00Z", "2026-10", "2026-10-01T00:00:00Z"},
	{"2026-10-01T00:00:00.001Z", "2026-10", "2026-10-01T00:00:00Z"},
	{"2026-10-01T00:00:00Z", "2026-09", "2026-09-01T00:00:00Z"},
	{"2026-01-01T00:00:00Z", "2025-12", "2025-12-01T00:00:00Z"},
	{"2024-02-29T23:59:59Z", "2024-02", "2024-02-01T00:00:00Z"},
	{"1969-12-31T12:00:00Z", "1969-12", "1969-12-01T00:00:00Z"},
};

START_TEST(months_hold_their_end)
{
	struct arena arena;
	struct instant at, from;
	struct dora_window month, rolling[DORA_WINDOWS];

	arena_init(&arena);
	ck_assert(instant_read(str_of(months[_i].at), &at) && instant_read(str_of(months[_i].from), &from));
	month = dora_month(&arena, at);
	ck_assert_msg(str_is(month.name, months[_i].name), "%s: %.*s", months[_i].at, STR_ARG(month.name));
	ck_assert_int_eq(month.from.ms, from.ms);
	ck_assert_int_eq(month.to.ms, at.ms);
	dora_windows(at, rolling);
	ck_assert(str_is(rolling[1].name, "30d"));
	ck_assert_int_eq(rolling[2].to.ms - rolling[2].from.ms, 90 * SPAN_DAY);
	arena_release(&arena);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("dora/measure");

	tcase_add_loop_test(tcase, windows_measure_what_was_deployed_in_them, 0, COUNT_OF(windows));
	tcase_add_loop_test(tcase, months_hold_their_end, 0, COUNT_OF(months));
	tcase_add_test(tcase, several_histories_are_one_pile);
	tcase_add_loop_test(tcase, what_was_not_read_is_no_number, 0, COUNT_OF(unread));
	tcase_add_test(tcase, nothing_is_no_number);
	return unit_run("dora/measure", tcase);
}
