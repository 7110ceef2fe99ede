#include "report/choice.h"

/* What was closed is not what is shown only where something else knows so much more of the period. */
#define MORE 0.01

bool choice_whole(const struct report_numbers *numbers)
{
	return !numbers->interpolated && !numbers->late && !report_partial(numbers);
}

/* What a view says, unless its counts are wrong. */
static struct report_numbers read_view(const struct view *view, struct str fault, const struct numbers_period *of,
				       enum report_origin origin, struct arena *arena)
{
	struct report_numbers numbers = {.origin = ORIGIN_NONE, .reason = fault};

	if (!fault.len)
		numbers_read(view, of, origin, arena, &numbers);
	return numbers;
}

static bool is_better(const struct report_numbers *one, const struct report_numbers *other)
{
	double more = period_known(&one->record) - period_known(&other->record);

	if (other->origin == ORIGIN_NONE)
		return true;
	if (other->origin == ORIGIN_RECORD)
		return more > MORE && report_partial(other);
	return other->interpolated && !other->late ? more > -MORE : more > 0;
}

/* Takes `other` where it is better. */
static void consider(const struct report_numbers *other, struct arena *arena, struct report_numbers *out)
{
	const struct period_record *closed = out->closed;
	struct str before = out->reason;

	if (other->origin == ORIGIN_NONE && out->origin == ORIGIN_NONE) {
		out->reason = !before.len ? other->reason
					  : arena_fmt(arena, "%.*s; and of the source: %.*s", STR_ARG(before),
						      STR_ARG(other->reason));
	} else if (other->origin != ORIGIN_NONE && is_better(other, out)) {
		*out = *other;
		out->closed = closed;
	}
}

void choice_take(const struct choice_row *row, const struct numbers_period *of, const struct period_record *record,
		 struct arena *arena, struct report_numbers *out)
{
	struct report_numbers other;

	*out = (struct report_numbers){.origin = ORIGIN_NONE};
	if (record)
		*out = (struct report_numbers){.origin = ORIGIN_RECORD, .record = *record, .closed = record};
	if (row->stored && !choice_whole(out)) {
		other = read_view(row->stored, row->stored_fault, of, ORIGIN_LEDGER, arena);
		other.late = row->late && other.origin == ORIGIN_LEDGER;
		consider(&other, arena, out);
	}
	if (row->counted && !choice_whole(out)) {
		other = read_view(row->counted, row->counted_fault, of, ORIGIN_SOURCE, arena);
		if (other.origin == ORIGIN_NONE && row->counted_why.len)
			other.reason = row->counted_why;
		consider(&other, arena, out);
	}
	if (out->origin == ORIGIN_NONE && !out->reason.len)
		out->reason = row->counted_why.len ? row->counted_why : STR("neither a store nor a source has it");
	if (out->origin == ORIGIN_RECORD)
		out->closed = NULL;
}
