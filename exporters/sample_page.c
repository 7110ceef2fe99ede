#include "exporters/sample_page.h"

#include "base/num.h"
#include "exporters/label_draft.h"

#include <assert.h>
#include <math.h>

const char *const metric_type_names[EXPOSITION_FORMATS][METRIC_TYPES] = {
	[EXPOSITION_TEXT] = {[METRIC_GAUGE] = "gauge",
			     [METRIC_COUNTER] = "counter",
			     [METRIC_INFO] = "gauge",
			     [METRIC_SUMMARY] = "summary",
			     [METRIC_HISTOGRAM] = "histogram"},
	[EXPOSITION_OPENMETRICS] = {[METRIC_GAUGE] = "gauge",
				    [METRIC_COUNTER] = "counter",
				    [METRIC_INFO] = "info",
				    [METRIC_SUMMARY] = "summary",
				    [METRIC_HISTOGRAM] = "histogram"},
};
const char *const metric_suffixes[METRIC_TYPES] = {[METRIC_GAUGE] = "",
						   [METRIC_COUNTER] = "_total",
						   [METRIC_INFO] = "_info",
						   [METRIC_SUMMARY] = "",
						   [METRIC_HISTOGRAM] = ""};

void sample_family_name(struct sample_page *page, const struct family *family)
{
	const char *suffix = metric_suffixes[family->type];

	assert(strlen(family->name) + strlen(suffix) < sizeof(page->name));
	page->name_len = (size_t)(stpcpy(stpcpy(page->name, family->name), suffix) - page->name);
}

void sample_family_begin(struct sample_page *page, const struct family *family)
{
	/* In OpenMetrics the head names the family, in the text format it names the samples. */
	const char *head = page->format == EXPOSITION_TEXT ? metric_suffixes[family->type] : "";

	sample_family_name(page, family);
	page->before = page->out->len;
	buf_fmt(page->out, "# HELP %s%s %s\n", family->name, head, family->help);
	buf_fmt(page->out, "# TYPE %s%s %s\n", family->name, head, metric_type_names[page->format][family->type]);
	if (page->format == EXPOSITION_OPENMETRICS && family->unit)
		buf_fmt(page->out, "# UNIT %s %s\n", family->name, family->unit);
	page->after = page->out->len;
}

void sample_family_end(struct sample_page *page)
{
	if (page->out->len == page->after && page->out->len > page->before) {
		page->out->len = page->before;
		page->out->at[page->before] = '\0';
	}
}

void sample_put_part(struct sample_page *page, const char *part, struct str labels, struct str more, double value)
{
	size_t part_len = strlen(part);
	size_t need = page->name_len + part_len + labels.len + more.len + 2 * NUM_TEXT + 4;
	char *room, *at;

	if (isnan(value) || page->out->full)
		return;
	room = at = buf_reserve(page->out, need);
	if (!room)
		return;
	at = mempcpy(at, page->name, page->name_len);
	at = mempcpy(at, part, part_len);
	if (labels.len) {
		at = mempcpy(at, labels.at, labels.len);
		at = mempcpy(at, more.at, more.len);
		*at++ = '}';
	}
	*at++ = ' ';
	at += num_text(at, value);
	if (page->at.ms) { /* milliseconds of any year to come are whole below 2^53: what is written is exact */
		*at++ = ' ';
		at += num_text(at, (double)page->at.ms / 1000.0);
	}
	*at++ = '\n';
	page->out->len += (size_t)(at - room);
	*at = '\0';
}

void sample_put(struct sample_page *page, struct str labels, struct str more, double value)
{
	sample_put_part(page, "", labels, more, value);
}

void sample_put_labelled(struct sample_page *page, const char *label, struct str text, struct str more, double value)
{
	struct buf labels;

	buf_init(&labels, page->out->ceiling);
	buf_fmt(&labels, "{%s=\"", label);
	label_text_write(&labels, text);
	buf_char(&labels, '"');
	sample_put(page, buf_view(&labels), more, value);
	buf_release(&labels);
}
