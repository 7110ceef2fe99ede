#include "exporters/alerting/runbook.h"

#include "base/num.h"
#include "exporters/markdown.h"
#include "format/html.h"

const struct runbook *runbook_at(size_t place)
{
	static const struct runbook *const tables[] = {own_runbooks, host_runbooks, blackbox_runbooks,
						       delivery_runbooks, prometheus_runbooks};

	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		for (const struct runbook *runbook = tables[i]; runbook->name; runbook++)
			if (place-- == 0)
				return runbook;
	return NULL;
}

const struct runbook *runbook_named(struct str name)
{
	const struct runbook *runbook;

	for (size_t i = 0; (runbook = runbook_at(i)) != NULL && !str_is(name, runbook->name);)
		i++;
	return runbook;
}

/* How a text is written: as Markdown or as HTML. */
struct writer {
	struct buf *out;
	bool html;
	const struct slo *slo; /* NULL: in general */
};

static void put_text(const struct writer *writer, struct str text)
{
	if (writer->html)
		html_write(writer->out, text);
	else
		buf_str(writer->out, text);
}

/* What an author wrote as plain text: in Markdown no mark of it means anything. */
static void put_plain(const struct writer *writer, struct str text)
{
	if (writer->html)
		html_write(writer->out, text);
	else
		markdown_text(writer->out, text);
}

