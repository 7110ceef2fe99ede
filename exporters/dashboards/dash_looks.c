/* Units, colours and words. */
#include "exporters/dashboards/dash_parts.h"
#include "model/alerting.h"
#include "model/policy.h"

#include <assert.h>

/* Grafana's ids of units: an unknown one is shown as a text behind the number. */
const char *const dash_units[DASH_UNITS] = {
	[DASH_NUMBER] = "none",           [DASH_COUNT] = "short",
	[DASH_RATIO] = "percentunit",     [DASH_SECONDS] = "s",
	[DASH_TIME] = "dateTimeAsIso",    [DASH_AGO] = "dateTimeFromNow",
	[DASH_BYTES] = "bytes",           [DASH_BYTE_RATE] = "binBps",
	[DASH_BIT_RATE] = "bps",          [DASH_EVENT_RATE] = "eps",
	[DASH_REQUEST_RATE] = "reqps",    [DASH_OPERATION_RATE] = "ops",
	[DASH_PER_DAY] = "suffix: / day",
};

static const char green[] = "green", yellow[] = "yellow", orange[] = "orange", red[] = "red", dark_red[] = "dark-red",
		  blue[] = "blue", purple[] = "purple";

struct step {
	double from;
	const char *color; /* NULL ends the list */
};

/* The first step's value does not matter: it is what is below all others. */
static const struct step plain[] = {{0, green}, {0, NULL}};
static const struct step none_good[] = {{0, green}, {1, red}, {0, NULL}};
static const struct step none_usual[] = {{0, green}, {1, yellow}, {0, NULL}};
static const struct step all_good[] = {{0, red}, {1, green}, {0, NULL}};
static const struct step coverage[] = {{0, red}, {0.5, orange}, {0.9, yellow}, {0.99, green}, {0, NULL}};
static const struct step utilisation[] = {{0, green}, {0.8, orange}, {0.9, red}, {0, NULL}};
static const struct step disk[] = {{0, green}, {0.75, orange}, {0.9, red}, {0, NULL}};
static const struct step certificate[] = {{0, red}, {3 * 86400, orange}, {14 * 86400, green}, {0, NULL}};
static const struct step step_part[] = {{0, green}, {0.5, yellow}, {0.75, red}, {0, NULL}};
static const struct step quota[] = {{0, red}, {0.1, orange}, {0.3, green}, {0, NULL}};
static const struct step levels[] = {{0, green}, {1, yellow}, {2, orange}, {3, red}, {0, NULL}};
static const struct step score[] = {{0, red}, {3, orange}, {5, yellow}, {7, green}, {0, NULL}};

static const struct step *const scales[DASH_SCALES] = {
	[DASH_PLAIN] = plain,
	[DASH_SCALE_BUDGET] = NULL,
	[DASH_SCALE_BURN] = NULL,
	[DASH_SCALE_NONE_GOOD] = none_good,
	[DASH_SCALE_NONE_USUAL] = none_usual,
	[DASH_SCALE_ALL_GOOD] = all_good,
	[DASH_SCALE_COVERAGE] = coverage,
	[DASH_SCALE_UTILISATION] = utilisation,
	[DASH_SCALE_DISK] = disk,
	[DASH_SCALE_CERTIFICATE] = certificate,
	[DASH_SCALE_STEP] = step_part,
	[DASH_SCALE_QUOTA] = quota,
	[DASH_SCALE_POLICY] = levels,
	[DASH_SCALE_SCORE] = score,
};

static void put_step(struct json_writer *json, bool first, double from, const char *color)
{
	json_object(json);
	dash_text(json, "color", color);
	json_key(json, "value");
	if (first)
		json_null(json);
	else
		json_num(json, from);
	json_object_end(json);
}

static void put_budget_steps(struct json_writer *json)
{
	static const char *const colors[POLICY_LEVELS] = {
		[POLICY_REVIEW] = yellow, [POLICY_APPROVAL] = orange, [POLICY_FREEZE] = red};

	/* what is left sinks where what is consumed rises: the worst level is the lowest */
	put_step(json, true, 0, red);
	for (size_t level = POLICY_FREEZE; level > POLICY_NORMAL; level--)
		put_step(json, false, 1 - policy_default.steps[level].consumed,
			 level - 1 > POLICY_NORMAL ? colors[level - 1] : green);
}

