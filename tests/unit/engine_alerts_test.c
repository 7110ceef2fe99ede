/* States of alerts that follow a ledger: in any pieces, through restarts, and what the store keeps of them. */
#include "engine/alert_note.h"
#include "engine/alerts.h"
#include "engine/firings.h"
#include "engine/followed.h"
#include "tests/unit/alerting_fixture.h"
#include "tests/unit/unit.h"

#include "base/limits.h"
#include "base/log.h"

#include <string.h>

enum { STEP_MS = SPAN_MINUTE, ORIGIN = 28000000, STEPS = 1500 };

static uint64_t dice_state = 1;

static uint64_t dice(uint64_t sides) { return unit_random(&dice_state) % sides; }

/* An SLO of a day with short tiers, so that much happens in a few steps. */
static struct slo restless_slo(void)
{
	static const struct tier tiers[] = {
		{.name = STR_INIT("fast"),
		 .kind = TIER_BURN,
		 .severity = STR_INIT("page"),
		 .long_ = {20 * SPAN_MINUTE},
		 .short_ = {3 * SPAN_MINUTE},
		 .factor = 2},
		{.name = STR_INIT("slow"),
		 .kind = TIER_BURN,
		 .severity = STR_INIT("ticket"),
		 .long_ = {60 * SPAN_MINUTE},
		 .short_ = {10 * SPAN_MINUTE},
		 .factor = 1,
		 .for_ = {5 * SPAN_MINUTE},
		 .keep_firing_for = {15 * SPAN_MINUTE}},
		{.name = STR_INIT("half"), .kind = TIER_BUDGET, .severity = STR_INIT("info"), .consumed = 0.5},
		{.name = STR_INIT("gone"),
		 .kind = TIER_VANISHED,
		 .severity = STR_INIT("ticket"),
		 .for_ = {SPAN_MINUTE}},
	};
	static struct alerting alerting = {.tiers = tiers, .len = COUNT_OF(tiers)};
	struct slo slo = {.objective = 0.9,
			  .window = {SPAN_DAY},
			  .windows = fixture_windows((struct span){SPAN_DAY}),
			  .windows_len = 1,
			  .id = STR("s/n"),
			  .alerting = &alerting};

	return slo;
}

/* Calm, then bad, then without data, at random. */
static void make_world(struct counts *world)
{
	uint64_t mood = 0;

	for (size_t i = 0; i < STEPS; i++) {
		if (dice(25) == 0)
			mood = dice(4);
		world[i] = (struct counts){.total = mood == 3 ? 0 : 100, .covered = mood != 3};
		world[i].bad = mood == 0 ? (double)dice(5) : mood == 1 ? (double)dice(60) : mood == 2 ? 12 : 0;
	}
}

static struct account *account_in(struct store *store, const struct slo *slo)
{
	struct ledger_key key = {slo->id, 7, {NULL, 0}};
	struct ledger_shape shape = ledger_shape_default((struct span){STEP_MS}, (struct span){31 * SPAN_DAY});
	struct account *account = store_find(store, &key);

	return account ? account : store_create(store, &key, &shape, ORIGIN);
}

static void count(struct store *store, struct account *account, struct counts *world, size_t from, size_t len)
{
	struct entry entry = {account, {.first = ORIGIN + 1 + (step_no)from, .at = world + from, .len = len}};
	struct err err = {{0}};

	ck_assert_msg(store_commit(store, &entry, 1, &err), "%s", err.text);
}

static void follow(struct alerts *alerts, const struct slo *slo, struct account *account, struct alert *out)
{
	struct view view = view_raw(slo, account->ledger, (struct span){STEP_MS});
	struct alerts_case one = {.account = account, .view = &view, .stale_after = {8 * SPAN_MINUTE}, .live = true};
	struct err err = {{0}};

	one.now.ms = (ledger_end(account->ledger)) * STEP_MS;
	alerts_follow(alerts, &one, out);
	ck_assert(alerts_save(alerts, &err));
}

