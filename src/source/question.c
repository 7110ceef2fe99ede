#include "source/question.h"

#include "base/limits.h"

/* Milliseconds as seconds with only the decimals that are needed; for times and for steps. */
static bool write_seconds(struct buf *buf, int64_t ms)
{
	uint64_t all = ms < 0 ? -(uint64_t)ms : (uint64_t)ms;

	return (ms >= 0 || buf_char(buf, '-')) && buf_fmt(buf, "%llu", (unsigned long long)(all / 1000)) &&
	       (all % 1000 == 0 || buf_fmt(buf, ".%03u", (unsigned)(all % 1000)));
}

static bool write_parameters(struct buf *form, const struct ask *ask, struct span timeout)
{
	bool ok = buf_cstr(form, "query=") && http_url_escape(form, ask->promql);

	if (ask->step.ms > 0)
		ok = ok && buf_cstr(form, "&start=") && write_seconds(form, ask->start.ms) && buf_cstr(form, "&end=") &&
		     write_seconds(form, ask->at.ms) && buf_cstr(form, "&step=") && write_seconds(form, ask->step.ms);
	else if (ask->at.ms != 0)
		ok = ok && buf_cstr(form, "&time=") && write_seconds(form, ask->at.ms);
	/* the server gives up first, so that its own reason arrives and it does not work for nobody */
	return ok && buf_fmt(form, "&timeout=%s", span_text((struct span){timeout.ms - timeout.ms / 10}).text);
}

/* The parameters of a list. */
static bool write_selection(struct buf *form, const struct ask *ask)
{
	if (ask->list == ASK_METADATA)
		return buf_cstr(form, "limit_per_metric=1");
	return (ask->at.ms == 0 || (buf_cstr(form, "start=") && write_seconds(form, ask->start.ms) &&
				    buf_cstr(form, "&end=") && write_seconds(form, ask->at.ms))) &&
	       (ask->match.len == 0 ||
		(buf_cstr(form, form->len ? "&match[]=" : "match[]=") && http_url_escape(form, ask->match)));
}

/* Lists of values are to be had by GET alone. */
static bool write_list(struct str base, const struct ask *ask, struct buf *url, struct buf *form)
{
	bool ok = buf_str(url, base);

	if (ask->list == ASK_METADATA)
		ok = ok && buf_cstr(url, "/api/v1/metadata?");
	else if (ask->list == ASK_LABEL_NAMES)
		ok = ok && buf_cstr(url, "/api/v1/labels?");
	else
		ok = ok && buf_cstr(url, "/api/v1/label/") && http_url_escape(url, ask->label) &&
		     buf_cstr(url, "/values?");
	ok = ok && write_selection(form, ask) && form->len <= LIMIT_URL_QUERY_BYTES && buf_str(url, buf_view(form));
	buf_clear(form);
	return ok;
}

bool question_write(struct str base, const struct ask *ask, struct span timeout, struct buf *url, struct buf *form)
{
	buf_clear(url);
	buf_clear(form);
	if (ask->list != ASK_QUERY)
		return write_list(base, ask, url, form);
	if (!buf_str(url, base) || !buf_cstr(url, ask->step.ms > 0 ? "/api/v1/query_range" : "/api/v1/query") ||
	    !write_parameters(form, ask, timeout))
		return false;
	if (form->len > LIMIT_URL_QUERY_BYTES)
		return true;
	if (!buf_char(url, '?') || !buf_str(url, buf_view(form)))
		return false;
	buf_clear(form);
	return true;
}
