#include "ledger/store.h"
#include "base/limits.h"
#include "cmd/command.h"
#include "facts/facts.h"
#include "format/json_write.h"

#include <stdio.h>

/* Written out account by account: the whole of a large store is gigabytes. */
struct dump {
	struct buf out;
	struct json_writer json;
	struct span step;
	int exit_code;
};

static bool flush(struct dump *dump)
{
	dump->exit_code = command_print(&dump->out, EXIT_FINE);
	buf_clear(&dump->out);
	return dump->exit_code == EXIT_FINE;
}

static struct instant end_of(const struct dump *dump, step_no step) { return (struct instant){step * dump->step.ms}; }

static void put_counts(struct json_writer *json, struct counts counts)
{
	json_key(json, "bad");
	json_num(json, counts.bad);
	json_key(json, "total");
	json_num(json, counts.total);
	json_key(json, "covered");
	json_num(json, counts.covered);
	json_key(json, "bridged");
	json_num(json, counts.bridged);
}

static void put_step(struct dump *dump, const char *name, const char *time_name, step_no step)
{
	json_key(&dump->json, name);
	json_int(&dump->json, step);
	json_key(&dump->json, time_name);
	json_cstr(&dump->json, instant_text(end_of(dump, step)).text);
}

static void put_key(struct dump *dump, const struct ledger_key *key)
{
	char hash[24];

	snprintf(hash, sizeof(hash), "%016llx", (unsigned long long)key->counts_hash);
	json_key(&dump->json, "slo");
	json_str(&dump->json, key->slo_id);
	json_key(&dump->json, "counts_hash");
	json_cstr(&dump->json, hash);
	json_key(&dump->json, "group");
	json_object(&dump->json);
	for (size_t i = 0; i < key->group.len; i++) {
		json_key_str(&dump->json, key->group.at[i].name);
		json_str(&dump->json, key->group.at[i].value);
	}
	json_object_end(&dump->json);
}

static void put_pins(struct dump *dump, const struct ledger *ledger)
{
	json_key(&dump->json, "pins");
	json_array(&dump->json);
	for (size_t i = 0; i < ledger_pins(ledger); i++) {
		step_no pin = ledger_pin(ledger, i);

		json_object(&dump->json);
		put_step(dump, "step", "time", pin);
		put_counts(&dump->json, ledger_read(ledger, pin, ledger_end(ledger)));
		json_object_end(&dump->json);
	}
	json_array_end(&dump->json);
}

static bool dump_json(void *context, const struct account *account)
{
	struct dump *dump = context;
	struct json_writer *json = &dump->json;
	const struct ledger *ledger = account->ledger;
	step_no end = ledger_end(ledger);

	json_object(json);
	put_key(dump, &account->key);
	put_step(dump, "begin", "begin_time", ledger_begin(ledger));
	put_step(dump, "end", "end_time", end);
	json_key(json, "ever");
	json_object(json);
	put_counts(json, ledger_ever(ledger));
	json_object_end(json);
	json_key(json, "points");
	json_array(json);
	for (step_no from = ledger_begin(ledger), to; from < end; from = to) {
		to = ledger_next(ledger, from);
		json_object(json);
		put_step(dump, "step", "time", to);
		put_counts(json, ledger_read(ledger, from, to));
		json_object_end(json);
	}
	json_array_end(json);
	put_pins(dump, ledger);
	json_object_end(json);
	return flush(dump);
}

static bool dump_line(void *context, const struct account *account)
{
	struct dump *dump = context;
	const struct ledger *ledger = account->ledger;
	step_no begin = ledger_begin(ledger), end = ledger_end(ledger);
	struct counts counts = ledger_read(ledger, begin, end);

	buf_fmt(&dump->out, "%s  %s  %14.0f  %14.0f  %9.0f  %7.0f  %016llx  ", instant_text(end_of(dump, begin)).text,
		instant_text(end_of(dump, end)).text, counts.bad, counts.total, counts.covered, counts.bridged,
		(unsigned long long)account->key.counts_hash);
	buf_str(&dump->out, account->key.slo_id);
	if (account->key.group.len)
		labels_write(&dump->out, account->key.group);
	buf_char(&dump->out, '\n');
	return flush(dump);
}

static int dump_store(const char *path, bool table)
{
	struct dump dump = {.exit_code = EXIT_FINE};
	struct err err = {0};

	buf_init(&dump.out, LIMIT_OUTPUT_BYTES);
	json_begin(&dump.json, &dump.out, true);
	if (table)
		buf_fmt(&dump.out, "%-20s  %-20s  %14s  %14s  %9s  %7s  %-16s  %s\n", "BEGIN", "END", "BAD", "TOTAL",
			"COVERED", "BRIDGED", "COUNTS HASH", "SLO");
	else
		json_array(&dump.json);
	if (store_dump(path, &dump.step, table ? dump_line : dump_json, &dump, &err)) {
		if (!table) {
			json_array_end(&dump.json);
			buf_char(&dump.out, '\n');
		}
		flush(&dump);
	} else if (dump.exit_code == EXIT_FINE) {
		dump.exit_code = command_fail("%s", err.text);
	}
	buf_release(&dump.out);
	return dump.exit_code;
}

static void found(void *context, const char *fault)
{
	size_t *faults = context;

	++*faults;
	printf("%s\n", fault);
}

static int check_store(const char *path)
{
	struct err err = {0};
	size_t faults = 0;

	if (facts_is(path) ? facts_check(path, found, &faults, &err) : store_check(path, found, &faults, &err)) {
		printf("'%s' is fine\n", path);
		return EXIT_FINE;
	}
	if (err.text[0])
		return command_fail("%s", err.text);
	printf("'%s' has %zu fault%s\n", path, faults, faults == 1 ? "" : "s");
	return EXIT_FINDINGS;
}

static int run(const struct command *command, int argc, char **argv)
{
	static const char *const formats[] = {"json", "table", NULL};
	struct arguments arguments;
	size_t format;
	int exit_code;

	if (!arguments_parse(command, argc, argv, &arguments, &exit_code))
		return exit_code;
	if (!argument_choice(command, &arguments, "format", formats, &format))
		exit_code = EXIT_FAILED;
	else if (arguments.rest_len == 2 && strcmp(arguments.rest[0], "dump") == 0)
		exit_code = dump_store(arguments.rest[1], format == 1);
	else if (arguments.rest_len == 2 && strcmp(arguments.rest[0], "check") == 0)
		exit_code = check_store(arguments.rest[1]);
	else
		exit_code = command_misused(command, "'store' takes 'check' or 'dump', and one PATH");
	arguments_release(&arguments);
	return exit_code;
}

static const struct option_row options[] = {
	{.name = "format", .value = "FORMAT", .help = "of dump: json (the default) or table"},
	{.name = NULL},
};

const struct command command_store = {
	.name = "store",
	.syntax = "check|dump [--format json|table] PATH",
	.summary = "look into a ledger file, also while a daemon writes it",
	.help = "'check' reads every row of the file and names each fault; it changes nothing. It exits with 1 where there are "
		"faults. It also takes a file of delivery facts (docs/delivery.md).\n\n"
		"'dump' prints every account: what is counted (slo, counts_hash, group), from when to when, and the counts of "
		"each slot that is kept. The order is stable and numbers are exact, so that equal ledgers give equal bytes. "
		"docs/ledger.md describes each field.",
	.options = options,
	.run = run,
};
