#include "net/http.h"

#include "base/limits.h"
#include "base/mem.h"
#include "net/transfer.h"

#include <assert.h>
#include <stdlib.h>

enum { POLL_MS = 1000 }; /* how often a stalled body is looked for */

struct list {
	struct transfer *head, **tail;
};

/* What pools that are waited for together share. */
struct hub {
	CURLM *multi;
	struct http *pools;
};

struct http {
	struct hub *hub;
	struct http *next; /* in the hub */
	struct server server;
	bool apart;
	unsigned concurrency, in_flight;
	size_t running;
	struct list queued, started, done, idle; /* `queued` transfers have a request but no connection yet */
};

static void list_init(struct list *list) { *list = (struct list){NULL, &list->head}; }

static void list_push(struct list *list, struct transfer *transfer)
{
	transfer->next = NULL;
	*list->tail = transfer;
	list->tail = &transfer->next;
}

static struct transfer *list_pop(struct list *list)
{
	struct transfer *transfer = list->head;

	if (!transfer)
		return NULL;
	list->head = transfer->next;
	if (!list->head)
		list->tail = &list->head;
	return transfer;
}

static void list_take(struct list *list, struct transfer *transfer)
{
	struct transfer **at = &list->head;

	while (*at != transfer)
		at = &(*at)->next;
	*at = transfer->next;
	if (!*at)
		list->tail = at;
}

static void list_free(struct list *list)
{
	for (struct transfer *transfer; (transfer = list_pop(list));)
		transfer_free(transfer);
}

/* Keeps as many connections as all pools may have under way. */
static void hub_resize(struct hub *hub)
{
	long most = 0;

	for (const struct http *http = hub->pools; http; http = http->next)
		most += http->concurrency;
	curl_multi_setopt(hub->multi, CURLMOPT_MAXCONNECTS, most);
	curl_multi_setopt(hub->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, most);
}

static struct hub *hub_new(struct err *err)
{
	struct hub *hub = xcalloc(1, sizeof(*hub));

	hub->multi = curl_multi_init();
	if (hub->multi)
		return hub;
	err_set(err, "cannot set up libcurl");
	free(hub);
	return NULL;
}

/* Takes a pool in, behind the others. */
static void hub_join(struct hub *hub, struct http *http)
{
	struct http **end = &hub->pools;

	while (*end)
		end = &(*end)->next;
	*end = http;
	http->hub = hub;
	hub_resize(hub);
}

/* The last one to leave ends the hub. */
static void hub_leave(struct http *http)
{
	struct hub *hub = http->hub;
	struct http **at = &hub->pools;

	while (*at != http)
		at = &(*at)->next;
	*at = http->next;
	if (hub->pools) {
		hub_resize(hub);
		return;
	}
	curl_multi_cleanup(hub->multi);
	free(hub);
}

struct http *http_new_beside(struct http *beside, const struct http_settings *settings, unsigned concurrency,
			     struct err *err)
{
	struct http *http = xcalloc(1, sizeof(*http));
	struct hub *hub;

	assert(concurrency > 0);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	http->concurrency = concurrency;
	http->apart = settings->apart;
	list_init(&http->queued);
	list_init(&http->started);
	list_init(&http->done);
	list_init(&http->idle);
	hub = beside ? beside->hub : hub_new(err);
	if (hub)
		hub_join(hub, http);
	if (!hub || !server_init(&http->server, settings, err)) {
		http_free(http);
		return NULL;
	}
	return http;
}

struct http *http_new(const struct http_settings *settings, unsigned concurrency, struct err *err)
{
	return http_new_beside(NULL, settings, concurrency, err);
}

void http_free(struct http *http)
{
	if (!http)
		return;
	for (struct transfer *transfer = http->started.head; transfer; transfer = transfer->next)
		curl_multi_remove_handle(http->hub->multi, transfer->easy);
	list_free(&http->queued);
	list_free(&http->started);
	list_free(&http->done);
	list_free(&http->idle);
	if (http->hub)
		hub_leave(http);
	server_release(&http->server);
	free(http);
	curl_global_cleanup();
}

size_t http_running(const struct http *http) { return http->running; }

struct span http_timeout(const struct http *http) { return http->server.timeout; }

bool http_date_read(struct str text, struct instant *instant)
{
	char *copy = xmemdup0(text.at, text.len);
	time_t seconds = curl_getdate(copy, NULL);

	free(copy);
	if (seconds < 0)
		return false;
	instant->ms = (int64_t)seconds * SPAN_SECOND;
	return true;
}

