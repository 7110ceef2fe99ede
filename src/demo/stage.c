#include "demo/stage.h"

#include "base/limits.h"
#include "base/num.h"
#include "demo/fault.h"
#include "demo/truth.h"
#include "format/json_write.h"

static const char exposition[] = "text/plain; version=0.0.4; charset=utf-8";

static void refuse(struct reply *reply, int status, const char *text)
{
	reply->status = status;
	buf_clear(&reply->body);
	buf_fmt(&reply->body, "%s\n", text);
}

static void put_target(struct json_writer *json, const struct stage *stage, const struct target *target)
{
	struct buf path;

	json_object(json);
	json_key(json, "targets");
	json_array(json);
	json_str(json, stage->address);
	json_array_end(json);
	json_key(json, "labels");
	json_object(json);
	json_key(json, "instance");
	json_cstr(json, target->instance);
	json_key(json, "__metrics_path__");
	if (target->process == PROCESS_BLACKBOX) {
		json_cstr(json, "/probe");
		json_key(json, "__param_target");
		json_cstr(json, target->instance);
	} else {
		buf_init(&path, KIB(1));
		buf_fmt(&path, "/pods/%s/metrics", target->instance);
		json_str(json, buf_view(&path));
		buf_release(&path);
	}
	json_object_end(json);
	json_object_end(json);
}

static void answer_targets(struct stage *stage, struct str job, struct reply *reply)
{
	struct instant now = stage->now();
	struct json_writer json;
	bool known = false;

	json_begin(&json, &reply->body, true);
	json_array(&json);
	for (size_t i = 0; i < stage->world->len; i++) {
		const struct target *target = &stage->world->targets[i];

		if (!str_is(job, demo_jobs[target->process]))
			continue;
		known = true;
		if (target_listed(target, now))
			put_target(&json, stage, target);
	}
	json_array_end(&json);
	reply->type = "application/json";
	if (!known) {
		reply->type = "text/plain; charset=utf-8";
		refuse(reply, 404, "there is no such job: anvila-api, anvila-worker, blackbox-http");
	}
}

static void answer_metrics(struct stage *stage, struct target *target, struct reply *reply)
{
	struct instant now = stage->now();

	if (!target) {
		refuse(reply, 404, "there is no such target");
	} else if (!target_lives(target, now)) {
		refuse(reply, 503, "the process is being restarted");
	} else {
		reply->type = exposition;
		target_write(target, &stage->world->story, now, &reply->body);
	}
}

static void answer_pod(struct stage *stage, struct str path, struct reply *reply)
{
	struct str prefix = STR("/pods/"), suffix = STR("/metrics"), name;
	struct target *target = NULL;

	if (str_starts(path, prefix) && str_ends(path, suffix) && path.len > prefix.len + suffix.len) {
		name = str_slice(path, prefix.len, path.len - suffix.len);
		target = world_target(stage->world, PROCESS_API, name, stage->now());
		if (!target)
			target = world_target(stage->world, PROCESS_WORKER, name, stage->now());
	}
	answer_metrics(stage, target, reply);
}

static void answer_probe(struct stage *stage, struct str query, struct reply *reply)
{
	struct target *target = NULL;
	struct buf name;

	buf_init(&name, KIB(4));
	if (query_value(query, STR("target"), &name))
		target = world_target(stage->world, PROCESS_BLACKBOX, buf_view(&name), stage->now());
	buf_release(&name);
	answer_metrics(stage, target, reply);
}

static void answer_truth(struct stage *stage, struct str query, struct reply *reply)
{
	struct instant to = stage->now();
	struct span window = {30 * SPAN_DAY};
	struct truth truth;
	struct buf text;
	bool ok = true;

	buf_init(&text, KIB(4));
	if (query_value(query, STR("at"), &text))
		ok = instant_read(buf_view(&text), &to) && to.ms <= stage->now().ms;
	buf_clear(&text);
	if (ok && query_value(query, STR("window"), &text))
		ok = span_read(buf_view(&text), &window) && window.ms <= STORY_DAYS * SPAN_DAY;
	buf_release(&text);
	if (!ok) {
		refuse(reply, 400, "at= is a time until now, window= a duration up to 31d");
		return;
	}
	truth_tell(stage->world, (struct instant){to.ms - window.ms}, to, &truth);
	truth_tell_deliveries(stage->hub.repository, (struct instant){to.ms - window.ms}, to, &truth);
	reply->type = "application/json";
	truth_write_json(&truth, (struct instant){to.ms - window.ms}, to, &reply->body);
}

