#include "cmd/grafana.h"

#include "base/limits.h"
#include "base/mem.h"
#include "format/json_tree.h"
#include "format/json_write.h"
#include "net/http.h"
#include "net/url.h"

#include <stdlib.h>

const char *const grafana_outcome_names[GRAFANA_OUTCOMES] = {
	[GRAFANA_CREATED] = "created",
	[GRAFANA_UPDATED] = "updated",
	[GRAFANA_UNCHANGED] = "unchanged",
	[GRAFANA_FAILED] = "failed",
};

struct grafana {
	struct http *http;
	struct str url, folder;
	bool folder_there;
};

struct grafana *grafana_new(const struct grafana_settings *settings, struct err *err)
{
	struct http_settings http = {.bearer_file = settings->token_file, .bearer = settings->token};
	struct grafana *grafana = xcalloc(1, sizeof(*grafana));

	grafana->url = settings->url;
	grafana->folder = settings->folder;
	grafana->folder_there = str_is(settings->folder, "general"); /* Grafana's own, for what is in none */
	grafana->http = http_new(&http, 1, err);
	if (grafana->http)
		return grafana;
	free(grafana);
	return NULL;
}

void grafana_free(struct grafana *grafana)
{
	if (!grafana)
		return;
	http_free(grafana->http);
	free(grafana);
}

/* What Grafana answered; to be released. */
struct answer {
	long status;
	struct json_tree *json; /* NULL: the answer is no JSON */
};

static void answer_release(struct answer *answer)
{
	json_tree_free(answer->json);
	*answer = (struct answer){0};
}

/* GET, or with a body POST. False where nobody answers. */
static bool ask(struct grafana *grafana, const char *path, struct str name, const struct buf *body,
		struct answer *answer, struct err *err)
{
	struct http_request request = {.body_ceiling = LIMIT_FILE_BYTES, .content_type = STR("application/json")};
	struct buf url;

	*answer = (struct answer){0};
	buf_init(&url, LIMIT_LINE_BYTES);
	buf_fmt(&url, "%.*s%s", STR_ARG(grafana->url), path);
	http_url_escape(&url, name);
	request.url = buf_view(&url);
	if (body)
		request.post_body = buf_view(body);
	http_start(grafana->http, &request);
	while (http_running(grafana->http))
		http_next(grafana->http, (struct span){SPAN_SECOND}, -1);
	answer->status = request.status;
	if (request.failed)
		err_set(err, "%s", request.err.text);
	else
		answer->json = json_tree_read(buf_view(&request.body), NULL);
	buf_release(&request.body);
	buf_release(&url);
	return !request.failed;
}

/* Why Grafana refuses, in its own words where it has some. */
static bool refused(const struct answer *answer, const char *what, bool *hopeless, struct err *err)
{
	struct str words = json_tree_text(json_tree_get(answer->json, "message"));
	char text[256];
	size_t len = 0;

	for (size_t i = 0; i < words.len && len + 1 < sizeof(text); i++)
		text[len++] = (unsigned char)words.at[i] < ' ' || words.at[i] == 0x7F ? ' ' : words.at[i];
	text[len] = '\0';
	*hopeless = answer->status == 401;
	if (answer->status == 401)
		return err_set(err, "Grafana does not take the token (401)%s%s", len ? ": " : "", text);
	if (answer->status == 403)
		return err_set(err, "the token may not %s (403)%s%s", what, len ? ": " : "", text);
	if (answer->status == 200)
		return err_set(err, "what answers is not Grafana's API");
	return err_set(err, "Grafana refuses to %s (%ld)%s%s", what, answer->status, len ? ": " : "", text);
}

/* The folder that new dashboards come into: made where it is not there. Another one may make it at the same time. */
static bool have_folder(struct grafana *grafana, bool *hopeless, struct err *err)
{
	struct answer answer;
	struct json_writer json;
	struct buf body;
	bool ok;

	if (grafana->folder_there)
		return true;
	buf_init(&body, LIMIT_TEXT_BYTES);
	json_begin(&json, &body, false);
	json_object(&json);
	json_key_text(&json, "uid", grafana->folder);
	json_key_text(&json, "title", grafana->folder);
	json_object_end(&json);
	*hopeless = true;
	ok = ask(grafana, "/api/folders/", grafana->folder, NULL, &answer, err);
	if (ok && answer.status == 404) {
		answer_release(&answer);
		ok = ask(grafana, "/api/folders", STR(""), &body, &answer, err);
		if (ok && (answer.status == 409 || answer.status == 412)) {
			answer_release(&answer);
			ok = ask(grafana, "/api/folders/", grafana->folder, NULL, &answer, err);
		}
	}
	if (ok && !(answer.status == 200 && json_tree_text(json_tree_get(answer.json, "uid")).at)) {
		ok = refused(&answer, "have a folder for dashboards", hopeless, err);
		*hopeless = true;
	}
	answer_release(&answer);
	buf_release(&body);
	grafana->folder_there = ok;
	return ok;
}