static void clear_answer(struct http_request *request)
{
	request->status = 0;
	request->answer_type[0] = '\0';
	request->too_large = request->failed = request->interrupted = false;
	request->retry_after = (struct span){0};
	request->err = (struct err){0};
	buf_init(&request->body, request->body_ceiling);
	for (size_t i = 0; i < request->wanted_len; i++)
		buf_init(&request->wanted[i].value, LIMIT_HEADER_BYTES);
}

void http_start(struct http *http, struct http_request *request)
{
	struct transfer *transfer = list_pop(&http->idle);

	if (!transfer)
		transfer = transfer_new(http);
	clear_answer(request);
	transfer->request = request;
	list_push(&http->queued, transfer);
	http->running++;
}

static void launch(struct http *http)
{
	while (http->in_flight < http->concurrency && http->queued.head) {
		struct transfer *transfer = list_pop(&http->queued);

		if (!transfer_begin(transfer, &http->server, transfer->request)) {
			list_push(&http->done, transfer);
			continue;
		}
		list_push(&http->started, transfer);
		http->in_flight++;
		curl_multi_add_handle(http->hub->multi, transfer->easy);
	}
}

static void finish(struct transfer *transfer)
{
	struct http *http = transfer->pool;

	list_take(&http->started, transfer);
	http->in_flight--;
	list_push(&http->done, transfer);
}

static void collect(struct hub *hub)
{
	int left;

	for (CURLMsg *message; (message = curl_multi_info_read(hub->multi, &left));) {
		struct transfer *transfer = NULL;
		CURLcode code = message->data.result; /* the message is gone once the handle is removed */

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
		curl_multi_remove_handle(hub->multi, transfer->easy);
		if (transfer_end(transfer, &transfer->pool->server, code))
			finish(transfer);
		else
			curl_multi_add_handle(hub->multi, transfer->easy);
	}
}

static void drop_stalled(struct http *http)
{
	struct mono now = mono_now();

	for (struct transfer *transfer = http->started.head, *next; transfer; transfer = next) {
		next = transfer->next;
		if (!transfer_stalled(transfer, &http->server, now))
			continue;
		curl_multi_remove_handle(http->hub->multi, transfer->easy);
		transfer_fail_stalled(transfer, &http->server);
		finish(transfer);
	}
}

static struct http_request *take_done(struct http *http)
{
	struct transfer *transfer = list_pop(&http->done);
	struct http_request *request;

	if (!transfer)
		return NULL;
	request = transfer->request;
	transfer->request = NULL;
	list_push(&http->idle, transfer);
	http->running--;
	return request;
}

/* Lets all pools go on as far as they can without waiting; what is done and `asking` may hand out. */
static struct http_request *go_on(struct http *asking, int *active)
{
	struct http_request *request = NULL;
	struct hub *hub = asking->hub;

	for (struct http *http = hub->pools; http; http = http->next)
		launch(http);
	curl_multi_perform(hub->multi, active);
	collect(hub);
	for (struct http *http = hub->pools; http; http = http->next)
		drop_stalled(http);
	for (struct http *http = hub->pools; http && !request; http = http->next)
		if (http == asking || (!http->apart && !asking->apart))
			request = take_done(http);
	return request;
}

/* A redirect or a free place means work that no descriptor announces. */
static bool work_waits(const struct hub *hub, unsigned active)
{
	unsigned in_flight = 0;

	for (const struct http *http = hub->pools; http; http = http->next) {
		in_flight += http->in_flight;
		if (http->queued.head && http->in_flight < http->concurrency)
			return true;
	}
	return in_flight > active;
}

/* True where others have something that a pool which is apart cannot hand out. */
static bool others_done(const struct http *asking)
{
	for (const struct http *http = asking->hub->pools; http && asking->apart; http = http->next)
		if (http != asking && http->done.head)
			return true;
	return false;
}

struct http_request *http_next(struct http *http, struct span wait, int fd)
{
	struct mono begin = mono_now();
	struct curl_waitfd watched = {.fd = fd, .events = CURL_WAIT_POLLIN};

	for (;;) {
		int active;
		struct http_request *request = go_on(http, &active);
		int64_t left = wait.ms - mono_since(begin, mono_now()).ms;

		if (request || left <= 0 || watched.revents || others_done(http))
			return request;
		if (work_waits(http->hub, (unsigned)active))
			left = 0;
		curl_multi_poll(http->hub->multi, &watched, fd >= 0, (int)(left < POLL_MS ? left : POLL_MS), NULL);
	}
}

void http_interrupt(struct http *http)
{
	struct transfer *transfer;

	while ((transfer = http->started.head)) {
		curl_multi_remove_handle(http->hub->multi, transfer->easy);
		transfer->request->interrupted = true;
		finish(transfer);
	}
	while ((transfer = list_pop(&http->queued))) {
		transfer->request->interrupted = true;
		list_push(&http->done, transfer);
	}
}
