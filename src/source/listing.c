#include "source/listing.h"

#include "base/mem.h"
#include "source/scan.h"

#include <stdlib.h>

struct listing {
	struct scan scan;
	bool (*each)(void *context, const struct source_item *item, struct err *err);
	void *context;
	size_t len;
};

static struct str unescaped(char *room, struct str raw) { return (struct str){room, scan_unescape(raw, room)}; }

static bool take(struct listing *listing, struct str text, struct str type)
{
	struct source_item item;
	char *room;
	bool ok;

	listing->len++;
	if (!listing->each)
		return true;
	room = xmalloc(text.len + type.len + 2);
	item.text = unescaped(room, text);
	item.type = unescaped(room + text.len + 1, type);
	ok = listing->each(listing->context, &item, listing->scan.err);
	free(room);
	return ok;
}

static bool read_texts(struct listing *listing)
{
	struct scan *scan = &listing->scan;
	struct str text;

	if (!scan_take(scan, '['))
		return false;
	for (bool first = true; scan_more(scan, ']', &first);)
		if (!scan_string(scan, &text) || !take(listing, text, STR("")))
			return false;
	return !scan->failed;
}

/* {"type":"counter","help":"..","unit":""} */
static bool read_description(struct scan *scan, struct str *type)
{
	struct str key;

	if (!scan_take(scan, '{'))
		return false;
	for (bool first = true; scan_more(scan, '}', &first);)
		if (!scan_key(scan, &key) ||
		    !(str_is(key, "type") && scan_peek(scan) == '"' ? scan_string(scan, type) : scan_skip(scan)))
			return false;
	return !scan->failed;
}

static bool read_metadata(struct listing *listing)
{
	struct scan *scan = &listing->scan;
	struct str metric, type;

	if (!scan_take(scan, '{'))
		return false;
	for (bool first = true; scan_more(scan, '}', &first);) {
		struct str of_first = STR("");

		if (!scan_key(scan, &metric) || !scan_take(scan, '['))
			return false;
		for (bool one = true; scan_more(scan, ']', &one);) {
			type = STR("");
			if (!read_description(scan, &type))
				return false;
			if (of_first.len == 0)
				of_first = type;
		}
		if (scan->failed || !take(listing, metric, of_first))
			return false;
	}
	return !scan->failed;
}

enum answer_status listing_read(enum ask_list list, struct str body,
				bool (*each)(void *context, const struct source_item *item, struct err *err),
				void *context, struct answer_info *info, struct err *err)
{
	struct listing listing = {.each = each, .context = context};
	struct str data;
	enum answer_status status = answer_frame(body, &data, info, err);

	if (status != ANSWER_SUCCESS)
		return status;
	listing.scan = scan_text(data, err);
	if (list == ASK_VALUES && str_is(data, "null")) /* how some servers write that there are none */
		return ANSWER_SUCCESS;
	if (!(list == ASK_METADATA ? read_metadata(&listing) : read_texts(&listing)))
		return ANSWER_MALFORMED;
	info->series = listing.len;
	return ANSWER_SUCCESS;
}