/* A page is red, a ticket is not. */
static void put_burn_steps(struct json_writer *json)
{
	struct arena arena;
	const struct alerting *alerting;
	double last = 0;

	arena_init(&arena);
	alerting = alerting_default(&arena, &(struct alerting_basis){.window = {30 * SPAN_DAY}});
	put_step(json, true, 0, green);
	for (;;) {
		const struct tier *next = NULL;

		for (size_t i = 0; i < alerting->len; i++) {
			const struct tier *tier = &alerting->tiers[i];

			if (tier->kind == TIER_BURN && tier->factor > last && (!next || tier->factor < next->factor))
				next = tier;
		}
		if (!next)
			break;
		put_step(json, false, next->factor,
			 !str_is(next->severity, "page") ? (last > 0 ? orange : yellow)
							 : (next->factor > 10 ? dark_red : red));
		last = next->factor;
	}
	arena_release(&arena);
}

void dash_threshold_steps(struct json_writer *json, enum dash_scale scale)
{
	dash_text(json, "mode", "absolute");
	dash_array(json, "steps");
	if (scale == DASH_SCALE_BUDGET)
		put_budget_steps(json);
	else if (scale == DASH_SCALE_BURN)
		put_burn_steps(json);
	else
		for (const struct step *step = scales[scale]; step->color; step++)
			put_step(json, step == scales[scale], step->from, step->color);
	json_array_end(json);
}

void dash_thresholds(struct json_writer *json, enum dash_scale scale)
{
	dash_object(json, "thresholds");
	dash_threshold_steps(json, scale);
	json_object_end(json);
}

struct word {
	const char *value, *text, *color; /* value NULL ends the list */
};

static const struct word policy[] = {{"0", "normal", green},
				     {"1", "review", yellow},
				     {"2", "approval", orange},
				     {"3", "freeze", red},
				     {NULL, NULL, NULL}};
static const struct word up[] = {{"0", "down", red}, {"1", "up", green}, {NULL, NULL, NULL}};
static const struct word yes[] = {{"0", "no", blue}, {"1", "yes", blue}, {NULL, NULL, NULL}};
static const struct word fault[] = {{"0", "no", green}, {"1", "yes", red}, {NULL, NULL, NULL}};
static const struct word ok[] = {{"0", "no", red}, {"1", "yes", green}, {NULL, NULL, NULL}};
static const struct word met[] = {{"0", "missed", red}, {"1", "met", green}, {NULL, NULL, NULL}};
static const struct word missed[] = {
	{"0", "met", green}, {"1", "missed", red}, {"2", "met, of what is known", yellow}, {NULL, NULL, NULL}};
static const struct word firing[] = {{"0", "pending", orange}, {"1", "firing", red}, {NULL, NULL, NULL}};
static const struct word exhaustion[] = {{DASH_NEVER, "not at this rate", green}, {NULL, NULL, NULL}};
static const struct word level[] = {
	{"1", "low", red}, {"2", "medium", orange}, {"3", "high", green}, {"4", "elite", purple}, {NULL, NULL, NULL}};

static const struct word *const word_lists[DASH_WORD_LISTS] = {
	[DASH_NO_WORDS] = NULL,       [DASH_WORDS_POLICY] = policy,
	[DASH_WORDS_UP] = up,         [DASH_WORDS_YES] = yes,
	[DASH_WORDS_FAULT] = fault,   [DASH_WORDS_OK] = ok,
	[DASH_WORDS_MET] = met,       [DASH_WORDS_MISSED] = missed,
	[DASH_WORDS_FIRING] = firing, [DASH_WORDS_EXHAUSTION] = exhaustion,
	[DASH_WORDS_LEVEL] = level,
};

void dash_mapping_list(struct json_writer *json, enum dash_words words)
{
	int index = 0;

	json_array(json);
	if (word_lists[words]) {
		json_object(json);
		dash_text(json, "type", "value");
		dash_object(json, "options");
		for (const struct word *word = word_lists[words]; word->value; word++) {
			dash_object(json, word->value);
			dash_text(json, "text", word->text);
			dash_text(json, "color", word->color);
			dash_int(json, "index", index++);
			json_object_end(json);
		}
		json_object_end(json);
		json_object_end(json);
	}
	json_array_end(json);
}

void dash_mappings(struct json_writer *json, enum dash_words words)
{
	json_key(json, "mappings");
	dash_mapping_list(json, words);
}
