/* Any bytes as Alertmanager's silences: what is read is whole, and what is written of it is read back the same. */
#include "slo/corrections/import.h"

#include "base/limits.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char definitions[] = "apiVersion: wick/v1\nkind: ServiceLevels\nservice: shop\nlabels: {team: a}\nslos:\n"
				  "- {name: pay, objective: 99%, window: 30d, sli: {probe: up}}\n";

static void check(const struct silence *silence)
{
	if (!silence->id.len || silence->id.len > LIMIT_SILENCE_ID_BYTES || silence->comment.len > LIMIT_REASON_BYTES ||
	    silence->author.len > LIMIT_NAME_BYTES || !str_utf8(silence->comment) || !str_utf8(silence->author) ||
	    silence->begin.ms <= 0 || silence->end.ms <= 0 || silence->matchers_len == 0)
		abort();
}

static void check_written(struct arena *arena, const struct silence_list *list)
{
	struct buf first, second;
	struct silence_list again;
	struct err err;

	buf_init(&first, MIB(64));
	buf_init(&second, MIB(64));
	if (!silences_write(&first, list) || !silences_read(arena, buf_view(&first), STR(""), &again, &err) ||
	    again.len != list->len || again.unread || !silences_write(&second, &again) ||
	    !str_eq(buf_view(&first), buf_view(&second)))
		abort();
	buf_release(&first);
	buf_release(&second);
}

static void check_import(struct silence_list *list)
{
	struct slo_set *base = slo_set_read("fuzz.yaml", STR(definitions));
	struct slo_set *set = slo_set_import(base, list, (struct instant){1782000000000});
	size_t in_force = 0;

	for (size_t i = 0; i < list->len; i++)
		in_force += list->at[i].use == SILENCE_IN_FORCE;
	if (set->corrections.exclusions_len != in_force ||
	    (in_force && set->slos[0].corrections->exclusions_len != in_force))
		abort();
	slo_set_unref(set);
	slo_set_unref(base);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct silence_list list;
	struct arena arena;
	struct err err = {0};

	arena_init(&arena);
	if (silences_read(&arena, (struct str){(const char *)data, size}, STR("http://a"), &list, &err)) {
		for (size_t i = 0; i < list.len; i++)
			check(&list.at[i]);
		check_written(&arena, &list);
		check_import(&list);
	} else if (!err.text[0]) {
		abort();
	}
	arena_release(&arena);
	return 0;
}
