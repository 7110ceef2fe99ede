#include "propose/words.h"

#include "base/limits.h"
#include "base/num.h"
#include "exporters/table.h"

#include <math.h>

enum { PERCENT_DIGITS = 3 };

static struct str percent(struct arena *arena, double ratio, int decimals)
{
	struct buf out;
	struct str text;

	buf_init(&out, LIMIT_LINE_BYTES);
	table_percent_write(&out, ratio, decimals);
	text = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return text;
}

static struct str number(struct arena *arena, double value)
{
	char text[NUM_TEXT];

	return arena_str(arena, (struct str){text, num_text(text, value)});
}

/* Whole events in full: 1e+07 is no number for people. */
static struct str events(struct arena *arena, double value)
{
	return num_whole(value) ? arena_fmt(arena, "%.0f", value) : arena_fmt(arena, "%.2f", value);
}

static bool in_milliseconds(const struct proposal *proposal)
{
	const char *unit = proposal->convention->unit;

	return unit ? str_is(str_of(unit), "ms")
		    : str_ends(proposal->metric, STR("_milliseconds")) || str_ends(proposal->metric, STR("_ms"));
}

struct str words_threshold(struct arena *arena, const struct proposal *proposal)
{
	double ms = proposal->threshold * (in_milliseconds(proposal) ? 1 : 1000), whole = round(ms);

	if (fabs(ms - whole) > 1e-9 * whole || whole < 1 || whole > (double)SPAN_DAY)
		return number(arena, proposal->threshold);
	return arena_fmt(arena, "%s", span_text((struct span){(int64_t)whole}).text);
}

struct str words_description(struct arena *arena, const struct proposal *proposal)
{
	const char *what = proposal->convention->events;

	switch (proposal->kind) {
	case PROPOSE_AVAILABILITY:
		return arena_fmt(arena, "%s answered without a failure of the server", what);
	case PROPOSE_LATENCY:
		return arena_fmt(arena, "%s answered within %.*s", what, STR_ARG(words_threshold(arena, proposal)));
	case PROPOSE_PROBE:
		break;
	}
	return STR("answers a probe from outside");
}

static const char *bad_of(const struct proposal *proposal)
{
	return proposal->kind == PROPOSE_LATENCY ? "slower"
	       : proposal->kind == PROPOSE_PROBE ? "without an answer"
						 : "bad";
}

static struct str words_ladder(struct arena *arena, const struct measured *measured)
{
	struct str text = arena_fmt(arena, "%s would have left %.*s of its budget", measured->objective,
				    STR_ARG(percent(arena, measured->left, 1)));

	if (!measured->stricter)
		return text;
	if (measured->stricter_too_fine)
		return arena_fmt(arena, "%.*s, and %s has a budget of fewer than 5 events, which chance would spend",
				 STR_ARG(text), measured->stricter);
	if (measured->stricter_left > 0)
		return arena_fmt(arena, "%.*s, %s only %.*s", STR_ARG(text), measured->stricter,
				 STR_ARG(percent(arena, measured->stricter_left, 1)));
	return arena_fmt(arena, "%.*s, %s would have been missed", STR_ARG(text), measured->stricter);
}

struct str words_measured(struct arena *arena, const struct proposal *proposal, struct span since)
{
	const struct measured *measured = &proposal->measured;
	const char *what = proposal->kind == PROPOSE_PROBE ? "steps of time" : proposal->convention->events;
	struct str text;

	if (!(measured->total > 0))
		return arena_fmt(arena, "of the last %s nothing can be told: %.*s", span_text(since).text,
				 STR_ARG(measured->doubt));
	text = arena_fmt(arena, "in the last %s, of which %.*s is known, %.*s of %.*s %s were %s (SLI %.*s)",
			 span_text(since).text, STR_ARG(percent(arena, measured->known, 1)),
			 STR_ARG(events(arena, measured->bad)), STR_ARG(events(arena, measured->total)), what,
			 bad_of(proposal),
			 STR_ARG(percent(arena, 1 - measured->bad / measured->total, PERCENT_DIGITS)));
	return arena_fmt(arena, "%.*s: %.*s", STR_ARG(text),
			 STR_ARG(measured->objective ? words_ladder(arena, measured) : measured->doubt));
}

static struct str words_bound(struct arena *arena, const struct proposal *proposal)
{
	if (proposal->fast_enough)
		return arena_fmt(
			arena,
			"the threshold is the smallest of the %zu bounds of its buckets that 99%% of the requests "
			"met, those that failed among them",
			proposal->bounds_len);
	if (!(proposal->measured.total > 0))
		return arena_fmt(
			arena,
			"the threshold is one of the %zu bounds of its buckets; there was nothing to choose it by",
			proposal->bounds_len);
	return STR("the threshold is the largest bound of its buckets; fewer than 99% of the requests met it");
}

static struct str words_groups(struct arena *arena, const struct proposal *proposal)
{
	struct str text;

	if (proposal->groups == 0)
		return STR("each step of time is one event");
	text = arena_fmt(arena, "each of the %zu instances has a budget of its own", proposal->groups);
	if (proposal->worst.len && proposal_plain(proposal->worst))
		text = arena_fmt(arena, "%.*s; the objective is one that the worst would have met, %.*s", STR_ARG(text),
				 STR_ARG(proposal->worst));
	if (proposal->unknown)
		text = arena_fmt(arena, "%.*s; %zu of them are too young to tell", STR_ARG(text), proposal->unknown);
	return text;
}

struct str words_choice(struct arena *arena, const struct proposal *proposal)
{
	switch (proposal->kind) {
	case PROPOSE_AVAILABILITY:
		return arena_fmt(arena, "'%.*s' holds %.*s; bad are %s, %s\"%.*s\"", STR_ARG(proposal->outcome),
				 STR_ARG(proposal->outcomes), proposal->bad.meaning,
				 proposal->bad.op == MATCH_RE ? "=~" : "=", STR_ARG(proposal->bad.value));
	case PROPOSE_LATENCY:
		return words_bound(arena, proposal);
	case PROPOSE_PROBE:
		break;
	}
	return words_groups(arena, proposal);
}

struct str words_service(struct arena *arena, const struct proposal *proposal)
{
	struct str text = proposal->why_label;

	if (proposal->label.len)
		text = arena_fmt(arena, "the service is the label '%.*s', %.*s", STR_ARG(proposal->label),
				 STR_ARG(proposal->why_label));
	if (proposal->label.len && !str_eq(proposal->service, proposal->value))
		text = arena_fmt(arena, "%.*s; its value '%.*s' is no name here, so it is written '%.*s'",
				 STR_ARG(text), STR_ARG(proposal->value), STR_ARG(proposal->service));
	if (proposal->only)
		text = arena_fmt(arena, "%.*s; only series with %s=\"%s\" are counted, lest an event counts twice",
				 STR_ARG(text), proposal->convention->only, proposal->convention->is);
	return text;
}
