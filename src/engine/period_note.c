#include "engine/period_note.h"

#include "format/json_tree.h"
#include "format/json_write.h"

static void put_reading(struct json_writer *json, const struct counts *counts, double steps)
{
	json_key_num(json, "bad", counts->bad);
	json_key_num(json, "total", counts->total);
	json_key_num(json, "covered", counts->covered);
	json_key_num(json, "bridged", counts->bridged);
	json_key_num(json, "steps", steps);
}

void period_note_write(struct buf *buf, const struct period_record *record)
{
	struct json_writer json;

	json_begin(&json, buf, false);
	json_object(&json);
	json_key_text(&json, "slo", record->slo_id);
	json_key(&json, "group");
	json_object(&json);
	for (size_t i = 0; i < record->group.len; i++) {
		json_key_str(&json, record->group.at[i].name);
		json_str(&json, record->group.at[i].value);
	}
	json_object_end(&json);
	json_key_text(&json, "window", record->window);
	json_key_text(&json, "period", record->name);
	json_key_num(&json, "begin_ms", (double)record->begin.ms);
	json_key_num(&json, "end_ms", (double)record->end.ms);
	json_key_num(&json, "objective", record->objective);
	put_reading(&json, &record->counts, record->steps);
	json_key(&json, "counted");
	json_object(&json);
	put_reading(&json, &record->counted, record->counted_steps);
	json_object_end(&json);
	json_key(&json, "excluded");
	json_object(&json);
	put_reading(&json, &record->excluded, record->excluded_steps);
	json_object_end(&json);
	json_key_text(&json, "exclusions", record->exclusions);
	json_key_num(&json, "adjusted_good", record->adjusted_good);
	json_key_num(&json, "adjusted_bad", record->adjusted_bad);
	json_key_num(&json, "closed_ms", (double)record->closed_at.ms);
	json_key_num(&json, "corrected_ms", (double)record->corrected_at.ms);
	json_object_end(&json);
}

static bool get_instant(const struct json_tree *tree, const char *key, struct instant *instant)
{
	double ms;

	if (!json_tree_number(json_tree_get(tree, key), &ms) || !(ms > -1e15 && ms < 1e15))
		return false;
	instant->ms = (int64_t)ms;
	return true;
}

static struct labels get_group(struct arena *arena, const struct json_tree *object)
{
	struct labels labels = {arena_array(arena, json_tree_len(object), sizeof(*labels.at)), 0};
	const struct json_tree *value;
	struct str key;

	for (void *at = NULL; json_tree_member(object, &at, &key, &value);)
		labels.at[labels.len++] =
			(struct label){arena_str(arena, key), arena_str(arena, json_tree_text(value))};
	labels_sort(labels);
	return labels;
}

static bool get_reading(const struct json_tree *tree, struct counts *counts, double *steps)
{
	return json_tree_number(json_tree_get(tree, "bad"), &counts->bad) &&
	       json_tree_number(json_tree_get(tree, "total"), &counts->total) &&
	       json_tree_number(json_tree_get(tree, "covered"), &counts->covered) &&
	       json_tree_number(json_tree_get(tree, "bridged"), &counts->bridged) &&
	       json_tree_number(json_tree_get(tree, "steps"), steps);
}

/* A record from before there were corrections has none of this. */
static bool get_corrections(struct arena *arena, const struct json_tree *tree, struct period_record *record)
{
	const struct json_tree *counted = json_tree_get(tree, "counted");

	record->counted = record->counts;
	record->counted_steps = record->steps;
	if (!counted)
		return true;
	record->exclusions = arena_str(arena, json_tree_text(json_tree_get(tree, "exclusions")));
	return get_reading(counted, &record->counted, &record->counted_steps) &&
	       get_reading(json_tree_get(tree, "excluded"), &record->excluded, &record->excluded_steps) &&
	       json_tree_number(json_tree_get(tree, "adjusted_good"), &record->adjusted_good) &&
	       json_tree_number(json_tree_get(tree, "adjusted_bad"), &record->adjusted_bad) &&
	       get_instant(tree, "corrected_ms", &record->corrected_at) && record->counted_steps > 0;
}

static bool get(struct arena *arena, const struct json_tree *tree, struct period_record *record)
{
	record->slo_id = arena_str(arena, json_tree_text(json_tree_get(tree, "slo")));
	record->group = get_group(arena, json_tree_get(tree, "group"));
	record->window = arena_str(arena, json_tree_text(json_tree_get(tree, "window")));
	record->name = arena_str(arena, json_tree_text(json_tree_get(tree, "period")));
	return record->slo_id.len && record->window.len && get_instant(tree, "begin_ms", &record->begin) &&
	       get_instant(tree, "end_ms", &record->end) && get_instant(tree, "closed_ms", &record->closed_at) &&
	       json_tree_number(json_tree_get(tree, "objective"), &record->objective) &&
	       get_reading(tree, &record->counts, &record->steps) && record->steps >= 0 &&
	       get_corrections(arena, tree, record);
}

bool period_note_read(struct str text, struct arena *arena, struct period_record *record, struct err *err)
{
	struct json_tree *tree = json_tree_read(text, err);
	bool ok = tree && get(arena, tree, record);

	json_tree_free(tree);
	return ok;
}
