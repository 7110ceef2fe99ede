#include "eval/composite.h"

#include <math.h>

/* A member's share in the span, in parts of it. */
struct share {
	double known, covered; /* of its steps; `known` with what is ruled */
	double bad, total;     /* events */
};

static double known_steps(const struct counts *counts) { return counts->covered + counts->bridged; }

/* Without a rate nobody can say how many events are missing. */
static double ruled_steps(const struct composite *composite, const struct composite_part *part)
{
	bool no_rate = composite->weighting == WEIGHTED_BY_EVENTS && isnan(part->rate);

	return composite->missing == MISSING_IGNORED || no_rate ? 0 : part->ruled;
}

static struct share share_of(const struct composite *composite, const struct composite_part *part)
{
	const struct counts *counts = &part->counts;
	double known = known_steps(counts), ruled = ruled_steps(composite, part), rate = 1;
	struct share share = {
		.known = fmin((known + ruled) / part->steps, 1),
		.covered = fmin(counts->covered / part->steps, 1),
		.bad = counts->bad,
		.total = counts->total,
	};

	if (composite->weighting == WEIGHTED_BY_EVENTS) {
		rate = ruled > 0 ? part->rate : 0;
	} else {
		share.total = known;
		share.bad = counts->total > 0 ? known * fmax(counts->bad / counts->total, 0) : 0;
	}
	share.total += ruled * rate;
	share.bad += composite->missing == MISSING_BAD ? ruled * rate : 0;
	return share;
}

/* Of members whose traffic is known, by weight; NaN where there are none, or none that has any. */
static double mean_rate(const struct composite *composite, const struct composite_part *parts)
{
	double sum = 0, weights = 0;

	for (size_t i = 0; i < composite->len; i++) {
		if (!(parts[i].steps > 0) || isnan(parts[i].rate))
			continue;
		sum += composite->members[i].weight * parts[i].rate;
		weights += composite->members[i].weight;
	}
	return sum > 0 ? sum / weights : (double)NAN;
}

/* How much a member has to say about what is known of the composite. One of unknown traffic is taken for a usual one.
 */
static double say_of(const struct composite *composite, size_t i, double rate, double mean)
{
	double weight = composite->members[i].weight;

	if (composite->weighting == WEIGHTED_EQUALLY || isnan(mean))
		return weight;
	return weight * (isnan(rate) ? mean : rate);
}

struct counts composite_counts(const struct composite *composite, const struct composite_part *parts, double steps)
{
	bool by_events = composite->weighting == WEIGHTED_BY_EVENTS;
	double mean = by_events ? mean_rate(composite, parts) : (double)NAN, says = 0, known = 0, covered = 0;
	struct counts sum = {0};

	for (size_t i = 0; i < composite->len; i++) {
		struct share share;
		double say, scale;

		if (!(parts[i].steps > 0))
			continue;
		share = share_of(composite, &parts[i]);
		say = say_of(composite, i, parts[i].rate, mean);
		scale = by_events ? 1 : steps / parts[i].steps;
		says += say;
		known += say * share.known;
		covered += say * share.covered;
		sum.bad += composite->members[i].weight * share.bad * scale;
		sum.total += composite->members[i].weight * share.total * scale;
	}
	if (!(says > 0))
		return (struct counts){0};
	if (!by_events) {
		sum.bad /= says;
		sum.total /= says;
	}
	sum.covered = steps * (covered / says);
	sum.bridged = fmax(steps * (known / says) - sum.covered, 0);
	return sum;
}

/* All by the same scale. */
static double bad_of(const struct composite *composite, const struct composite_part *parts, size_t i)
{
	double scale = composite->weighting == WEIGHTED_BY_EVENTS ? 1 : parts[i].steps;

	return parts[i].steps > 0 ? composite->members[i].weight * share_of(composite, &parts[i]).bad / scale : 0;
}

double composite_bad_part(const struct composite *composite, const struct composite_part *parts, size_t member)
{
	double sum = 0;

	for (size_t i = 0; i < composite->len; i++)
		sum += bad_of(composite, parts, i);
	return sum > 0 ? bad_of(composite, parts, member) / sum : (double)NAN;
}