static bool same_state(const struct alert_state *a, const struct alert_state *b)
{
	return a->phase == b->phase && a->active_at.ms == b->active_at.ms && a->fired_at.ms == b->fired_at.ms &&
	       a->false_at.ms == b->false_at.ms && a->resolved_at.ms == b->resolved_at.ms;
}

/* What is written down of both, the same times of the same tiers; returns how many there are. */
static size_t compare_firings(struct store *one, struct store *other)
{
	struct firing_list left, right;
	struct err err = {{0}};
	struct arena arena;
	size_t len;

	arena_init(&arena);
	ck_assert_msg(firings_read(one, &arena, &left, &err), "%s", err.text);
	ck_assert_msg(firings_read(other, &arena, &right, &err), "%s", err.text);
	ck_assert_uint_eq(left.len, right.len);
	ck_assert(left.since.ms > 0 && right.since.ms > 0);
	for (size_t i = 0; i < left.len; i++) {
		ck_assert(str_eq(left.at[i].tier, right.at[i].tier) && str_eq(left.at[i].slo_id, right.at[i].slo_id));
		ck_assert_int_eq(left.at[i].fired_at.ms, right.at[i].fired_at.ms);
		ck_assert_int_eq(left.at[i].resolved_at.ms, right.at[i].resolved_at.ms);
	}
	len = left.len;
	arena_release(&arena);
	return len;
}

START_TEST(any_pieces_and_any_restarts_give_the_states_of_one_step_after_the_other)
{
	static struct counts world[STEPS];
	struct slo slo = restless_slo();
	struct store *single = store_open(NULL, (struct span){STEP_MS}, NULL);
	struct store *pieces = store_open(NULL, (struct span){STEP_MS}, NULL);
	struct account *one = account_in(single, &slo), *other = account_in(pieces, &slo);
	struct alerts *steady = alerts_new(single), *restarted = alerts_new(pieces);
	struct alert expected[TIERS_MAX], got[TIERS_MAX];
	size_t at = 0, fired = 0;

	dice_state = 1 + (uint64_t)_i;
	make_world(world);
	while (at < STEPS) {
		size_t len = 1 + dice(dice(4) ? 5 : 40);

		len = len < STEPS - at ? len : STEPS - at;
		for (size_t i = 0; i < len; i++) {
			count(single, one, world, at + i, 1);
			follow(steady, &slo, one, expected);
		}
		count(pieces, other, world, at, len);
		if (dice(3) == 0) {
			alerts_free(restarted);
			restarted = alerts_new(pieces);
		}
		follow(restarted, &slo, other, got);
		at += len;
		for (size_t t = 0; t < slo.alerting->len; t++) {
			ck_assert_msg(same_state(&expected[t].state, &got[t].state),
				      "tier %zu after %zu steps: %s, not %s", t, at,
				      alert_phase_names[got[t].state.phase],
				      alert_phase_names[expected[t].state.phase]);
			ck_assert(expected[t].bad >= 0 &&
				  (expected[t].bad <= got[t].bad && got[t].bad <= expected[t].bad));
			fired += got[t].state.phase == ALERT_FIRING;
		}
	}
	ck_assert_uint_gt(fired, 10);
	ck_assert_uint_gt(compare_firings(single, pieces), 2);
	alerts_free(steady);
	alerts_free(restarted);
	store_close(single);
	store_close(pieces);
}
END_TEST

