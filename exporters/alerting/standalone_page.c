#include "base/limits.h"
#include "base/num.h"
#include "exporters/alerting/standalone_parts.h"

void page_record(struct page *page, const char *name, struct labels labels, struct str expr)
{
	rule_file_rule_with(&page->file, &(struct rule){.name = name, .expr = expr.at},
			    &(struct rule_more){.labels = labels});
}

struct labels page_label(struct page *page, struct labels labels, const char *name, struct str value)
{
	struct labels more = {arena_array(&page->arena, labels.len + 1, sizeof(struct label)), labels.len + 1};

	if (labels.len)
		memcpy(more.at, labels.at, labels.len * sizeof(*labels.at));
	more.at[labels.len] = (struct label){str_of(name), value};
	labels_sort(more);
	return more;
}

const char *page_number(struct page *page, double value)
{
	struct buf buf;
	struct str text;

	buf_init(&buf, LIMIT_LINE_BYTES);
	num_write_double(&buf, value);
	text = arena_str(&page->arena, buf_view(&buf));
	buf_release(&buf);
	return text.at;
}
