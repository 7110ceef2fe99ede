/* The demo's made-up system: history and live scrapes must be one, and its truth must be what its counters say. */
#include "base/limits.h"
#include "base/num.h"
#include "demo/history.h"
#include "demo/truth.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct instant until = {1795237200000}; /* 2026-11-21T05:00:00Z, a Saturday */

static struct instant at_ms(int64_t ms) { return (struct instant){until.ms + ms}; }

static const struct target *pod_of_now(const struct world *world)
{
	for (size_t i = 0; i < world->len; i++)
		if (world->targets[i].process == PROCESS_API && target_lives(&world->targets[i], until))
			return &world->targets[i];
	ck_abort_msg("no pod lives now");
}

START_TEST(counts_do_not_depend_on_when_one_looks)
{
	static const int64_t strides[] = {977, 14999, 60000, 61234, 3600000, 7 * SPAN_DAY};
	struct world world;
	struct tally once;

	world_init(&world, 7, until);
	once = pod_of_now(&world)->tally;
	tally_advance(&once, &world.story, until);
	for (size_t i = 0; i < sizeof(strides) / sizeof(strides[0]); i++) {
		struct tally often = pod_of_now(&world)->tally;

		for (int64_t ms = often.at.ms; ms < until.ms; ms += strides[i])
			tally_advance(&often, &world.story, (struct instant){ms});
		tally_advance(&often, &world.story, until);
		ck_assert_mem_eq(often.cells, once.cells, sizeof(once.cells));
	}
	world_release(&world);
}
END_TEST

START_TEST(a_fault_counts_from_its_instant_on_whoever_looks_when)
{
	struct fault fault = {.from = at_ms(12345), .errors = 0.5};
	struct world world;
	struct tally before, often, once;
	uint64_t errors;

	world_init(&world, 7, until);
	ck_assert(story_fault(&world.story, &fault));
	before = pod_of_now(&world)->tally;
	tally_advance(&before, &world.story, at_ms(12345));
	often = once = before;
	for (int64_t ms = 12345; ms <= 3600000; ms += 1001)
		tally_advance(&often, &world.story, at_ms(ms));
	tally_advance(&often, &world.story, at_ms(3600000));
	tally_advance(&once, &world.story, at_ms(3600000));
	ck_assert_mem_eq(often.cells, once.cells, sizeof(once.cells));
	errors = tally_events(&once, CELL_ITEMS_FAILED, 1) - tally_events(&before, CELL_ITEMS_FAILED, 1);
	ck_assert_double_eq_tol((double)errors / (double)(errors + tally_events(&once, CELL_ITEMS_OK, 2) -
							  tally_events(&before, CELL_ITEMS_OK, 2)),
				0.5, 0.01);
	world_release(&world);
}
END_TEST

START_TEST(the_same_seed_tells_the_same_story_and_another_seed_another)
{
	struct world one, same, other;

	world_init(&one, 1, until);
	world_init(&same, 1, until);
	world_init(&other, 2, until);
	ck_assert_uint_eq(one.len, same.len);
	for (size_t i = 0; i < one.len; i++)
		ck_assert_str_eq(one.targets[i].instance, same.targets[i].instance);
	ck_assert_str_ne(pod_of_now(&one)->instance, pod_of_now(&other)->instance);
	world_release(&one);
	world_release(&same);
	world_release(&other);
}
END_TEST

START_TEST(at_every_instant_there_are_four_listed_pods_with_names_of_their_own)
{
	struct world world;

	world_init(&world, 3, until);
	for (int64_t ms = -31 * SPAN_DAY; ms < SPAN_HOUR; ms += 10 * SPAN_MINUTE) {
		unsigned listed = 0;

		for (size_t i = 0; i < world.len; i++) {
			struct target *target = &world.targets[i];

			if (target->process != PROCESS_API || !target_listed(target, at_ms(ms)))
				continue;
			listed++;
			ck_assert_ptr_eq(world_target(&world, PROCESS_API, str_of(target->instance), at_ms(ms)),
					 target);
		}
		ck_assert_uint_eq(listed, DEMO_PODS);
	}
	world_release(&world);
}
END_TEST

