#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"
#include "tests/unit/unit.h"

#include <jansson.h>
#include <math.h>
#include <unistd.h>

/* What log_write puts on stderr, caught in a file. */
static struct buf caught;

static void catch (enum log_format format, enum log_level level, const char *message, const struct log_field *fields)
{
	FILE *file = tmpfile();
	int stderr_fd = dup(STDERR_FILENO);
	char chunk[4096];
	ssize_t got;

	ck_assert(file && stderr_fd >= 0);
	dup2(fileno(file), STDERR_FILENO);
	log_setup(format, LOG_INFO);
	log_write(level, message, fields);
	dup2(stderr_fd, STDERR_FILENO);
	close(stderr_fd);
	buf_init(&caught, MIB(1));
	lseek(fileno(file), 0, SEEK_SET);
	while ((got = read(fileno(file), chunk, sizeof(chunk))) > 0)
		buf_put(&caught, chunk, (size_t)got);
	fclose(file);
}

/* One line, ended by the only line end. */
static void check_one_line(void)
{
	ck_assert_uint_gt(caught.len, 1);
	ck_assert_uint_le(caught.len, LIMIT_LINE_BYTES + 2);
	ck_assert_uint_eq(str_find(buf_view(&caught), '\n'), caught.len - 1);
}

static json_t *caught_json(void)
{
	json_error_t fault;
	json_t *json;

	check_one_line();
	json = json_loadb(caught.at, caught.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &fault);
	ck_assert_msg(json != NULL, "%s at %d in: %s", fault.text, fault.position, caught.at);
	buf_release(&caught);
	return json;
}

static const struct {
	struct str text, in_json; /* as it must come back from JSON */
	const char *why;
} hostile[] = {
	{STR_INIT("plain"), STR_INIT("plain"), "a word"},
	{STR_INIT(""), STR_INIT(""), "nothing"},
	{STR_INIT("two words"), STR_INIT("two words"), "a blank"},
	{STR_INIT("a=b"), STR_INIT("a=b"), "an equals sign"},
	{STR_INIT("say \"hi\" \\ bye"), STR_INIT("say \"hi\" \\ bye"), "quotes and a backslash"},
	{STR_INIT("line\nts=1970 level=error msg=forged"), STR_INIT("line\nts=1970 level=error msg=forged"),
	 "a forged line"},
	{STR_INIT("\r\t\x01\x1B[31m\x7F"), STR_INIT("\r\t\x01\x1B[31m\x7F"), "control characters"},
	{STR_INIT("nul\0inside"), STR_INIT("nul\0inside"), "a NUL"},
	{STR_INIT("gr\xC3\xB6\xC3\x9F"), STR_INIT("gr\xC3\xB6\xC3\x9F"), "letters that are not ASCII"},
	{STR_INIT("bad \xFF\xC3 bytes"), STR_INIT("bad \xEF\xBF\xBD\xEF\xBF\xBD bytes"), "what is not UTF-8"},
	{STR_INIT("\xE2\x80\xA8"), STR_INIT("\xE2\x80\xA8"), "a Unicode line separator"},
};

START_TEST(a_json_line_gives_every_text_back)
{
	for (size_t i = 0; i < COUNT_OF(hostile); i++) {
		json_t *json, *text;

		catch (LOG_JSON, LOG_WARN, "msg", LOG_FIELDS(F_STR("text", hostile[i].text), F_INT("n", i)));
		json = caught_json();
		text = json_object_get(json, "text");
		ck_assert_msg(
			str_eq((struct str){json_string_value(text), json_string_length(text)}, hostile[i].in_json),
			"%s", hostile[i].why);
		ck_assert_str_eq(json_string_value(json_object_get(json, "level")), "warn");
		ck_assert_int_eq(json_integer_value(json_object_get(json, "n")), (json_int_t)i);
		json_decref(json);
	}
}
END_TEST

/* Takes `key=value ` off a logfmt line, the value unquoted by jansson, whose strings have the same escapes. */
static struct str take_pair(struct str *line, struct str *value, json_t **holder)
{
	size_t equals = str_find(*line, '='), end = equals + 1;
	struct str key = str_slice(*line, 0, equals);

