#include "cmd/ask.h"

#include "base/limits.h"
#include "net/url.h"

/* Puts the request and waits for its end. */
static bool fetch(struct http_request *request, struct err *err)
{
	struct http *http = http_new(&(struct http_settings){0}, 1, err);

	if (!http)
		return false;
	http_start(http, request);
	while (http_running(http))
		http_next(http, (struct span){SPAN_SECOND}, -1);
	http_free(http);
	return !request->failed || err_set(err, "%s", request->err.text);
}

bool ask(const char *address, struct str path, struct answer *answer, struct err *err)
{
	struct http_request request = {.body_ceiling = LIMIT_ANSWER_BYTES};
	struct str base = str_of(address ? address : "http://127.0.0.1:9655");
	bool ok;

	*answer = (struct answer){0};
	buf_init(&answer->url, LIMIT_LINE_BYTES);
	buf_init(&answer->body, LIMIT_ANSWER_BYTES);
	while (str_ends(base, STR("/")))
		base.len--;
	buf_fmt(&answer->url, "%.*s%.*s", STR_ARG(base), STR_ARG(path));
	request.url = buf_view(&answer->url);
	ok = http_url_check(base, err) && fetch(&request, err);
	buf_release(&answer->body);
	answer->body = request.body;
	answer->status = request.status;
	return ok;
}

void answer_release(struct answer *answer)
{
	buf_release(&answer->url);
	buf_release(&answer->body);
}
