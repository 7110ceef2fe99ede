#include "propose/document.h"

#include "base/limits.h"
#include "base/num.h"
#include "format/yaml.h"
#include "propose/words.h"

enum { WIDTH = 118, GROUP_LIMIT = 100 };

bool proposal_active(const struct proposal *proposal) { return proposal->measured.objective != NULL; }

struct str document_number(struct arena *arena, double number)
{
	char text[NUM_TEXT];

	return arena_str(arena, (struct str){text, num_text(text, number)});
}

static void put_promql(struct buf *out, size_t indent, const char *key, struct str promql)
{
	buf_fill(out, ' ', indent);
	buf_fmt(out, "%s: ", key);
	yaml_write_quoted(out, promql);
	buf_char(out, '\n');
}

void document_write_sli(struct buf *out, struct arena *arena, const struct proposal *proposal, struct str threshold)
{
	struct str all = proposal_selector(arena, proposal, STR(""), false);

	switch (proposal->kind) {
	case PROPOSE_AVAILABILITY:
		buf_cstr(out, "      events:\n");
		put_promql(out, 8, "bad", proposal_selector(arena, proposal, STR(""), true));
		put_promql(out, 8, "total", all);
		return;
	case PROPOSE_LATENCY:
		buf_cstr(out, "      latency:\n");
		put_promql(out, 8, "histogram", proposal_selector(arena, proposal, proposal->metric, false));
		buf_fmt(out, "        threshold: %.*s\n", STR_ARG(threshold));
		if (proposal->convention->unit)
			buf_fmt(out, "        unit: %s\n", proposal->convention->unit);
		return;
	case PROPOSE_PROBE:
		put_promql(out, 6, "probe", all);
	}
}

void document_write_groups(struct buf *out, const struct proposal *proposal)
{
	if (proposal->kind != PROPOSE_PROBE || proposal->groups == 0)
		return;
	buf_cstr(out, "    groupBy: [instance]\n");
	if (proposal->groups > GROUP_LIMIT)
		buf_fmt(out, "    groupLimit: %zu\n", proposal->groups);
}

/* A comment, filled to the width; `first` stands before its first line, blanks of that length before the others. */
static void put_comment(struct buf *out, size_t indent, const char *first, struct str text)
{
	size_t column = 0;

	while (text.len) {
		size_t end = str_find(text, ' ');

		if (column == 0 || column + 1 + end > WIDTH) {
			if (column)
				buf_char(out, '\n');
			buf_fill(out, ' ', indent);
			buf_cstr(out, "# ");
			if (column == 0)
				buf_cstr(out, first);
			else
				buf_fill(out, ' ', strlen(first));
			column = indent + 2 + strlen(first);
		} else {
			buf_char(out, ' ');
			column++;
		}
		buf_str(out, str_slice(text, 0, end));
		column += end;
		text = str_slice(text, end < text.len ? end + 1 : end, text.len);
	}
	buf_char(out, '\n');
}

/* The default tier `page-fast` asks for a burn rate that 90 % cannot reach. */
static void put_alerting(struct buf *out, const char *objective)
{
	if (!str_is(str_of(objective), "90%"))
		return;
	put_comment(out, 4, "", STR("a burn rate is at most 10 here, so that this tier could never fire"));
	buf_cstr(out, "    alerting: {tiers: [{name: page-fast, disable: true}]}\n");
}

static void put_slo(struct buf *out, const struct survey *survey, const struct proposal *proposal, struct span since)
{
	struct arena *arena = survey->arena;
	const char *objective = proposal_active(proposal) ? proposal->measured.objective : "99%";

	buf_fmt(out, "  - name: %.*s\n", STR_ARG(proposal->name));
	buf_fmt(out, "    description: %.*s\n", STR_ARG(words_description(arena, proposal)));
	put_comment(out, 4, "", words_measured(arena, proposal, since));
	buf_fmt(out, "    objective: %s\n    window: 30d\n", objective);
	put_alerting(out, objective);
	put_comment(out, 4, "", words_choice(arena, proposal));
	document_write_groups(out, proposal);
	put_comment(out, 4, "", words_service(arena, proposal));
	buf_cstr(out, "    sli:\n");
	document_write_sli(out, arena, proposal,
			   proposal->kind == PROPOSE_LATENCY ? words_threshold(arena, proposal) : STR(""));
}

/* Every line as a comment. */
static void put_out(struct buf *out, struct str text)
{
	while (text.len) {
		size_t end = str_find(text, '\n');

		buf_cstr(out, "# ");
		buf_str(out, str_slice(text, 0, end));
		buf_char(out, '\n');
		text = str_slice(text, end < text.len ? end + 1 : end, text.len);
	}
}

