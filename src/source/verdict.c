#include "source/verdict.h"

#include "source/listing.h"

#include <stdio.h>

enum { EXCERPT = 200 };

/* What servers say when a question is too big for them, and a smaller one would be answered. */
static const char *const limits[] = {
	"too many samples",       /* Prometheus */
	"exceeded maximum",       /* Prometheus: points per series */
	"exceeds the limit",      /* Mimir, Cortex: length of the range */
	"exceeded the maximum",   /* Mimir */
	"hit the max number of",  /* Cortex: chunks, series, bytes */
	"exceeded series limit",  /* Thanos */
	"exceeded samples limit", /* Thanos */
	"exceeded chunks limit",  /* Thanos */
	"-search.max",            /* VictoriaMetrics */
};

static bool names_a_limit(const char *text)
{
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		if (strstr(text, limits[i]))
			return true;
	return false;
}

static bool is_json(const struct http_request *request) { return strstr(request->answer_type, "json") != NULL; }

/* The first line of an answer that is no JSON, where a person can read it; a page of HTML is not worth showing. */
static void excerpt(const struct http_request *request, char *out)
{
	struct str line = str_trim(buf_view(&request->body));

	out[0] = '\0';
	if (!is_json(request) && !str_starts(str_of(request->answer_type), STR("text/plain")))
		return;
	line = str_slice(line, 0, str_find(line, '\n'));
	line = str_slice(line, 0, EXCERPT);
	for (size_t i = 0; i < line.len; i++)
		if ((unsigned char)line.at[i] < 0x20 || (unsigned char)line.at[i] >= 0x7F)
			return;
	snprintf(out, EXCERPT + 3, ": %.*s", STR_ARG(line));
}

static bool worth_another_try(long status) { return status == 408 || status == 425 || status == 429 || status >= 500; }

/* Statuses that speak about the way to the server, and not about the question. */
static bool about_the_way(long status)
{
	return status == 401 || status == 403 || status == 404 || status == 405 || status == 407;
}

static struct verdict refusal(long status, const char *text)
{
	if (status != 429 && names_a_limit(text))
		return (struct verdict){.outcome = ASK_TOO_LARGE};
	if (worth_another_try(status))
		return (struct verdict){.outcome = ASK_UNAVAILABLE, .again = true};
	return (struct verdict){.outcome = ASK_REFUSED};
}

/* {"status":"error","errorType":"bad_data","error":"..."} */
static struct verdict of_error(const struct http_request *request, const struct answer_info *info, const char *url,
			       struct err *err)
{
	err_set(err, "'%s' answered %ld: %s%s%s", url, request->status, info->error_type,
		info->error_type[0] ? ": " : "", info->error[0] ? info->error : "(no reason given)");
	if (request->status == 401 || request->status == 403)
		return (struct verdict){.outcome = ASK_UNAVAILABLE};
	return refusal(request->status, info->error);
}

static struct verdict of_malformed(const struct http_request *request, const char *url, struct err *err)
{
	char reason[EXCERPT + 3], malformed[sizeof(err->text)];
	const char *type = request->answer_type;

	if (request->status / 100 == 2) {
		snprintf(malformed, sizeof(malformed), "%s", err->text);
		if (is_json(request) || !type[0])
			err_set(err, "'%s' answered %ld with something that is no query result: %s", url,
				request->status, malformed);
		else
			err_set(err, "'%s' is not a Prometheus API: answered %ld with %s", url, request->status, type);
		return (struct verdict){.outcome = ASK_UNAVAILABLE, .again = true};
	}
	excerpt(request, reason);
	err_set(err, "'%s' answered %ld%s", url, request->status, reason);
	if (about_the_way(request->status) || request->status / 100 == 3)
		return (struct verdict){.outcome = ASK_UNAVAILABLE};
	return refusal(request->status, reason);
}

static enum answer_status look_through(struct str body, enum ask_list list, struct answer_info *info, struct err *err)
{
	return list == ASK_QUERY ? answer_read(body, NULL, NULL, info, err)
				 : listing_read(list, body, NULL, NULL, info, err);
}

struct verdict verdict_of(const struct http_request *request, enum ask_list list, struct answer_info *info,
			  struct err *err)
{
	struct url_text url = http_url_text(request->url);

	*info = (struct answer_info){0};
	if (request->failed || request->too_large) {
		*err = request->err;
		if (request->too_large)
			return (struct verdict){.outcome = ASK_TOO_LARGE};
		/* a redirect to elsewhere came as an answer: it will come again */
		return (struct verdict){.outcome = ASK_UNAVAILABLE, .again = request->status / 100 != 3};
	}
	switch (look_through(buf_view(&request->body), list, info, err)) {
	case ANSWER_ERROR:
		return of_error(request, info, url.text, err);
	case ANSWER_SUCCESS:
		if (request->status / 100 == 2)
			return (struct verdict){.outcome = ASK_OK};
		break;
	case ANSWER_MALFORMED:
		break;
	}
	return of_malformed(request, url.text, err);
}
