#include "net/http.h"

#include "base/mem.h"
#include "net/transfer.h"

#include <assert.h>
#include <stdlib.h>

enum { POLL_MS = 1000 }; /* how often a stalled body is looked for */

struct list {
	struct transfer *head, **tail;
};

struct http {
	CURLM *multi;
	struct server server;
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

struct http *http_new(const struct http_settings *settings, unsigned concurrency, struct err *err)
{
	struct http *http = xcalloc(1, sizeof(*http));

	assert(concurrency > 0);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	http->concurrency = concurrency;
	list_init(&http->queued);
	list_init(&http->started);
	list_init(&http->done);
	list_init(&http->idle);
	http->multi = curl_multi_init();
	if (!http->multi)
		err_set(err, "cannot set up libcurl");
	if (!http->multi || !server_init(&http->server, settings, err)) {
		http_free(http);
		return NULL;
	}
	curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)concurrency);
	curl_multi_setopt(http->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)concurrency);
	return http;
}

void http_free(struct http *http)
{
	if (!http)
		return;
	for (struct transfer *transfer = http->started.head; transfer; transfer = transfer->next)
		curl_multi_remove_handle(http->multi, transfer->easy);
	list_free(&http->queued);
	list_free(&http->started);
	list_free(&http->done);
	list_free(&http->idle);
	curl_multi_cleanup(http->multi);
	server_release(&http->server);
	free(http);
	curl_global_cleanup();
}

size_t http_running(const struct http *http) { return http->running; }

struct span http_timeout(const struct http *http) { return http->server.timeout; }

static void clear_answer(struct http_request *request)
{
	request->status = 0;
	request->answer_type[0] = '\0';
	request->too_large = request->failed = request->interrupted = false;
	request->retry_after = (struct span){0};
	request->err = (struct err){0};
	buf_init(&request->body, request->body_ceiling);
}

void http_start(struct http *http, struct http_request *request)
{
	struct transfer *transfer = list_pop(&http->idle);

	if (!transfer)
		transfer = transfer_new();
	clear_answer(request);
	transfer->request = request;
	list_push(&http->queued, transfer);
	http->running++;
}

static void launch(struct http *http)
{
	while (http->in_flight < http->concurrency && http->queued.head) {
		struct transfer *transfer = list_pop(&http->queued);

		transfer_begin(transfer, &http->server, transfer->request);
		list_push(&http->started, transfer);
		http->in_flight++;
		curl_multi_add_handle(http->multi, transfer->easy);
	}
}

static void finish(struct http *http, struct transfer *transfer)
{
	list_take(&http->started, transfer);
	http->in_flight--;
	list_push(&http->done, transfer);
}

static void collect(struct http *http)
{
	int left;

	for (CURLMsg *message; (message = curl_multi_info_read(http->multi, &left));) {
		struct transfer *transfer = NULL;
		CURLcode code = message->data.result; /* the message is gone once the handle is removed */

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
		curl_multi_remove_handle(http->multi, transfer->easy);
		if (transfer_end(transfer, &http->server, code))
			finish(http, transfer);
		else
			curl_multi_add_handle(http->multi, transfer->easy);
	}
}

static void drop_stalled(struct http *http)
{
	struct mono now = mono_now();

	for (struct transfer *transfer = http->started.head, *next; transfer; transfer = next) {
		next = transfer->next;
		if (!transfer_stalled(transfer, &http->server, now))
			continue;
		curl_multi_remove_handle(http->multi, transfer->easy);
		transfer_fail_stalled(transfer, &http->server);
		finish(http, transfer);
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

struct http_request *http_next(struct http *http, struct span wait, int fd)
{
	struct mono begin = mono_now();
	struct curl_waitfd watched = {.fd = fd, .events = CURL_WAIT_POLLIN};

	for (;;) {
		struct http_request *request;
		int64_t left = wait.ms - mono_since(begin, mono_now()).ms;
		int active;

		launch(http);
		curl_multi_perform(http->multi, &active);
		collect(http);
		drop_stalled(http);
		request = take_done(http);
		if (request || left <= 0 || watched.revents)
			return request;
		/* a redirect or a free place means work that no descriptor announces */
		if (http->in_flight > (unsigned)active || (http->queued.head && http->in_flight < http->concurrency))
			left = 0;
		curl_multi_poll(http->multi, &watched, fd >= 0, (int)(left < POLL_MS ? left : POLL_MS), NULL);
	}
}

void http_interrupt(struct http *http)
{
	struct transfer *transfer;

	while ((transfer = http->started.head)) {
		curl_multi_remove_handle(http->multi, transfer->easy);
		transfer->request->interrupted = true;
		finish(http, transfer);
	}
	while ((transfer = list_pop(&http->queued))) {
		transfer->request->interrupted = true;
		list_push(&http->done, transfer);
	}
}