static struct buf history_of(struct world *world, struct instant from, struct instant to)
{
	struct err err = {.text = ""};
	struct buf text;
	int fd = memfd_create("history", MFD_CLOEXEC);
	off_t size;

	ck_assert_int_ge(fd, 0);
	ck_assert_msg(history_write(world, from, to, fd, &err), "%s", err.text);
	size = lseek(fd, 0, SEEK_END);
	buf_init(&text, MIB(256));
	ck_assert_ptr_nonnull(buf_reserve(&text, (size_t)size + 1));
	ck_assert_int_eq(pread(fd, text.at, (size_t)size, 0), size);
	text.len = (size_t)size;
	text.at[text.len] = '\0';
	close(fd);
	return text;
}

/* The sample value in a line of text that begins with `series`, at the given line's timestamp or none. */
static double value_behind(const char *line, size_t series_len)
{
	const char *begin = line + series_len + 1;
	double value = -1;

	ck_assert(num_read_double((struct str){begin, strcspn(begin, " \n")}, &value));
	return value;
}

START_TEST(a_live_scrape_shows_what_the_history_has_at_that_instant)
{
	struct world past, present;
	struct target *live;
	struct instant scrape;
	struct buf history, text;
	char line[256], *in_history, *in_scrape;

	world_init(&past, 5, until);
	world_init(&present, 5, until);
	history = history_of(&past, at_ms(-SPAN_HOUR), until);
	live = world_target(&present, PROCESS_API, str_of(pod_of_now(&past)->instance), until);
	ck_assert_ptr_nonnull(live);
	scrape = history_scrape_after(&present.story, live, at_ms(-SPAN_MINUTE));
	buf_init(&text, MIB(1));
	/* scrapes before the one that is compared, as a live demo has them */
	for (int64_t ms = -SPAN_HOUR; until.ms + ms < scrape.ms; ms += 14321)
		ck_assert(target_write(live, &present.story, at_ms(ms), &text));
	buf_clear(&text);
	ck_assert(target_write(live, &present.story, scrape, &text));
	in_scrape = strstr(text.at, "http_requests_total{method=\"POST\",route=\"/checkout\",code=\"201\"}");
	ck_assert_ptr_nonnull(in_scrape);
	snprintf(line, sizeof(line),
		 "http_requests_total{job=\"anvila-api\",instance=\"%s\",method=\"POST\","
		 "route=\"/checkout\",code=\"201\"} %.0f %lld.%03d\n",
		 live->instance, value_behind(in_scrape, strcspn(in_scrape, " ")), (long long)(scrape.ms / 1000),
		 (int)(scrape.ms % 1000));
	in_history = strstr(history.at, line);
	ck_assert_msg(in_history, "not in the history: %s", line);
	buf_release(&text);
	buf_release(&history);
	world_release(&past);
	world_release(&present);
}
END_TEST

/* How far the samples of the one series rise that holds both texts; a fall is a restart. Reads the text only. */
static double rise_of(struct str history, const char *begin, const char *with, const char *and_with)
{
	struct str last = {NULL, 0};
	double sum = 0, before = 0;

	for (const char *line = history.at, *end; line < history.at + history.len; line = end + 1) {
		struct str series;
		double value;

		end = memchr(line, '\n', (size_t)(history.at + history.len - line));
		if (strncmp(line, begin, strlen(begin)) != 0)
			continue;
		series = (struct str){line, strcspn(line, " ")};
		if (!memmem(series.at, series.len, with, strlen(with)) ||
		    !memmem(series.at, series.len, and_with, strlen(and_with)))
			continue;
		value = value_behind(line, series.len);
		sum += str_eq(series, last) && value >= before ? value - before : value;
		last = series;
		before = value;
	}
	return sum;
}

