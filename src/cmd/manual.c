#include "cmd/help.h"

/* Text as roff wants it: no character keeps a meaning of its own, quotes and dashes stay ASCII when they are copied. */
static void put_text(struct buf *out, struct str text)
{
	bool line_start = true;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];

		if (line_start && (c == '.' || c == '\''))
			buf_cstr(out, "\\&");
		line_start = c == '\n';
		switch (c) {
		case '\\':
			buf_cstr(out, "\\e");
			break;
		case '-':
			buf_cstr(out, "\\-");
			break;
		case '\'':
			buf_cstr(out, "\\(aq");
			break;
		case '`':
			buf_cstr(out, "\\(ga");
			break;
		case '^':
			buf_cstr(out, "\\(ha");
			break;
		case '~':
			buf_cstr(out, "\\(ti");
			break;
		case '"':
			buf_cstr(out, "\\(dq");
			break;
		default:
			buf_char(out, c);
			break;
		}
	}
}

static void put_paragraphs(struct buf *out, const char *text)
{
	struct str rest = str_of(text);
	struct help_block block;

	while (help_block_next(&rest, &block)) {
		buf_cstr(out, block.literal ? ".PP\n.nf\n" : ".PP\n");
		put_text(out, block.text);
		buf_cstr(out, block.literal ? "\n.fi\n" : "\n");
	}
}

static void put_option(struct buf *out, const struct option_row *row)
{
	if (row->hidden)
		return;
	buf_cstr(out, ".TP\n");
	if (row->letter)
		buf_fmt(out, "\\fB\\-%c\\fR, ", row->letter);
	buf_cstr(out, "\\fB\\-\\-");
	put_text(out, str_of(row->name));
	buf_cstr(out, "\\fR");
	if (row->value) {
		buf_cstr(out, " \\fI");
		put_text(out, str_of(row->value));
		buf_cstr(out, "\\fR");
	}
	buf_cstr(out, "\n");
	put_text(out, str_of(row->help));
	buf_cstr(out, row->repeats ? "; may be given more than once\n" : "\n");
}

static void put_command(struct buf *out, const struct command *command)
{
	buf_cstr(out, ".SS \"wick ");
	put_text(out, str_of(command->name));
	buf_cstr(out, *command->syntax ? " " : "");
	put_text(out, str_of(command->syntax));
	buf_cstr(out, "\"\n");
	put_text(out, str_of(command->summary));
	buf_cstr(out, ".\n");
	put_paragraphs(out, command->help);
	for (const struct option_row *row = command_options(command); row->name; row++)
		put_option(out, row);
}

static const char frame_begin[] =
	".TH WICK 1 \"\" \"wick " WICK_VERSION "\" \"User Commands\"\n"
	".SH NAME\n"
	"wick \\- error budgets, counted right\n"
	".SH SYNOPSIS\n"
	"\\fBwick\\fR \\fICOMMAND\\fR [\\fIARGUMENT\\fR...]\n"
	".SH DESCRIPTION\n"
	"wick reads service level objectives from YAML files, counts good and bad events through a Prometheus that is there\n"
	"already, keeps the counts in a ledger of its own, and serves error budgets and burn rates for Prometheus to scrape.\n"
	".PP\n"
	"Options may stand before or behind other arguments; \\fB\\-\\-\\fR ends them.\n"
	"Every command knows \\fB\\-\\-help\\fR.\n"
	".SH COMMANDS\n";

static const char frame_end[] =
	".SH EXIT STATUS\n"
	".TP\n\\fB0\\fR\nfine\n"
	".TP\n\\fB1\\fR\nit ran, and found something: a fault in a file, an expression that does not parse\n"
	".TP\n\\fB2\\fR\nit could not run; standard error says why\n"
	".SH FILES\n"
	".TP\n\\fI/etc/wick/wick.yaml\\fR\nsettings of the packaged service\n"
	".TP\n\\fI/etc/wick/slo/\\fR\ndefinition files of the packaged service\n"
	".TP\n\\fI/var/lib/wick/\\fR\nits ledgers\n"
	".SH SEE ALSO\n"
	"\\fBprometheus\\fR(1), \\fBpromtool\\fR(1)\n";

bool help_manual(struct buf *out, const struct command *const *table)
{
	buf_cstr(out, frame_begin);
	for (; *table; table++)
		put_command(out, *table);
	buf_cstr(out, frame_end);
	return !out->full;
}