START_TEST(while_an_slo_is_read_back_nothing_fires_and_nothing_ends)
{
	static struct counts world[200];
	struct slo slo = restless_slo();
	struct store *store = store_open(NULL, (struct span){STEP_MS}, NULL);
	struct account *account = account_in(store, &slo);
	struct alerts *alerts = alerts_new(store);
	struct view view;
	struct alerts_case one = {.account = account, .view = &view, .stale_after = {8 * SPAN_MINUTE}};
	struct alert out[TIERS_MAX];

	for (size_t i = 0; i < 200; i++)
		world[i] = (struct counts){.bad = 50, .total = 100, .covered = 1};
	count(store, account, world, 0, 100);
	view = view_raw(&slo, account->ledger, (struct span){STEP_MS});
	alerts_follow(alerts, &one, out);
	ck_assert_int_eq(out[0].state.phase, ALERT_INACTIVE);
	count(store, account, world, 100, 100);
	follow(alerts, &slo, account, out);
	ck_assert_int_eq(out[0].state.phase, ALERT_FIRING);
	/* since the first step that was looked at: an hour back */
	ck_assert_int_eq(out[0].state.active_at.ms, (ORIGIN + 200 - 59) * (int64_t)STEP_MS);
	alerts_free(alerts);
	store_close(store);
}
END_TEST

/* By the store, as a step. */
static step_no since_of(struct store *store, const struct account *account)
{
	struct followed followed;
	struct err err = {{0}};
	struct arena arena;
	struct instant since;

	arena_init(&arena);
	ck_assert_msg(followed_read(store, &arena, &followed, &err), "%s", err.text);
	since = followed_since(&followed, followed_key(&account->key));
	arena_release(&arena);
	return since.ms ? since.ms / STEP_MS - ORIGIN : 0;
}

START_TEST(what_is_followed_begins_anew_behind_steps_that_nobody_looked_at)
{
	static struct counts world[3000];
	struct slo slo = restless_slo();
	struct store *store = store_open(NULL, (struct span){STEP_MS}, NULL);
	struct account *account = account_in(store, &slo);
	struct alerts *alerts = alerts_new(store);
	struct followed damaged;
	struct arena arena;
	struct err err = {{0}};
	struct alert out[TIERS_MAX];
	size_t at = 0;
	const struct {
		size_t steps; /* that come at once */
		bool restart;
		step_no since;
		const char *about;
	} acts[] = {
		{500, false, 441, "read back: the last hour is looked at"},
		{1, false, 441, "one step after the other"},
		{360, false, 441, "as far back as there are single steps"},
		{20, true, 441, "a short restart"},
		{361, false, 1242 - 359, "one too many: the first of 360 that are looked at"},
		{100, true, 1242 - 359, "what passed meanwhile is looked at"},
		{10, true, 1242 - 359, "a short restart behind it"},
		{361, true, 1713 - 359, "a restart after more than there are single steps"},
	};

	for (size_t i = 0; i < 3000; i++) /* no alert has a state: nothing else is remembered */
		world[i] = (struct counts){.total = 100, .covered = 1};
	for (size_t i = 0; i < COUNT_OF(acts); i++) {
		if (acts[i].restart) {
			alerts_free(alerts);
			alerts = alerts_new(store);
		}
		count(store, account, world, at, acts[i].steps);
		at += acts[i].steps;
		follow(alerts, &slo, account, out);
		ck_assert_msg(since_of(store, account) == acts[i].since, "%s: %lld", acts[i].about,
			      (long long)since_of(store, account));
	}
	ck_assert(store_note_put(store, STR("alerts followed since"), STR("1 x\n"), &err));
	arena_init(&arena);
	ck_assert(!followed_read(store, &arena, &damaged, &err));
	arena_release(&arena);
	alerts_free(alerts);
	store_close(store);
}
END_TEST

