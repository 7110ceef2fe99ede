#include "daemon/pager.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "eval/alert.h"
#include "exporters/alerting/alertmanager.h"

#include <stdlib.h>

/* An alert is taken for over when no word comes for so long: longer than a restart, or a short absence, takes. */
#define HOLD ((struct span){10 * SPAN_MINUTE})
/* As long as Prometheus tells of one that is over. */
#define RESOLVED     ((struct span){15 * SPAN_MINUTE})
#define BACKOFF_MOST ((struct span){30 * SPAN_SECOND})
/* While SLOs are read back there is a new state all the time. */
#define QUIET ((struct span){2 * SPAN_SECOND})
/* While a request is under way it is looked at so often. */
#define LOOK_EVERY ((struct span){20})

/* One Alertmanager. */
struct target {
	struct str url;   /* where alerts are posted to */
	struct str shown; /* as the operator wrote it */
	struct buf body;  /* of the request under way, the state as of `state_at` */
	struct instant state_at;
	struct http_request request;
	bool running, dirty; /* dirty: there is a state that it has not been sent */
	struct mono due;     /* not before; ns == 0: at once */
	unsigned failures;   /* in a row */
	struct health_pager health;
};

struct pager {
	struct http *http;
	struct arena arena;
	struct target *targets;
	size_t len;
	struct span resend;
	struct str link;
	struct alert_state own[OWN_ALERTS];
	struct told *told;
	struct buf state; /* what is to be sent */
	struct instant state_at;
	struct mono taken_at;
	bool taken;
};

static struct str posting_url(struct arena *arena, struct str url)
{
	while (str_ends(url, STR("/")))
		url.len--;
	return arena_fmt(arena, "%.*s/api/v2/alerts", STR_ARG(url));
}

struct pager *pager_new(const struct pager_settings *settings, struct err *err)
{
	struct pager *pager = xcalloc(1, sizeof(*pager));

	arena_init(&pager->arena);
	pager->told = told_new();
	buf_init(&pager->state, LIMIT_ALERTS_BYTES);
	pager->resend = settings->resend;
	pager->link = arena_str(&pager->arena, settings->link);
	pager->len = settings->len;
	pager->targets = xcalloc(settings->len, sizeof(*pager->targets));
	for (size_t i = 0; i < settings->len; i++) {
		struct target *target = &pager->targets[i];

		target->shown = arena_str(&pager->arena, settings->urls[i]);
		target->url = posting_url(&pager->arena, settings->urls[i]);
		buf_init(&target->body, LIMIT_ALERTS_BYTES);
		target->health = (struct health_pager){.url = target->shown, .up = true};
	}
	pager->http = http_new(&settings->http, settings->len ? (unsigned)settings->len : 1, err);
	if (pager->http)
		return pager;
	pager_free(pager);
	return NULL;
}

void pager_free(struct pager *pager)
{
	if (!pager)
		return;
	http_free(pager->http);
	for (size_t i = 0; i < pager->len; i++) {
		buf_release(&pager->targets[i].body);
		buf_release(&pager->targets[i].request.body);
	}
	free(pager->targets);
	told_free(pager->told);
	buf_release(&pager->state);
	arena_release(&pager->arena);
	free(pager);
}

/* They begin anew with each start: what is still wrong then will be said a few minutes later. */
static void judge_own(struct pager *pager, const struct health *health, struct instant now)
{
	for (size_t i = 0; i < OWN_ALERTS; i++) {
		const struct tier tier = {.for_ = own_alerts[i].for_};

		alert_advance(&tier, own_alerts[i].holds(health) ? ALERT_TRUE : ALERT_FALSE, now, &pager->own[i]);
	}
}

void pager_take(struct pager *pager, const struct snapshot *snapshot, struct instant now)
{
	struct alertmanager_options options = {now, HOLD, RESOLVED, pager->link, pager->told};
	bool whole;

	if (pager->len == 0)
		return;
	buf_clear(&pager->state);
	judge_own(pager, &snapshot->health, now);
	whole = alertmanager_write(&pager->state, &snapshot->results, &snapshot->health, pager->own, &options);
	if (!whole)
		log_error("too many alerts fire to be sent", F_INT("bytes", LIMIT_ALERTS_BYTES));
	pager->taken = true;
	pager->taken_at = mono_now();
	pager->state_at = now;
	for (size_t i = 0; i < pager->len; i++)
		pager->targets[i].dirty = whole; /* half a state is for nobody */
}