/* A piece of code of the SLO's: in Markdown between as many backticks as it takes. */
static void put_code(const struct writer *writer, struct str code)
{
	size_t run = 0, longest = 0;

	if (writer->html) {
		buf_cstr(writer->out, "<code>");
		html_write(writer->out, code);
		buf_cstr(writer->out, "</code>");
		return;
	}
	for (size_t i = 0; i < code.len; i++) {
		run = code.at[i] == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	buf_fill(writer->out, '`', longest + 1);
	buf_cstr(writer->out, longest ? " " : "");
	for (size_t i = 0; i < code.len; i++) /* a line end would end the paragraph */
		buf_char(writer->out, code.at[i] == '\n' || code.at[i] == '\r' ? ' ' : code.at[i]);
	buf_cstr(writer->out, longest ? " " : "");
	buf_fill(writer->out, '`', longest + 1);
}

static void put_latency(const struct writer *writer, const char *what)
{
	const struct sli *sli = &writer->slo->sli;

	buf_cstr(writer->out, what);
	if (sli->latency.ms) {
		buf_cstr(writer->out, span_text(sli->latency).text);
	} else {
		num_write_double(writer->out, sli->limit);
	}
	buf_cstr(writer->out, " in ");
	put_code(writer, sli->metric.text);
}

/* "`shop/cart` (weight 2), `shop/payment`" */
static void put_members(const struct writer *writer, const struct composite *composite)
{
	for (size_t i = 0; i < composite->len; i++) {
		buf_cstr(writer->out, i ? ", " : "");
		put_code(writer, composite->members[i].id);
		if (num_same(composite->members[i].weight, 1))
			continue;
		buf_cstr(writer->out, " (weight ");
		num_write_double(writer->out, composite->members[i].weight);
		buf_char(writer->out, ')');
	}
}

/* What counts as bad, by the kind of SLI. */
static void put_bad(const struct writer *writer)
{
	const struct sli *sli = &writer->slo->sli;

	switch (sli->kind) {
	case SLI_EVENTS:
	case SLI_RATIO:
		if (!sli->bad.text.len)
			buf_cstr(writer->out, "what is not ");
		put_code(writer, sli->bad.text.len ? sli->bad.text : sli->good.text);
		break;
	case SLI_LATENCY:
		put_latency(writer, "requests slower than ");
		break;
	case SLI_PROBE:
		buf_cstr(writer->out, "steps in which ");
		put_code(writer, sli->metric.text);
		buf_cstr(writer->out, " is 0");
		break;
	case SLI_THRESHOLD:
		buf_cstr(writer->out, "steps in which ");
		put_code(writer, sli->metric.text);
		buf_cstr(writer->out, " is not ");
		put_text(writer, str_of(comparison_signs[sli->comparison]));
		buf_char(writer->out, ' ');
		num_write_double(writer->out, sli->limit);
		break;
	case SLI_COMPOSITE:
		buf_cstr(writer->out, "what is bad of its members, ");
		put_members(writer, sli->composite);
		break;
	}
}

static void put_total(const struct writer *writer)
{
	const struct sli *sli = &writer->slo->sli;

	if (sli->kind == SLI_EVENTS)
		put_code(writer, sli->total.text);
	else if (sli->kind == SLI_LATENCY)
		buf_cstr(writer->out, "all of its requests");
	else if (sli->kind == SLI_COMPOSITE)
		buf_cstr(writer->out, slo_per_step(writer->slo) ? "all of their time" : "all of their events");
	else
		buf_cstr(writer->out, "all steps");
}

/* A selector by itself, which can stand in another query. */
static bool is_selector(struct str query) { return query.len && str_find(query, '(') == query.len; }

static void put_query(const struct writer *writer, const char *before, struct str query, const char *behind)
{
	struct buf code;

	buf_init(&code, writer->out->ceiling);
	buf_fmt(&code, "%s%.*s%s", before, STR_ARG(query), behind);
	put_code(writer, buf_view(&code));
	buf_release(&code);
}

/* Each once, as a regular expression: '.' in a name matches itself, too. */
static void put_names(struct buf *code, const struct composite *composite, bool services)
{
	for (size_t i = 0; i < composite->len; i++) {
		struct str name = services ? composite->members[i].slo->service : composite->members[i].slo->name;
		bool known = false;

		for (size_t k = 0; k < i && !known; k++)
			known = str_eq(name,
				       services ? composite->members[k].slo->service : composite->members[k].slo->name);
		if (!known)
			buf_fmt(code, "%s%.*s", i ? "|" : "", STR_ARG(name));
	}
}

/* The worst member is the place to look. */
static void put_worst(const struct writer *writer)
{
	const struct composite *composite = writer->slo->sli.composite;
	struct buf code;

	buf_init(&code, writer->out->ceiling);
	buf_cstr(&code, "sort_desc(wick_slo_burn_rate{window=\"1h\",service=~\"");
	put_names(&code, composite, true);
	buf_cstr(&code, "\",slo=~\"");
	put_names(&code, composite, false);
	buf_cstr(&code, "\"})");
	put_code(writer, buf_view(&code));
	buf_cstr(writer->out, " has its members, the one that burns fastest first: go on with that one's runbook");
	buf_release(&code);
}

/* How to find the part that fails, with a query that can be pasted where there is one. */
static void put_breakdown(const struct writer *writer)
{
	const struct sli *sli = &writer->slo->sli;

	switch (sli->kind) {
	case SLI_EVENTS:
		if (is_selector(sli->bad.text)) {
			put_query(writer, "topk(10, sum by (instance, code) (rate(", sli->bad.text, "[5m])))");
			buf_cstr(writer->out, " by instance and code, or by the labels that these counters have");
		} else {
			buf_cstr(writer->out, "break ");
			put_bad(writer);
			buf_cstr(writer->out, " down by instance, route and code");
		}
		break;
	case SLI_LATENCY:
		buf_cstr(writer->out, "compare instances and routes, and see whether ");
		put_latency(writer, "those above ");
		buf_cstr(writer->out, " come from one of them");
		break;
	case SLI_PROBE:
		put_query(writer, "", sli->metric.text, " == 0");
		buf_cstr(writer->out, " lists what is down");
		break;
	case SLI_THRESHOLD:
	case SLI_RATIO:
		buf_cstr(writer->out, "draw ");
		if (sli->kind == SLI_THRESHOLD)
			put_code(writer, sli->metric.text);
		else
			put_bad(writer);
		buf_cstr(writer->out, " over the last hours, by instance where it can be had");
		break;
	case SLI_COMPOSITE:
		put_worst(writer);
		break;
	}
}

static void put_promise(const struct writer *writer)
{
	if (writer->slo->description.len)
		put_plain(writer, writer->slo->description);
	else
		buf_cstr(writer->out, "Its definition does not say in words what it promises.");
}

/* What a place stands for, of an SLO; in general it is named. */
static bool put_place(const struct writer *writer, struct str place)
{
	static const struct {
		const char *name, *in_general;
	} places[] = {{"slo", "the SLO"},
		      {"service", "the service"},
		      {"objective", "what the SLO says"},
		      {"window", "its window"},
		      {"promise", "An SLO spends its error budget."},
		      {"bad", "what the SLO counts as bad"},
		      {"breakdown", "break what the SLO counts as bad down by instance, route and code"},
		      {"total", "what it counts"},
		      {"metric", "its metric"}};
	const struct slo *slo = writer->slo;
	size_t i = 0;

	while (i < sizeof(places) / sizeof(*places) && !str_is(place, places[i].name))
		i++;
	if (i == sizeof(places) / sizeof(*places))
		return false;
	if (!slo)
		return buf_cstr(writer->out, places[i].in_general);
	if (str_is(place, "slo"))
		put_text(writer, slo->id);
	else if (str_is(place, "service"))
		put_text(writer, slo->service);
	else if (str_is(place, "objective"))
		put_text(writer, slo->objective_text);
	else if (str_is(place, "window"))
		put_text(writer, slo->windows->name);
	else if (str_is(place, "promise"))
		put_promise(writer);
	else if (str_is(place, "bad"))
		put_bad(writer);
	else if (str_is(place, "breakdown"))
		put_breakdown(writer);
	else if (str_is(place, "total"))
		put_total(writer);
	else
		put_code(writer, slo->sli.metric.text);
	return true;
}

/* Our own text: {places} are filled in, and `code` is code in HTML, too. */
static void put_line(const struct writer *writer, const char *line)
{
	struct str rest = str_of(line);
	bool code = false;

	while (rest.len) {
		size_t end = 0, close;

		while (end < rest.len && rest.at[end] != '{' && rest.at[end] != '`')
			end++;
		put_text(writer, str_slice(rest, 0, end));
		rest = str_slice(rest, end, rest.len);
		if (!rest.len)
			return;
		close = str_find(rest, '}');
		if (rest.at[0] == '`') {
			code = !code;
			buf_cstr(writer->out, !writer->html ? "`" : code ? "<code>" : "</code>");
			rest = str_slice(rest, 1, rest.len);
		} else if (!code && close < rest.len && put_place(writer, str_slice(rest, 1, close))) {
			rest = str_slice(rest, close + 1, rest.len);
		} else {
			put_text(writer, str_slice(rest, 0, 1));
			rest = str_slice(rest, 1, rest.len);
		}
	}
}

/* Which sections are steps in an order, and which are single things to know. */
static bool numbered(size_t section) { return section == 2; }

static void put_section(const struct writer *writer, const char *heading, const char *const *lines, bool steps)
{
	buf_fmt(writer->out, writer->html ? "<h2>%s</h2>\n%s" : "\n## %s\n\n", heading,
		!writer->html ? ""
		: steps       ? "<ol>\n"
			      : "<ul>\n");
	for (unsigned i = 0; lines[i]; i++) {
		if (writer->html)
			buf_cstr(writer->out, "<li>");
		else if (steps)
			buf_fmt(writer->out, "%u. ", i + 1);
		else
			buf_cstr(writer->out, "- ");
		put_line(writer, lines[i]);
		buf_cstr(writer->out, writer->html ? "</li>\n" : "\n");
	}
	if (writer->html)
		buf_cstr(writer->out, steps ? "</ol>\n" : "</ul>\n");
}

static void put_own(const struct writer *writer, struct str address)
{
	buf_cstr(writer->out, writer->html ? "<p>The team's own runbook comes first: <a href=\""
					   : "\nThe team's own runbook comes first: <");
	put_text(writer, address);
	if (writer->html) {
		buf_cstr(writer->out, "\">");
		put_text(writer, address);
	}
	buf_cstr(writer->out, writer->html ? "</a></p>\n" : ">\n");
}

static bool write_runbook(const struct writer *writer, const struct runbook *runbook)
{
	buf_cstr(writer->out, writer->html ? "<h1>" : "# ");
	put_line(writer, runbook->title);
	buf_cstr(writer->out, writer->html ? "</h1>\n" : "\n");
	if (writer->slo && writer->slo->alerting && writer->slo->alerting->runbook.len)
		put_own(writer, writer->slo->alerting->runbook);
	for (size_t i = 0; i < RUNBOOK_SECTIONS; i++)
		put_section(writer, runbook_headings[i], runbook->sections[i], numbered(i));
	return !writer->out->full;
}

bool runbook_write_markdown(struct buf *out, const struct runbook *runbook, const struct slo *slo)
{
	return write_runbook(&(struct writer){out, false, slo}, runbook);
}

bool runbook_write_html(struct buf *out, const struct runbook *runbook, const struct slo *slo)
{
	return write_runbook(&(struct writer){out, true, slo}, runbook);
}