START_TEST(an_error_goes_by_the_clock_where_no_step_comes)
{
	static const struct tier tiers[] = {
		{.name = STR_INIT("error"), .kind = TIER_ERROR, .for_ = {15 * SPAN_MINUTE}}};
	static struct alerting alerting = {.tiers = tiers, .len = 1};
	static struct counts world[3] = {{1, 100, 1, 0}, {1, 100, 1, 0}, {1, 100, 1, 0}};
	struct slo slo = restless_slo();
	struct store *store = store_open(NULL, (struct span){STEP_MS}, NULL);
	struct account *account = account_in(store, &slo);
	struct alerts *alerts = alerts_new(store);
	struct view view;
	struct alerts_case one = {.account = account, .view = &view, .live = true, .error = true};
	struct alert out[TIERS_MAX];

	slo.alerting = &alerting;
	count(store, account, world, 0, 3);
	view = view_raw(&slo, account->ledger, (struct span){STEP_MS});
	for (int minute = 0; minute <= 16; minute++) {
		one.now.ms = (ORIGIN + 4 + minute) * (int64_t)STEP_MS;
		alerts_follow(alerts, &one, out);
		ck_assert_int_eq(out[0].state.phase, minute < 15 ? ALERT_PENDING : ALERT_FIRING);
	}
	one.error = false;
	alerts_follow(alerts, &one, out);
	ck_assert_int_eq(out[0].state.phase, ALERT_INACTIVE);
	alerts_free(alerts);
	store_close(store);
}
END_TEST

/* A query that was refused from the first time on: its ledger never gets a step, and stays far behind. */
START_TEST(an_error_from_the_beginning_is_no_silence)
{
	static const struct tier tiers[] = {
		{.name = STR_INIT("error"), .kind = TIER_ERROR, .for_ = {15 * SPAN_MINUTE}}};
	static struct alerting alerting = {.tiers = tiers, .len = 1};
	struct slo slo = restless_slo();
	struct store *store = store_open(NULL, (struct span){STEP_MS}, NULL);
	struct alerts *alerts = alerts_new(store);
	struct account *account = account_in(store, &slo);
	struct view view = view_raw(&slo, account->ledger, (struct span){STEP_MS});
	struct alerts_case one = {.account = account, .view = &view, .stale_after = {8 * SPAN_MINUTE}, .error = true};
	struct alert out[TIERS_MAX];
	struct err err = {{0}};

	slo.alerting = &alerting;
	for (int minute = 0; minute <= 30; minute++) {
		one.now.ms = (ORIGIN + 40000 + minute) * (int64_t)STEP_MS;
		alerts_follow(alerts, &one, out);
		ck_assert_int_eq(out[0].state.phase, minute < 15 ? ALERT_PENDING : ALERT_FIRING);
		ck_assert(alerts_save(alerts, &err));
		if (minute == 10 || minute == 20) {
			alerts_free(alerts);
			alerts = alerts_new(store);
		}
	}
	/* It is asked again: while it is read back, nothing is said to be over. */
	one.error = false;
	alerts_follow(alerts, &one, out);
	ck_assert_int_eq(out[0].state.phase, ALERT_FIRING);
	alerts_free(alerts);
	store_close(store);
}
END_TEST

START_TEST(a_tier_that_is_gone_is_forgotten_and_one_that_is_edited_goes_on)
{
	static const struct tier edited[] = {{.name = STR_INIT("fast"),
					      .kind = TIER_BURN,
					      .long_ = {30 * SPAN_MINUTE},
					      .short_ = {3 * SPAN_MINUTE},
					      .factor = 1.5}};
	static struct alerting fewer = {.tiers = edited, .len = 1};
	static struct counts world[70];
	struct slo slo = restless_slo(), changed = slo;
	struct store *store = store_open(NULL, (struct span){STEP_MS}, NULL);
	struct account *account = account_in(store, &slo);
	struct alerts *alerts = alerts_new(store);
	struct alert out[TIERS_MAX], later[TIERS_MAX];
	struct firing_list firings;
	struct arena arena;
	size_t ended = 0;
	struct buf note;

	for (size_t i = 0; i < 70; i++)
		world[i] = (struct counts){.bad = 50, .total = 100, .covered = 1};
	count(store, account, world, 0, 60);
	follow(alerts, &slo, account, out);
	ck_assert_int_eq(out[1].state.phase, ALERT_FIRING);
	changed.alerting = &fewer;
	count(store, account, world, 60, 10);
	follow(alerts, &changed, account, later);
	ck_assert(same_state(&out[0].state, &later[0].state));
	buf_init(&note, KIB(64));
	ck_assert(store_note_get(store, ALERT_NOTE, &note, NULL));
	/* the first line and one alert */
	ck_assert_ptr_eq(strchr(strchr(note.at, '\n') + 1, '\n'), note.at + note.len - 1);
	buf_release(&note);
	/* what fired has ended where nobody looks at it any more */
	arena_init(&arena);
	ck_assert(firings_read(store, &arena, &firings, NULL));
	for (size_t i = 0; i < firings.len; i++) {
		bool gone = !str_is(firings.at[i].tier, "fast");

		ck_assert_int_eq(firings.at[i].resolved_at.ms, gone ? ledger_end(account->ledger) * STEP_MS : 0);
		ended += gone;
	}
	ck_assert_uint_eq(ended, 1);
	ck_assert_uint_eq(firings.len, 2);
	arena_release(&arena);
	alerts_free(alerts);
	store_close(store);
}
END_TEST

