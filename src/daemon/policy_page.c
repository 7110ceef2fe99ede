#include "daemon/policy_page.h"

#include "daemon/page_frame.h"
#include "exporters/policy.h"
#include "exporters/table.h"
#include "format/html.h"

#include <math.h>

enum { PAGE_SERVICES_MOST = 1000 }; /* as on the page of budgets */

static const char *level_class(enum policy_level level)
{
	if (level == POLICY_FREEZE)
		return "bad";
	return level == POLICY_NORMAL ? "good" : "warn";
}

static void put_level(struct buf *out, enum policy_level level)
{
	buf_fmt(out, "<span class=\"%s\">%s</span>", level_class(level), policy_level_names[level]);
}

static void put_slo(struct buf *out, const struct slo_result *result)
{
	buf_cstr(out, "<a href=\"api/v1/slos/");
	page_path(out, result->slo->id);
	buf_cstr(out, "\">");
	html_write(out, result->slo->name);
	buf_cstr(out, "</a>");
	for (size_t i = 0; i < result->group.len; i++) {
		buf_cstr(out, i ? ", " : " (");
		html_write(out, result->group.at[i].value);
	}
	buf_cstr(out, result->group.len ? ")" : "");
}

/* What the team agreed to do, or why nothing can be said. */
static void put_agreed(struct buf *out, const struct policy_service *service)
{
	const struct policy *policy = service->worst ? service->worst->slo->policy : NULL;

	if (!service->worst)
		buf_cstr(out, "<span class=\"soft\">no SLO of it has a policy</span>");
	else if (!policy)
		buf_cstr(out, "<span class=\"warn\">its policy is not defined</span>");
	else if (service->level == POLICY_UNKNOWN)
		buf_cstr(out, "<span class=\"soft\">no budget of it is known</span>");
	else
		html_write(out, policy->steps[service->level].agreed);
	if (service->unsure && service->level != POLICY_UNKNOWN)
		buf_fmt(out, "<br><span class=\"warn\">of %zu of its budgets nothing is known at the moment</span>",
			service->unsure);
}

static void put_service(struct buf *out, const struct policy_service *service)
{
	buf_cstr(out, "<tr><td>");
	html_write(out, service->namespace_);
	buf_cstr(out, service->namespace_.len ? "/" : "");
	html_write(out, service->service);
	buf_cstr(out, "</td><td>");
	if (service->worst)
		put_level(out, service->level);
	buf_cstr(out, "</td><td>");
	put_agreed(out, service);
	buf_cstr(out, "</td><td>");
	if (service->worst)
		put_slo(out, service->worst);
	buf_cstr(out, "</td><td class=\"num\">");
	table_percent_write(out, service->worst ? service->worst->budgets->remaining : (double)NAN, 1);
	buf_cstr(out, "</td></tr>\n");
}

static void put_services(struct buf *out, const struct results *results)
{
	struct policy_service *services;
	struct arena arena;
	size_t len;

	arena_init(&arena);
	services = policy_services(&arena, results, &len);
	buf_cstr(out,
		 "<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">service</th><th scope=\"col\">level</th>"
		 "<th scope=\"col\">what is agreed</th><th scope=\"col\">because of</th>"
		 "<th scope=\"col\" class=\"num\">budget left</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < len && i < PAGE_SERVICES_MOST; i++)
		put_service(out, &services[i]);
	buf_cstr(out, "</tbody></table></div>\n");
	if (len > PAGE_SERVICES_MOST)
		buf_fmt(out, "<p>And %zu more: <a href=\"api/v1/policy\">all of them as JSON</a>.</p>\n",
			len - PAGE_SERVICES_MOST);
	arena_release(&arena);
}

static void put_policy(struct buf *out, const struct policy *policy)
{
	buf_cstr(out, "<h2>");
	html_write(out, policy->name);
	buf_cstr(out, "</h2>\n");
	if (policy->description.len) {
		buf_cstr(out, "<p>");
		html_write(out, policy->description);
		buf_cstr(out, "</p>\n");
	}
	buf_cstr(out, "<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">level</th>"
		      "<th scope=\"col\" class=\"num\">budget consumed</th><th scope=\"col\">what is agreed</th></tr>"
		      "</thead>\n<tbody>\n");
	for (int i = POLICY_NORMAL; i < POLICY_LEVELS; i++) {
		if (!policy->steps[i].given)
			continue;
		buf_cstr(out, "<tr><td>");
		put_level(out, (enum policy_level)i);
		buf_fmt(out, "</td><td class=\"num\">from %.15g %%</td><td>", policy->steps[i].consumed * 100);
		html_write(out, policy->steps[i].agreed);
		buf_cstr(out, "</td></tr>\n");
	}
	buf_cstr(out, "</tbody></table></div>\n");
}

static void put_policies(struct buf *out, const struct slo_set *set)
{
	bool own_default = false;

	for (size_t i = 0; set && i < set->policies_len; i++)
		own_default |= str_eq(set->policies[i]->name, policy_default.name);
	if (!own_default)
		put_policy(out, &policy_default);
	for (size_t i = 0; set && i < set->policies_len; i++)
		put_policy(out, set->policies[i]);
}

bool policy_page_write(struct buf *out, const struct snapshot *snapshot)
{
	page_begin(out, 0, "error budget policies");
	buf_cstr(out, "<h1>Error budget policies</h1>\n");
	if (!snapshot)
		buf_cstr(out, "<p class=\"warn\">Nothing is worked out yet; wick has just started.</p>\n");
	else
		buf_fmt(out, "<p>What is agreed for each service, as of <time>%s</time>.</p>\n",
			instant_text(snapshot->results.at).text);
	if (snapshot && snapshot->results.len)
		put_services(out, &snapshot->results);
	put_policies(out, snapshot ? snapshot->set : NULL);
	buf_cstr(out, "<p class=\"soft\"><a href=\".\">error budgets</a> · <a href=\"api/v1/policy\">JSON</a></p>\n");
	page_end(out);
	return !out->full;
}