START_TEST(the_truth_is_what_the_counters_of_the_history_add_up_to)
{
	/* From before the first deployment to behind the second: all series of it are new or can be told apart. */
	struct instant from, to;
	struct world world;
	struct truth truth;
	struct buf history;
	double seen, told;

	world_init(&world, 5, until);
	from = (struct instant){world.story.deployments[0].ms + SPAN_HOUR};
	to = (struct instant){from.ms + 6 * SPAN_HOUR};
	truth_tell(&world, (struct instant){world.story.deployments[0].ms - SPAN_MINUTE}, to, &truth);
	ck_assert_str_eq(truth.at[0].slo, "anvila-api/availability");
	told = truth.at[0].bad;
	history = history_of(&world, world.story.deployments[0], to);
	seen = 0;
	/* Old pods were there before: their first sample is no rise. Only errors of the new ones are added up. */
	for (size_t i = 0; i < world.len; i++) {
		const struct target *pod = &world.targets[i];

		if (pod->process != PROCESS_API || pod->born.ms < world.story.deployments[0].ms || pod->born.ms > to.ms)
			continue;
		if (strcmp(pod->instance, world.targets[i - 1].instance) == 0)
			continue;
		seen += rise_of(buf_view(&history), "http_requests_total{", pod->instance,
				"GET\",route=\"/items\",code=\"500\"");
		seen += rise_of(buf_view(&history), "http_requests_total{", pod->instance,
				"POST\",route=\"/checkout\",code=\"500\"");
	}
	ck_assert_double_gt(told, 20);
	ck_assert_double_eq_tol(seen, told, told * 0.05);
	buf_release(&history);
	world_release(&world);
}
END_TEST

START_TEST(there_is_no_sample_while_prometheus_was_down_and_the_counters_go_on)
{
	struct world world;
	struct buf during, after;
	struct truth truth;

	world_init(&world, 5, until);
	during = history_of(&world, world.story.hole.from, (struct instant){world.story.hole.to.ms - 1});
	after = history_of(&world, world.story.hole.to, (struct instant){world.story.hole.to.ms + SPAN_MINUTE});
	ck_assert_ptr_null(strstr(during.at, "instance="));
	ck_assert_ptr_nonnull(strstr(after.at, "instance="));
	truth_tell(&world, world.story.hole.from, world.story.hole.to, &truth);
	ck_assert_double_gt(truth.at[0].total, 1000);
	buf_release(&during);
	buf_release(&after);
	world_release(&world);
}
END_TEST

START_TEST(the_outage_fails_every_request_and_every_probe)
{
	struct world world;
	struct truth truth;

	world_init(&world, 5, until);
	truth_tell(&world, world.story.outage.from, world.story.outage.to, &truth);
	for (size_t i = 0; i < truth.len; i++) {
		if (strncmp(truth.at[i].slo, "anvila-api/latency", 18) == 0)
			ck_assert_double_lt(truth.at[i].total, 1);
		else if (strncmp(truth.at[i].slo, "anvila-api/", 11) == 0)
			ck_assert_double_eq(truth.at[i].bad, truth.at[i].total);
	}
	world_release(&world);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("demo/world");
	TCase *cases = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_set_timeout(cases, 60);
	tcase_add_test(cases, counts_do_not_depend_on_when_one_looks);
	tcase_add_test(cases, a_fault_counts_from_its_instant_on_whoever_looks_when);
	tcase_add_test(cases, the_same_seed_tells_the_same_story_and_another_seed_another);
	tcase_add_test(cases, at_every_instant_there_are_four_listed_pods_with_names_of_their_own);
	tcase_add_test(cases, a_live_scrape_shows_what_the_history_has_at_that_instant);
	tcase_add_test(cases, the_truth_is_what_the_counters_of_the_history_add_up_to);
	tcase_add_test(cases, there_is_no_sample_while_prometheus_was_down_and_the_counters_go_on);
	tcase_add_test(cases, the_outage_fails_every_request_and_every_probe);
	suite_add_tcase(suite, cases);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
