#include "engine/selector_text.h"

static void put_quoted(struct buf *out, struct str text)
{
	buf_char(out, '"');
	label_value_write(out, text);
	buf_char(out, '"');
}

static void put_matcher(struct buf *out, struct str name, struct str value)
{
	if (out->len && out->at[out->len - 1] != '{')
		buf_char(out, ',');
	if (label_name_ok(name))
		buf_str(out, name);
	else
		put_quoted(out, name);
	buf_char(out, '=');
	put_quoted(out, value);
}

void selector_put_target(struct buf *out, struct str metric, struct str job, struct str instance)
{
	buf_char(out, '{');
	put_matcher(out, STR("__name__"), metric);
	put_matcher(out, STR("job"), job);
	put_matcher(out, STR("instance"), instance);
	buf_char(out, '}');
}

void selector_put_job(struct buf *out, struct str metric, struct str job)
{
	buf_char(out, '{');
	put_matcher(out, STR("__name__"), metric);
	put_matcher(out, STR("job"), job);
	buf_char(out, '}');
}

void selector_put_series(struct buf *out, struct labels labels)
{
	buf_char(out, '{');
	for (size_t i = 0; i < labels.len; i++)
		put_matcher(out, labels.at[i].name, labels.at[i].value);
	buf_char(out, '}');
}