static size_t calls;

static void count_call(void *context, int64_t row, step_no to, const struct alert_memory *alert)
{
	(void)context;
	ck_assert(row >= 1 && row <= 9 && to >= 0 && (int)alert->state.phase < ALERT_PHASES);
	calls++;
}

static const struct {
	const char *what, *note;
	size_t alerts; /* 0: refused */
} notes[] = {
	{"two lines", "wick alerts 1\n1 5 77 2 60 60 0 0\n9 5 77 1 60 0 0 0\n", 2},
	{"another version", "wick alerts 2\n1 5 77 2 60 60 0 0\n", 0},
	{"nothing", "", 0},
	{"cut off in a number", "wick alerts 1\n1 5 77 2 60 60 0 0\n9 5 77 1 6", 0},
	{"cut off in front of the line end", "wick alerts 1\n1 5 77 2 60 60 0 0", 0},
	{"a word too few", "wick alerts 1\n1 5 77 2 60 60 0\n", 0},
	{"a word too many", "wick alerts 1\n1 5 77 2 60 60 0 0 0\n", 0},
	{"an unknown phase", "wick alerts 1\n1 5 77 3 60 60 0 0\n", 0},
	{"a row that is not there", "wick alerts 1\n10 5 77 2 60 60 0 0\n", 0},
	{"row 0", "wick alerts 1\n0 5 77 2 60 60 0 0\n", 0},
	{"no number", "wick alerts 1\n1 5 x 2 60 60 0 0\n", 0},
	{"a number too large", "wick alerts 1\n1 5 77 2 99999999999999999999 60 0 0\n", 0},
	{"an empty line", "wick alerts 1\n\n", 0},
};

START_TEST(a_damaged_note_is_refused_whole)
{
	struct err err = {{0}};
	bool ok;

	calls = 0;
	ok = alert_note_read(str_of(notes[_i].note), 9, count_call, NULL, &err);
	ck_assert_msg(ok == (notes[_i].alerts > 0) && calls == notes[_i].alerts, "%s: %zu alerts, %s", notes[_i].what,
		      calls, err.text);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("engine/alerts");

	log_setup(LOG_LOGFMT, LOG_ERROR);
	tcase_add_loop_test(tcase, any_pieces_and_any_restarts_give_the_states_of_one_step_after_the_other, 0, 12);
	tcase_add_test(tcase, while_an_slo_is_read_back_nothing_fires_and_nothing_ends);
	tcase_add_test(tcase, what_is_followed_begins_anew_behind_steps_that_nobody_looked_at);
	tcase_add_test(tcase, an_error_goes_by_the_clock_where_no_step_comes);
	tcase_add_test(tcase, an_error_from_the_beginning_is_no_silence);
	tcase_add_test(tcase, a_tier_that_is_gone_is_forgotten_and_one_that_is_edited_goes_on);
	tcase_add_loop_test(tcase, a_damaged_note_is_refused_whole, 0, (int)COUNT_OF(notes));
	return unit_run("engine/alerts", tcase);
}