	*holder = NULL;
	if (end < line->len && line->at[end] == '"') {
		for (end++; end < line->len && line->at[end] != '"'; end++)
			end += line->at[end] == '\\';
		end++;
		*holder = json_loadb(line->at + equals + 1, end - equals - 1, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
		ck_assert_msg(*holder != NULL, "'%.*s' is no quoted text", STR_ARG(str_slice(*line, equals + 1, end)));
		*value = (struct str){json_string_value(*holder), json_string_length(*holder)};
	} else {
		while (end < line->len && line->at[end] != ' ')
			end++;
		*value = str_slice(*line, equals + 1, end);
	}
	ck_assert_msg(end == line->len || line->at[end] == ' ', "more behind a value: '%.*s'",
		      STR_ARG(str_slice(*line, end, line->len)));
	*line = str_slice(*line, end + 1, line->len);
	return key;
}

START_TEST(a_logfmt_line_gives_every_text_back)
{
	static const char *const keys[] = {"ts", "level", "msg", "text", "n"};

	for (size_t i = 0; i < COUNT_OF(hostile); i++) {
		struct str line;

		catch (LOG_LOGFMT, LOG_ERROR, "it broke", LOG_FIELDS(F_STR("text", hostile[i].text), F_INT("n", -7)));
		check_one_line();
		line = str_slice(buf_view(&caught), 0, caught.len - 1);
		for (size_t k = 0; k < COUNT_OF(keys); k++) {
			struct str value;
			json_t *holder;

			ck_assert_msg(str_is(take_pair(&line, &value, &holder), keys[k]), "%s: no '%s' in its place",
				      hostile[i].why, keys[k]);
			if (k == 3)
				ck_assert_msg(str_eq(value, hostile[i].in_json), "%s: '%.*s'", hostile[i].why,
					      STR_ARG(value));
			if (k == 4)
				ck_assert(str_is(value, "-7"));
			json_decref(holder);
		}
		ck_assert_uint_eq(line.len, 0);
		buf_release(&caught);
	}
}
END_TEST

START_TEST(what_is_infinite_is_null_in_json_and_what_is_not_known_is_left_out)
{
	json_t *json;

	catch (LOG_JSON, LOG_INFO, "m",
	       LOG_FIELDS(F_NUM("nan", (double)NAN), F_NUM("inf", HUGE_VAL), F_NUM("half", 0.5),
			  F_INT("least", INT64_MIN)));
	json = caught_json();
	ck_assert(json_is_null(json_object_get(json, "inf")));
	ck_assert_ptr_null(json_object_get(json, "nan"));
	ck_assert_double_eq(json_real_value(json_object_get(json, "half")), 0.5);
	ck_assert_int_eq(json_integer_value(json_object_get(json, "least")), INT64_MIN);
	json_decref(json);
}
END_TEST

START_TEST(a_text_larger_than_a_line_is_cut_and_the_line_stays_whole)
{
	static const char *const units[] = {"x", "\"", "\x01", "\xE2\x82\xAC"};

	for (size_t u = 0; u < COUNT_OF(units); u++)
		for (size_t size = LIMIT_LINE_BYTES / 8; size < LIMIT_LINE_BYTES * 2; size = size * 5 / 4) {
			struct buf huge;
			json_t *json;

			buf_init(&huge, LIMIT_LINE_BYTES * 3);
			while (huge.len < size)
				buf_cstr(&huge, units[u]);
			catch (LOG_JSON, LOG_INFO, "m",
			       LOG_FIELDS(F_STR("huge", buf_view(&huge)), F_STR("again", buf_view(&huge)),
					  F_INT("last", 1)));
			json = caught_json();
			ck_assert_uint_gt(json_string_length(json_object_get(json, "huge")), 1000);
			ck_assert_int_eq(json_integer_value(json_object_get(json, "last")), 1);
			json_decref(json);
			catch (LOG_LOGFMT, LOG_INFO, "m", LOG_FIELDS(F_STR("huge", buf_view(&huge)), F_INT("last", 1)));
			check_one_line();
			ck_assert(str_ends(buf_view(&caught), STR(" last=1\n")));
			buf_release(&caught);
			buf_release(&huge);
		}
}
END_TEST

START_TEST(lines_below_the_level_are_not_written)
{
	catch (LOG_LOGFMT, LOG_DEBUG, "quiet", LOG_FIELDS(F_INT("n", 1)));
	ck_assert_uint_eq(caught.len, 0);
	buf_release(&caught);
}
END_TEST

UNIT_MAIN("base/log", a_json_line_gives_every_text_back, a_logfmt_line_gives_every_text_back,
	  what_is_infinite_is_null_in_json_and_what_is_not_known_is_left_out,
	  a_text_larger_than_a_line_is_cut_and_the_line_stays_whole, lines_below_the_level_are_not_written)
