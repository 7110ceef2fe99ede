#include "propose/inquiry.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct inquiry {
	struct source *source;
	struct arena *arena;
	struct instant from, at;
	struct live_asker *asker;
	struct ask *asks; /* of lists, that are still to be asked */
	size_t len, cap;
};

struct collecting {
	struct arena *arena;
	struct listed *listed;
	size_t most;
};

struct inquiry *inquiry_new(struct source *source, struct arena *arena, struct instant from, struct instant at)
{
	struct inquiry *inquiry = xcalloc(1, sizeof(*inquiry));

	*inquiry = (struct inquiry){.source = source, .arena = arena, .from = from, .at = at};
	inquiry->asker = live_asker_new(source, arena, at);
	return inquiry;
}

void inquiry_free(struct inquiry *inquiry)
{
	if (!inquiry)
		return;
	live_asker_free(inquiry->asker);
	free(inquiry->asks);
	free(inquiry);
}

static bool on_item(void *context, const struct source_item *item, struct err *err)
{
	struct collecting *collecting = context;
	struct listed *listed = collecting->listed;
	struct arena *arena = collecting->arena;

	(void)err;
	if (listed->len == collecting->most) {
		listed->cut = true;
		return true;
	}
	listed->types = arena_grow(arena, listed->types, listed->len, sizeof(*listed->types));
	listed->at = arena_grow(arena, listed->at, listed->len, sizeof(*listed->at));
	listed->types[listed->len] = arena_str(arena, item->type);
	listed->at[listed->len++] = arena_str(arena, item->text);
	return true;
}

const struct listed *inquiry_list(struct inquiry *inquiry, enum ask_list list, struct str label, struct str match,
				  size_t most)
{
	struct listed *listed = arena_alloc(inquiry->arena, sizeof(*listed));
	struct collecting *collecting = arena_alloc(inquiry->arena, sizeof(*collecting));

	*collecting = (struct collecting){inquiry->arena, listed, most};
	XGROW(inquiry->asks, inquiry->len, inquiry->cap);
	inquiry->asks[inquiry->len++] = (struct ask){
		.list = list,
		.label = label,
		.match = match,
		.start = inquiry->from,
		.at = inquiry->at,
		.item = on_item,
		.context = collecting,
	};
	return listed;
}

const struct live_answer *inquiry_query(struct inquiry *inquiry, const char *format, ...)
{
	struct str question;
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		abort();
	va_end(args);
	question = arena_str(inquiry->arena, str_of(text));
	free(text);
	return live_ask(inquiry->asker, question);
}

bool inquiry_ask(struct inquiry *inquiry, struct err *err)
{
	bool ok = true;

	if (inquiry->len)
		source_ask(inquiry->source, inquiry->asks, inquiry->len);
	for (size_t i = 0; i < inquiry->len; i++) {
		const struct ask *ask = &inquiry->asks[i];

		if (ask->outcome == ASK_OK)
			continue;
		((struct collecting *)ask->context)->listed->error =
			arena_str(inquiry->arena, str_of(ask->err.text)).at;
		if (ok && ask->list != ASK_METADATA &&
		    (ask->outcome == ASK_UNAVAILABLE || ask->outcome == ASK_INTERRUPTED))
			ok = err_set(err, "%s", ask->err.text);
	}
	inquiry->len = 0;
	return ok && live_ask_all(inquiry->asker, err);
}