static struct fault newest_fault(const struct story *story)
{
	return story->faults_len ? story->faults[story->faults_len - 1] : (struct fault){.errors = 0};
}

static bool fault_shows(const struct fault *fault) { return fault->errors > 0 || fault->delay > 0 || fault->down; }

static void put_fault(const struct fault *fault, struct buf *out)
{
	buf_cstr(out, "errors ");
	num_write_double(out, fault->errors * 100);
	buf_cstr(out, "%, latency +");
	num_write_double(out, fault->delay);
	buf_fmt(out, "s, %s\n", fault->down ? "down" : "up");
}

static void answer_fail(struct stage *stage, const struct request *request, struct reply *reply)
{
	struct story *story = &stage->world->story;
	struct fault fault = newest_fault(story);
	struct err err = {.text = ""};

	if (str_is(request->method, "POST")) {
		fault.from = stage->now();
		if (!fault_read(&fault, request->query, &err)) {
			refuse(reply, 400, err.text);
			return;
		}
		if (!story_fault(story, &fault)) {
			refuse(reply, 503, "the demo was told to fail too often: start it again");
			return;
		}
		if (str_is(request->path, "/deploy")) {
			world_deploy(stage->world, fault.from);
			repository_deploy(stage->hub.repository, fault.from, fault_shows(&fault));
		}
	}
	put_fault(&fault, &reply->body);
}

static void answer_front(const struct stage *stage, struct reply *reply)
{
	struct fault newest = newest_fault(&stage->world->story);

	buf_fmt(&reply->body,
		"wick demo: a made-up system that Prometheus can scrape.\n\n"
		"  targets  http://%.*s/targets/anvila-api, .../anvila-worker, .../blackbox-http (for http_sd_configs)\n"
		"  GitHub   http://%.*s" HUB_PATH " (for --github-url), with " HUB_OWNER "/" HUB_NAME "\n"
		"  truth    http://%.*s/truth\n\n"
		"Make it fail, and watch the budgets burn:\n\n"
		"  curl -X POST 'http://%.*s/fail?errors=5%%&latency=2s'\n"
		"  curl -X POST 'http://%.*s/fail?down=yes'\n"
		"  curl -X POST 'http://%.*s/fail?errors=0&latency=0&down=no'\n\n"
		"Roll a version out that fails, and back:\n\n"
		"  curl -X POST 'http://%.*s/deploy?errors=5%%'\n"
		"  curl -X POST 'http://%.*s/deploy?errors=0'\n\nNow: ",
		STR_ARG(stage->address), STR_ARG(stage->address), STR_ARG(stage->address), STR_ARG(stage->address),
		STR_ARG(stage->address), STR_ARG(stage->address), STR_ARG(stage->address), STR_ARG(stage->address));
	put_fault(&newest, &reply->body);
}

void stage_answer(struct stage *stage, const struct request *request, struct reply *reply)
{
	struct str path = request->path, targets = STR("/targets/");
	bool deploy = str_is(path, "/deploy"), fail = deploy || str_is(path, "/fail");
	bool get = str_is(request->method, "GET");

	if (!get && !(fail && str_is(request->method, "POST")))
		refuse(reply, 405, "only GET, and POST for /fail and /deploy");
	else if (get && fail && (deploy || request->query.len))
		refuse(reply, 405, "to make the demo fail takes a POST: curl -X POST");
	else if (fail)
		answer_fail(stage, request, reply);
	else if (str_is(path, "/"))
		answer_front(stage, reply);
	else if (str_is(path, HUB_PATH) || str_starts(path, STR(HUB_PATH "/")))
		hub_answer(&stage->hub, request, stage->now(), reply);
	else if (str_is(path, "/truth"))
		answer_truth(stage, request->query, reply);
	else if (str_is(path, "/probe"))
		answer_probe(stage, request->query, reply);
	else if (str_starts(path, targets))
		answer_targets(stage, str_slice(path, targets.len, path.len), reply);
	else
		answer_pod(stage, path, reply);
}
