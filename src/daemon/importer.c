#include "daemon/importer.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

/* While a request is under way it is looked at so often. */
#define LOOK_EVERY ((struct span){20})

/* One Alertmanager. */
struct told {
	struct str url, shown; /* what is asked; as the operator wrote it */
	struct http_request request;
	bool running;
	struct mono due; /* ns == 0: at once */
	bool up;
	struct instant answered_at;
	struct str error; /* the last one; empty while up */
	char error_text[sizeof(((struct err *)NULL)->text)];
};

struct importer {
	struct arena arena;
	struct http *http;
	struct silences *silences; /* NULL: not asked for */
	struct told *told;
	size_t len;
	struct span interval;
};

static struct str asked_url(struct arena *arena, struct str url)
{
	while (str_ends(url, STR("/")))
		url.len--;
	return arena_fmt(arena, "%.*s/api/v2/silences", STR_ARG(url));
}

struct importer *importer_new(const struct importer_settings *settings, struct store *store, struct err *err)
{
	struct importer *importer = xcalloc(1, sizeof(*importer));

	arena_init(&importer->arena);
	if (!settings->enabled)
		return importer;
	importer->interval = settings->interval;
	importer->len = settings->silences.len;
	importer->told = xcalloc(importer->len, sizeof(*importer->told));
	for (size_t i = 0; i < importer->len; i++) {
		struct told *told = &importer->told[i];

		told->shown = arena_str(&importer->arena, settings->silences.urls[i]);
		told->url = asked_url(&importer->arena, told->shown);
		told->up = true;
	}
	importer->silences = silences_new(&settings->silences, store);
	importer->http = http_new(&settings->http, importer->len ? (unsigned)importer->len : 1, err);
	if (importer->http)
		return importer;
	importer_free(importer);
	return NULL;
}

void importer_free(struct importer *importer)
{
	if (!importer)
		return;
	http_free(importer->http);
	for (size_t i = 0; i < importer->len; i++)
		buf_release(&importer->told[i].request.body);
	free(importer->told);
	silences_free(importer->silences);
	arena_release(&importer->arena);
	free(importer);
}

static void begin(struct importer *importer, struct told *told)
{
	told->running = true;
	buf_release(&told->request.body);
	told->request = (struct http_request){.url = told->url, .body_ceiling = LIMIT_SILENCES_BYTES, .context = told};
	http_start(importer->http, &told->request);
}

static bool read_answer(struct importer *importer, struct told *told, struct err *err)
{
	const struct http_request *request = &told->request;
	struct str answer = buf_view(&request->body);

	if (request->failed)
		return err_set(err, "%s", request->err.text);
	if (request->status != 200)
		return err_set(err, "'%.*s' answers with status %ld: %.*s", STR_ARG(told->url), request->status,
			       (int)(answer.len < 200 ? answer.len : 200), answer.at);
	return silences_answered(importer->silences, (size_t)(told - importer->told), answer, err);
}

static void take(struct importer *importer, struct told *told, struct mono mono, struct instant now)
{
	struct err err = {0};
	bool up = read_answer(importer, told, &err);

	told->running = false;
	told->due.ns = mono.ns + importer->interval.ms * 1000000;
	if (!up)
		silences_failed(importer->silences, (size_t)(told - importer->told));
	if (up && !told->up)
		log_info("an Alertmanager tells its silences again", F_STR("url", told->shown),
			 F_STR("since", str_of(told->answered_at.ms ? instant_text(told->answered_at).text : "")));
	else if (!up && told->up)
		log_error("an Alertmanager does not tell its silences: those that are known stay in force",
			  F_STR("url", told->shown), F_CSTR("reason", err.text));
	told->up = up;
	if (up)
		told->answered_at = now;
	memcpy(told->error_text, err.text, sizeof(told->error_text));
	told->error = str_of(told->error_text);
}

bool importer_turn(struct importer *importer, struct mono mono, struct instant now)
{
	struct http_request *done;

	for (size_t i = 0; i < importer->len; i++)
		if (!importer->told[i].running && mono.ns >= importer->told[i].due.ns)
			begin(importer, &importer->told[i]);
	while (importer->len && http_running(importer->http) &&
	       (done = http_next(importer->http, (struct span){0}, -1)))
		take(importer, done->context, mono, now);
	return importer->silences && silences_due(importer->silences, now);
}

struct span importer_wait(const struct importer *importer, struct mono mono)
{
	int64_t wait = SPAN_HOUR;

	if (importer->len && http_running(importer->http))
		return LOOK_EVERY;
	for (size_t i = 0; i < importer->len; i++) {
		int64_t left = (importer->told[i].due.ns - mono.ns) / 1000000 + 1;

		wait = left < wait ? left : wait;
	}
	return (struct span){wait < 1 ? 1 : wait};
}

struct slo_set *importer_over(struct importer *importer, struct slo_set *base, struct instant now, bool *changed)
{
	*changed = false;
	return importer->silences ? silences_over(importer->silences, base, now, changed) : slo_set_ref(base);
}

static struct health_teller *tellers(const struct importer *importer, struct arena *arena)
{
	struct health_teller *list = arena_array(arena, importer->len, sizeof(*list));

	for (size_t i = 0; i < importer->len; i++) {
		const struct told *told = &importer->told[i];

		list[i] = (struct health_teller){.url = arena_str(arena, told->shown),
						 .up = told->up,
						 .answered_at = told->answered_at,
						 .error = arena_str(arena, told->error)};
	}
	return list;
}

void importer_health(const struct importer *importer, struct arena *arena, struct health *health)
{
	const struct silences *silences = importer->silences;

	health->silences_asked = silences;
	health->silences = health->silences_refused = (double)NAN;
	health->tellers = tellers(importer, arena);
	health->tellers_len = importer->len;
	if (!silences)
		return;
	health->silences = (double)silences_count(silences, SILENCE_IN_FORCE);
	health->silences_refused =
		(double)(silences_count(silences, SILENCE_OF_ALERTS) + silences_count(silences, SILENCE_TOO_LONG) +
			 silences_count(silences, SILENCE_UNREAD) + silences_count(silences, SILENCE_TOO_MANY));
}