/* All that is in ours is in theirs, and lists have nothing more: Grafana adds members of its own, such as the version.
 * Nothing is what null is. */
static bool holds(const struct json_tree *theirs, const struct json_tree *ours)
{
	struct str text = json_tree_text(ours);
	const struct json_tree *value;
	double a, b;
	struct str key;

	if (json_tree_is_array(ours)) {
		if (!json_tree_is_array(theirs) || json_tree_len(ours) != json_tree_len(theirs))
			return false;
		for (size_t i = 0; i < json_tree_len(ours); i++)
			if (!holds(json_tree_at(theirs, i), json_tree_at(ours, i)))
				return false;
		return true;
	}
	for (void *at = NULL; json_tree_member(ours, &at, &key, &value);)
		if (!holds(json_tree_get(theirs, key.at), value))
			return false;
	if (text.at)
		return json_tree_text(theirs).at && str_eq(json_tree_text(theirs), text);
	if (json_tree_number(ours, &a))
		return json_tree_number(theirs, &b) && !(a < b) && !(a > b);
	return json_tree_is_true(ours) == json_tree_is_true(theirs) &&
	       json_tree_is_false(ours) == json_tree_is_false(theirs);
}

/* What is sent: the dashboard with the id and version of the one that is there, and its folder. */
static void write_request(struct buf *body, struct str dashboard, const struct answer *there, struct str folder)
{
	const struct json_tree *old = json_tree_get(there->json, "dashboard");
	double id = 0, version = 0;
	struct json_writer json;

	buf_cstr(body, "{\"overwrite\":false,\"message\":\"wick " WICK_VERSION "\",\"folderUid\":");
	if (there->status == 200)
		folder = json_tree_text(json_tree_get(json_tree_get(there->json, "meta"), "folderUid"));
	else if (str_is(folder, "general"))
		folder = STR("");
	json_begin(&json, body, false);
	json_str(&json, folder);
	buf_cstr(body, ",\"dashboard\":{");
	if (there->status == 200 && json_tree_number(json_tree_get(old, "id"), &id))
		buf_fmt(body, "\"id\":%.0f,", id);
	if (there->status == 200 && json_tree_number(json_tree_get(old, "version"), &version))
		buf_fmt(body, "\"version\":%.0f,", version);
	buf_str(body, str_slice(dashboard, 1, dashboard.len)); /* behind its own brace */
	buf_char(body, '}');
}

/* One try. *again: somebody else saved it between our reading and our writing. */
static enum grafana_outcome put_once(struct grafana *grafana, const struct dashboard *dashboard, struct str text,
				     const struct json_tree *ours, bool *again, bool *hopeless, struct err *err)
{
	enum grafana_outcome outcome = GRAFANA_FAILED;
	struct answer there = {0}, saved = {0};
	struct buf body, uid;

	buf_init(&uid, LIMIT_NAME_BYTES);
	buf_init(&body, LIMIT_FILE_BYTES);
	buf_fmt(&uid, "wick-%s", dashboard->name);
	*again = false;
	*hopeless = true;
	if (!ask(grafana, "/api/dashboards/uid/", buf_view(&uid), NULL, &there, err))
		goto out;
	*hopeless = false;
	if (there.status != 404 && !json_tree_get(there.json, "dashboard")) {
		refused(&there, "show the dashboard", hopeless, err);
		goto out;
	}
	if (there.status == 200 && holds(json_tree_get(there.json, "dashboard"), ours)) {
		outcome = GRAFANA_UNCHANGED;
		goto out;
	}
	if (there.status == 404 && !have_folder(grafana, hopeless, err))
		goto out;
	write_request(&body, text, &there, grafana->folder);
	*hopeless = true;
	if (!ask(grafana, "/api/dashboards/db", STR(""), &body, &saved, err))
		goto out;
	*hopeless = false;
	if (saved.status == 200 && json_tree_text(json_tree_get(saved.json, "uid")).at) {
		outcome = there.status == 200 ? GRAFANA_UPDATED : GRAFANA_CREATED;
	} else {
		*again = saved.status == 412 &&
			 str_is(json_tree_text(json_tree_get(saved.json, "status")), "version-mismatch");
		refused(&saved, "save the dashboard", hopeless, err);
	}
out:
	answer_release(&there);
	answer_release(&saved);
	buf_release(&body);
	buf_release(&uid);
	return outcome;
}

enum grafana_outcome grafana_put(struct grafana *grafana, const struct dashboard *dashboard, struct str wick_url,
				 bool *hopeless, struct err *err)
{
	enum grafana_outcome outcome;
	struct json_tree *ours;
	struct buf text;
	bool again;

	buf_init(&text, LIMIT_FILE_BYTES);
	dash_write(&text, dashboard, wick_url);
	ours = json_tree_read(buf_view(&text), err);
	outcome = put_once(grafana, dashboard, buf_view(&text), ours, &again, hopeless, err);
	if (again)
		outcome = put_once(grafana, dashboard, buf_view(&text), ours, &again, hopeless, err);
	json_tree_free(ours);
	buf_release(&text);
	return outcome;
}