void document_write_source(struct buf *out, const struct survey *survey)
{
	if (survey->source.len == 0)
		return;
	buf_cstr(out, "source: ");
	yaml_write_text(out, survey->source);
	buf_char(out, '\n');
}

/* The proposals of one service: those without an objective stand there as comments, all of it where there is none with
 * one. */
static void put_service(struct buf *out, const struct survey *survey, size_t from, size_t to, struct span since)
{
	struct buf head, slo;
	bool active = false;

	buf_init(&head, LIMIT_OUTPUT_BYTES);
	buf_init(&slo, LIMIT_OUTPUT_BYTES);
	for (size_t i = from; i < to; i++)
		active = active || proposal_active(&survey->list[i]);
	buf_cstr(&head, "apiVersion: wick/v1\nkind: ServiceLevels\n");
	buf_cstr(&head, "service: ");
	yaml_write_text(&head, survey->list[from].service);
	buf_char(&head, '\n');
	document_write_source(&head, survey);
	buf_cstr(&head, "slos:\n");
	if (active)
		buf_str(out, buf_view(&head));
	else
		put_out(out, buf_view(&head));
	for (size_t i = from; i < to; i++) {
		if (i > from)
			buf_char(out, '\n');
		buf_clear(&slo);
		put_slo(&slo, survey, &survey->list[i], since);
		if (proposal_active(&survey->list[i]))
			buf_str(out, buf_view(&slo));
		else
			put_out(out, buf_view(&slo));
	}
	buf_release(&head);
	buf_release(&slo);
}

static void put_head(struct buf *out, const struct survey *survey, struct str source, struct span since)
{
	struct arena *arena = survey->arena;

	put_comment(
		out, 0, "",
		arena_fmt(
			arena,
			"Proposed by 'wick init' from what %.*s has of the %s before %s: %zu metrics, of which %zu are of "
			"kinds that wick knows.",
			STR_ARG(source), span_text(since).text, instant_text(survey->at).text, survey->names,
			survey->known));
	put_comment(
		out, 0, "",
		STR("Each objective is the strictest of 90, 95, 99, 99.5, 99.9, 99.95 and 99.99 % of whose error budget "
		    "that time would have left a tenth or more. That is what the service does, not yet what its users "
		    "need: look at each before you promise it. What stands there as a comment could not be told."));
}

static void put_remarks(struct buf *out, const struct survey *survey)
{
	if (survey->remarks_len == 0)
		return;
	buf_char(out, '\n');
	put_comment(out, 0, "", STR("Seen, and left out:"));
	for (size_t i = 0; i < survey->remarks_len; i++)
		put_comment(out, 0, "- ", survey->remarks[i]);
	if (survey->remarks_dropped)
		put_comment(out, 0, "- ", arena_fmt(survey->arena, "and %zu more", survey->remarks_dropped));
}

bool document_write(struct buf *out, const struct survey *survey, struct str source, struct span since)
{
	bool begun = false;

	put_head(out, survey, source, since);
	for (size_t from = 0, to; from < survey->len; from = to) {
		bool active = false;

		for (to = from; to < survey->len && str_eq(survey->list[to].service, survey->list[from].service); to++)
			active = active || proposal_active(&survey->list[to]);
		buf_cstr(out, active && begun ? "\n---\n" : "\n");
		begun = begun || active;
		put_service(out, survey, from, to, since);
	}
	put_remarks(out, survey);
	return !out->full;
}

bool document_summary(struct buf *out, const struct survey *survey, struct span since)
{
	struct arena *arena = survey->arena;

	for (size_t i = 0; i < survey->len; i++) {
		const struct proposal *proposal = &survey->list[i];

		buf_fmt(out, "%.*s: %s\n", STR_ARG(proposal_id(arena, proposal)),
			proposal_active(proposal) ? proposal->measured.objective : "no objective");
		buf_fmt(out, "  %.*s\n  %.*s\n  %.*s\n", STR_ARG(words_measured(arena, proposal, since)),
			STR_ARG(words_choice(arena, proposal)), STR_ARG(words_service(arena, proposal)));
	}
	for (size_t i = 0; i < survey->remarks_len; i++)
		buf_fmt(out, "left out: %.*s\n", STR_ARG(survey->remarks[i]));
	if (survey->remarks_dropped)
		buf_fmt(out, "left out: and %zu more\n", survey->remarks_dropped);
	return !out->full;
}
