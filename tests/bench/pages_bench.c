/* What the pages cost: each of them of 1,000 SLOs, and the curves of 10,000 in a cycle. */
#include "base/limits.h"
#include "engine/curves.h"
#include "engine/window.h"
#include "eval/budget.h"
#include "exporters/pages/pages.h"
#include "tests/unit/results_fixture.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

enum { SHOWN = 1000, COUNTED = 10000, MONTH = 30 * 24 * 60, CYCLES = 64, FIRST = 28000000, ROUNDS = 50 };

static struct arena arena;
static struct fixture fixture;

static double seconds_since(struct mono then) { return (double)(mono_now().ns - then.ns) / 1e9; }

static struct curve *example_curve(const struct budget *budget)
{
	struct curve *curve = curve_new();

	curve->from = budget->from;
	curve->to = budget->to;
	curve->slot.ms = 12 * SPAN_HOUR;
	for (; curve->len < 60; curve->len++) {
		curve->bad[curve->len] = (float)(curve->len % 9);
		curve->total[curve->len] = 16666;
		curve->known[curve->len] = CURVE_KNOWN;
	}
	return curve;
}

static void measure_page(const char *name, const struct page_source *source, const char *id,
			 bool (*write)(struct buf *out, const struct page_source *source))
{
	struct mono then = mono_now();
	double most = 0;
	struct buf out;

	buf_init(&out, LIMIT_HTTP_RESPONSE_BYTES);
	for (int i = 0; i < ROUNDS; i++) {
		struct mono begin = mono_now();

		buf_clear(&out);
		if (write)
			write(&out, source);
		else
			slo_page_write(&out, source, str_of(id));
		most = fmax(most, seconds_since(begin));
	}
	printf("| %s | %.2f ms | %.2f ms | %.1f KB |\n", name, seconds_since(then) / ROUNDS * 1000, most * 1000,
	       (double)out.len / 1000);
	buf_release(&out);
}

static void measure_pages(void)
{
	struct page_query none = {.len = 0}, sorted = {.at = {{STR_INIT("sort"), STR_INIT("burn")}}, .len = 1},
			  searched = {.at = {{STR_INIT("q"), STR_INIT("requests 42")}}, .len = 1};
	struct page_source source = {.results = &fixture.results, .health = &fixture.health, .query = &none};
	struct slo_result *list = xcalloc(SHOWN, sizeof(*list));
	struct slo *slos = xcalloc(SHOWN, sizeof(*slos));

	for (size_t i = 0; i < SHOWN; i++) {
		slos[i] = fixture_slo(&arena, "", arena_fmt(&arena, "service-%zu", i).at, "availability");
		slos[i].description = STR("requests that are answered without a server error");
		slos[i].labels = FIXTURE_LABELS(&arena, "team", arena_fmt(&arena, "team-%zu", i % 40).at);
		list[i] = fixture_counted(&slos[i], (double)(i * 7919 % 6000));
		list[i].budgets->to = list[i].counted_to;
		list[i].budgets->from.ms = list[i].counted_to.ms - 30 * SPAN_DAY;
		list[i].curve = example_curve(list[i].budgets);
	}
	fixture.results.list = list;
	fixture.results.len = SHOWN;
	printf("| page of %d SLOs | mean | longest of %d | size |\n|---|---|---|---|\n", SHOWN, ROUNDS);
	measure_page("/", &source, NULL, slos_page_write);
	source.query = &sorted;
	measure_page("/?sort=burn", &source, NULL, slos_page_write);
	source.query = &searched;
	measure_page("/?q=requests+42", &source, NULL, slos_page_write);
	source.query = &none;
	measure_page("/slo/service-500/availability", &source, "service-500/availability", NULL);
	measure_page("/calendar", &source, NULL, calendar_page_write);
	measure_page("/policy", &source, NULL, policy_page_write);
	measure_page("/status", &source, NULL, status_page_write);
	for (size_t i = 0; i < SHOWN; i++)
		curve_unref(list[i].curve);
	free(list);
	free(slos);
}

static size_t in_use(void) { return mallinfo2().uordblks; }

/* What else a cycle reads of each ledger. */
static double read_windows(const struct slo *slo, const struct view *view)
{
	double sum = window_read(slo->windows, view, view->end).counts.bad;

	for (size_t i = 0; i < slo->alerting->windows_len; i++)
		sum += view_span(view, view->end, slo->alerting->windows[i].span).bad;
	return sum;
}

/* Ledgers of a month, to which a step is added in each cycle. */
static void measure_curves(void)
{
	struct ledger_shape shape = ledger_shape_default((struct span){SPAN_MINUTE}, (struct span){31 * SPAN_DAY});
	struct counts *month = xcalloc(MONTH, sizeof(*month)), one = {1, 100, 1, 0};
	struct account *accounts = xcalloc(COUNTED, sizeof(*accounts));
	struct slo slo = fixture_slo(&arena, "", "a", "b");
	struct curve **held = xcalloc(COUNTED, sizeof(struct curve *));
	struct curves *curves = curves_new();
	double first = 0, total = 0, most = 0, windows = 0, sum = 0;
	struct arena snapshot;
	size_t before;

	for (size_t i = 0; i < MONTH; i++)
		month[i] = one;
	for (size_t i = 0; i < COUNTED; i++) {
		accounts[i] = (struct account){.row = (int64_t)i + 1, .ledger = ledger_new(&shape, FIRST)};
		ledger_post(accounts[i].ledger, &(struct posting){.first = FIRST + 1, .at = month, .len = MONTH});
	}
	before = in_use();
	for (int cycle = 0; cycle < CYCLES; cycle++) {
		struct mono then;
		double took;

		for (size_t i = 0; i < COUNTED; i++)
			ledger_post(accounts[i].ledger,
				    &(struct posting){.first = FIRST + MONTH + 1 + cycle, .at = &one, .len = 1});
		arena_init(&snapshot);
		took = 0;
		for (size_t i = 0; i < COUNTED; i++) {
			struct view view = view_raw(&slo, accounts[i].ledger, (struct span){SPAN_MINUTE});
			struct curve *now;

			then = mono_now();
			sum += read_windows(&slo, &view);
			windows += seconds_since(then);
			then = mono_now();
			now = curves_take(curves, &accounts[i], &view);
			curves_recent(&view, &snapshot);
			took += seconds_since(then);
			curve_unref(held[i]);
			held[i] = now;
		}
		arena_release(&snapshot);
		first = cycle ? first : took;
		total += cycle ? took : 0;
		most = cycle ? fmax(most, took) : 0;
	}
	printf("\nwindows of %d SLOs: %.1f ms in a cycle (%.0f bad events)\n", COUNTED, windows / CYCLES * 1000, sum);
	printf("curves of %d SLOs: the first cycle %.0f ms, then %.1f ms in the mean and %.1f ms at most\n", COUNTED,
	       first * 1000, total / (CYCLES - 1) * 1000, most * 1000);
	printf("memory: %.1f MB of curves, and %.1f MB of steps in each snapshot\n", (double)(in_use() - before) / 1e6,
	       (double)COUNTED * RECENT_SHOWN * sizeof(struct recent_step) / 1e6);
	for (size_t i = 0; i < COUNTED; i++) {
		curve_unref(held[i]);
		ledger_free(accounts[i].ledger);
	}
	curves_free(curves);
	free(held);
	free(accounts);
	free(month);
}

int main(void)
{
	arena_init(&arena);
	fixture_init(&fixture);
	measure_pages();
	measure_curves();
	fixture_release(&fixture);
	arena_release(&arena);
	return 0;
}
