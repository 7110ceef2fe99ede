#include "exporters/pages/frame.h"
#include "exporters/pages/pages.h"
#include "exporters/pages/parts.h"
#include "exporters/pages/slo_cells.h"
#include "exporters/policy.h"

#include <math.h>

enum { ROWS = 100, AGREED = 400, POLICIES_MOST = 40 };

static void put_level(struct buf *out, enum policy_level level)
{
	buf_fmt(out, "<span class=\"%s\">%s</span>", chart_tone_classes[slo_level_tone(level)],
		policy_level_names[level]);
}

static void put_slo(struct buf *out, const struct slo_result *result)
{
	buf_cstr(out, "<a href=\"");
	slo_path_write(out, result);
	buf_cstr(out, "\">");
	page_text(out, result->slo->name, 260);
	buf_cstr(out, "</a> ");
	page_labels(out, result->group);
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
		page_text(out, policy->steps[service->level].agreed, AGREED);
	if (service->unsure && service->level != POLICY_UNKNOWN)
		buf_fmt(out, "<br><span class=\"warn\">of %zu of its budgets nothing is known at the moment</span>",
			service->unsure);
}

static void put_service(struct buf *out, const struct policy_service *service)
{
	buf_cstr(out, "<tr><th scope=\"row\" class=\"name\">");
	page_text(out, service->namespace_, 260);
	buf_cstr(out, service->namespace_.len ? "/" : "");
	page_text(out, service->service, 260);
	buf_cstr(out, "</th><td>");
	if (service->worst)
		put_level(out, service->level);
	buf_cstr(out, "</td><td>");
	put_agreed(out, service);
	buf_cstr(out, "</td><td>");
	if (service->worst)
		put_slo(out, service->worst);
	buf_cstr(out, "</td><td class=\"num\">");
	slo_budget_cell(out, service->worst ? service->worst->budgets->remaining : (double)NAN);
	buf_cstr(out, "</td></tr>\n");
}

static void put_services(struct buf *out, const struct page_source *source)
{
	static const char *const titles[] = {"Service", "Level", "What is agreed", "Because of", "num:Budget left"};
	struct policy_service *services;
	struct page_part part;
	struct arena arena;
	size_t len;

	arena_init(&arena);
	services = policy_services(&arena, source->results, &len);
	part = page_part_of(source->query, len, ROWS);
	page_table(out, STR("What is agreed for each service, worst first"), titles, sizeof(titles) / sizeof(*titles));
	for (size_t i = part.from; i < part.to; i++)
		put_service(out, &services[i]);
	page_table_end(out);
	page_part_links(out, source->query, &part);
	arena_release(&arena);
}

static void put_policy(struct buf *out, const struct policy *policy)
{
	static const char *const titles[] = {"Level", "num:Budget consumed", "What is agreed"};

	buf_cstr(out, "<h2>");
	page_text(out, policy->name, 260);
	buf_cstr(out, "</h2>\n");
	if (policy->description.len) {
		buf_cstr(out, "<p>");
		page_text(out, policy->description, 1000);
		buf_cstr(out, "</p>\n");
	}
	page_table(out, STR("Levels of the policy"), titles, sizeof(titles) / sizeof(*titles));
	for (int i = POLICY_NORMAL; i < POLICY_LEVELS; i++) {
		if (!policy->steps[i].given)
			continue;
		buf_cstr(out, "<tr><th scope=\"row\">");
		put_level(out, (enum policy_level)i);
		buf_fmt(out, "</th><td class=\"num\">from %.15g %%</td><td>", policy->steps[i].consumed * 100);
		page_text(out, policy->steps[i].agreed, AGREED);
		buf_cstr(out, "</td></tr>\n");
	}
	page_table_end(out);
}

static void put_policies(struct buf *out, const struct slo_set *set)
{
	bool own_default = false;

	for (size_t i = 0; set && i < set->policies_len; i++)
		own_default |= str_eq(set->policies[i]->name, policy_default.name);
	if (!own_default)
		put_policy(out, &policy_default);
	for (size_t i = 0; set && i < set->policies_len && i < POLICIES_MOST; i++)
		put_policy(out, set->policies[i]);
	if (set && set->policies_len > POLICIES_MOST)
		buf_fmt(out, "<p class=\"soft\">And %zu more.</p>\n", set->policies_len - POLICIES_MOST);
}

bool policy_page_write(struct buf *out, const struct page_source *source)
{
	struct page_frame frame = {STR("Error budget policies"), PLACE_POLICY, 0, page_renewal(source), false};

	page_begin(out, &frame);
	if (page_state(out, source) && source->results->len)
		put_services(out, source);
	put_policies(out, source->set);
	page_end(out, &frame, "<a href=\"api/v1/policy\">JSON</a>");
	return !out->full;
}