bool pager_wants(const struct pager *pager, struct mono now)
{
	return pager->taken && mono_since(pager->taken_at, now).ms >= pager->resend.ms;
}

static void begin(struct pager *pager, struct target *target)
{
	struct str state = buf_view(&pager->state);

	target->dirty = false;
	target->running = true;
	target->state_at = pager->state_at;
	buf_clear(&target->body);
	buf_str(&target->body, state);
	buf_release(&target->request.body);
	target->request = (struct http_request){
		.url = target->url,
		.post_body = buf_view(&target->body),
		.content_type = STR("application/json"),
		.body_ceiling = LIMIT_TEXT_BYTES,
		.context = target,
	};
	http_start(pager->http, &target->request);
}

static void succeeded(struct target *target, struct mono now)
{
	if (!target->health.up)
		log_info("an Alertmanager takes alerts again", F_STR("url", target->shown),
			 F_INT("failures", target->failures));
	target->health.up = true;
	target->health.sent_at = target->state_at;
	target->failures = 0;
	target->due.ns = now.ns + QUIET.ms * 1000000;
}

/* What could not be delivered is not kept as it was: the next try sends the state of then. */
static void failed(struct target *target, struct mono now)
{
	int64_t wait = SPAN_SECOND << (target->failures < 5 ? target->failures : 5);
	struct str answer = buf_view(&target->request.body);
	struct err err = {0};

	if (target->request.failed)
		err_set(&err, "%s", target->request.err.text);
	else
		err_set(&err, "'%.*s' answers with status %ld: %.*s", STR_ARG(target->url), target->request.status,
			(int)(answer.len < 200 ? answer.len : 200), answer.at);
	if (target->health.up)
		log_error("an Alertmanager does not take alerts", F_STR("url", target->shown),
			  F_CSTR("reason", err.text));
	target->health.up = false;
	target->health.failed++;
	target->failures++;
	target->dirty = true;
	target->due.ns = now.ns + (wait < BACKOFF_MOST.ms ? wait : BACKOFF_MOST.ms) * 1000000;
}

void pager_turn(struct pager *pager, struct mono now)
{
	struct http_request *done;

	for (size_t i = 0; i < pager->len; i++) {
		struct target *target = &pager->targets[i];

		if (target->dirty && !target->running && now.ns >= target->due.ns)
			begin(pager, target);
	}
	while (http_running(pager->http) && (done = http_next(pager->http, (struct span){0}, -1))) {
		struct target *target = done->context;

		target->running = false;
		target->health.posts++;
		if (!done->failed && done->status >= 200 && done->status < 300)
			succeeded(target, now);
		else
			failed(target, now);
	}
}

struct span pager_wait(const struct pager *pager, struct mono now)
{
	int64_t wait = SPAN_HOUR;

	if (http_running(pager->http))
		return LOOK_EVERY;
	for (size_t i = 0; i < pager->len; i++) {
		int64_t left = (pager->targets[i].due.ns - now.ns) / 1000000 + 1;

		if (pager->targets[i].dirty && left < wait)
			wait = left;
	}
	if (pager->taken && pager->resend.ms - mono_since(pager->taken_at, now).ms < wait)
		wait = pager->resend.ms - mono_since(pager->taken_at, now).ms;
	return (struct span){wait < 1 ? 1 : wait};
}

size_t pager_health(const struct pager *pager, struct arena *arena, const struct health_pager **out)
{
	struct health_pager *list = arena_array(arena, pager->len, sizeof(*list));

	for (size_t i = 0; i < pager->len; i++) {
		list[i] = pager->targets[i].health;
		list[i].url = arena_str(arena, list[i].url);
	}
	*out = list;
	return pager->len;
}
