/* Texts with places to be filled in. */
#include "format/template.h"
#include "tests/unit/unit.h"

#include "base/limits.h"

static const struct {
	const char *text, *filled; /* filled NULL: is refused */
} rows[] = {
	{"", ""},
	{"plain { text } } {", "plain { text } } {"},
	{"{{ $value }}", "12.5"},
	{"a{{$value}}b{{ $labels.team }}c", "a12.5bplatformc"},
	{"{{ $labels.gone }}|", "|"},
	{"{{ $labels.team }}", "platform"},
	{"{{{ $value }}", NULL},
	{"x {{ $value", NULL},
	{"x {{", NULL},
	{"{{}}", NULL},
	{"{{ $labels.a-b }}", NULL},
	{"{{ $labels. }}", NULL},
	{"{{ .Labels.team }}", NULL},
	{"{{ $value | humanize }}", NULL},
	{"{{ printf \"%d\" 3 }}", NULL},
};

START_TEST(places_are_filled_in_or_refused)
{
	struct label label = {STR("team"), STR("platform")};
	struct err err = {{0}};
	struct buf out;

	ck_assert_int_eq(template_check(str_of(rows[_i].text), &err), rows[_i].filled != NULL);
	if (!rows[_i].filled) {
		ck_assert_ptr_nonnull(strstr(err.text, "$labels.NAME"));
		return;
	}
	buf_init(&out, KIB(4));
	ck_assert(template_write(&out, str_of(rows[_i].text), (struct labels){&label, 1}, STR("12.5")));
	ck_assert_msg(str_is(buf_view(&out), rows[_i].filled), "'%s' gives '%s'", rows[_i].text, out.at);
	buf_release(&out);
}
END_TEST

START_TEST(what_is_filled_in_is_not_read_again)
{
	struct label label = {STR("team"), STR("{{ $value }}")};
	struct buf out;

	buf_init(&out, KIB(4));
	ck_assert(template_write(&out, STR("{{ $labels.team }}"), (struct labels){&label, 1}, STR("1")));
	ck_assert_str_eq(out.at, "{{ $value }}");
	buf_release(&out);
}
END_TEST

START_TEST(places_are_replaced_by_other_places)
{
	struct label label = {STR("sloth_slo"), STR("{{ $labels.slo }}")};
	static const char text[] = "{{$labels.sloth_slo}}: {{ $labels.sloth_window }} {{ $value }} sloth_slo";
	struct buf out;

	buf_init(&out, KIB(4));
	ck_assert(template_replace(&out, str_of(text), (struct labels){&label, 1}));
	ck_assert_str_eq(out.at, "{{ $labels.slo }}: {{ $labels.sloth_window }} {{ $value }} sloth_slo");
	ck_assert(str_is(template_label(buf_view(&out), STR("sloth_")), "sloth_window"));
	ck_assert_uint_eq(template_label(buf_view(&out), STR("pyrra_")).len, 0);
	buf_release(&out);
}
END_TEST

/* What Go's text/template makes of it: {{ "{{" }} gives {{. */
static const struct {
	const char *text, *written;
} literals[] = {
	{"", ""},
	{"core", "core"},
	{"a {b} }}", "a {b} }}"},
	{"{{", "{{ \"{{\" }}"},
	{"x{{{ $value }}}y", "x{{ \"{{\" }}{ $value }}}y"},
	{"{{{{", "{{ \"{{\" }}{{ \"{{\" }}"},
	{"{{- .A -}}{", "{{ \"{{\" }}- .A -}}{"},
};

START_TEST(a_literal_opens_no_place)
{
	struct buf out;

	buf_init(&out, KIB(4));
	ck_assert(template_literal_write(&out, str_of(literals[_i].text)));
	ck_assert(str_is(buf_view(&out), literals[_i].written));
	buf_release(&out);
}
END_TEST

START_TEST(places_are_left_to_prometheus_but_for_labels_that_it_does_not_have)
{
	struct label list[] = {{STR("text"), STR("a {{ b }} {{")}, {STR("tier"), STR("fast")}};
	struct buf out;

	buf_init(&out, 1000);
	ck_assert(
		template_write_some(&out,
				    STR("{{$labels.tier}} {{ $labels.text }} {{ $labels.slo }} {{ with $labels.tier }}"
					"{{ $value }} {{"),
				    (struct labels){list, 2}));
	ck_assert_str_eq(out.at,
			 "fast a {{ \"{{\" }} b }} {{ \"{{\" }} {{ $labels.slo }} {{ with $labels.tier }}{{ $value "
			 "}} {{");
	buf_clear(&out);
	ck_assert(template_literal_write(&out, STR("{{{ {")));
	ck_assert_str_eq(out.at, "{{ \"{{\" }}{ {");
	buf_release(&out);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("format/template");

	tcase_add_loop_test(tcase, places_are_filled_in_or_refused, 0, (int)COUNT_OF(rows));
	tcase_add_loop_test(tcase, a_literal_opens_no_place, 0, (int)COUNT_OF(literals));
	tcase_add_test(tcase, what_is_filled_in_is_not_read_again);
	tcase_add_test(tcase, places_are_replaced_by_other_places);
	tcase_add_test(tcase, places_are_left_to_prometheus_but_for_labels_that_it_does_not_have);
	return unit_run("format/template", tcase);
}
