#include "exporters/table.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/num.h"
#include "exporters/screen.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { BAR_CELLS = 10, NAME_LEAST = 12, REASONS_MOST = 20 };

struct table_row table_row_of(const struct slo_result *result)
{
	struct table_row row = {.id = result->slo->id,
				.group = result->group,
				.rest_groups = result->rest_groups,
				.objective = result->slo->objective};

	row.sli = result->budgets->sli;
	row.remaining = result->budgets->remaining;
	row.coverage = result->budgets->coverage;
	row.state = result->state;
	row.reason = result->reason;
	row.averaged = result->averaged;
	row.corrected = result->raw && budget_corrected(result->budgets);
	row.excluded = result->exclusion != NULL;
	row.description = result->slo->description;
	row.display_name = result->slo->display_name;
	row.level = result->level;
	for (size_t i = 0; result->alerts && i < result->slo->alerting->len; i++)
		row.firing += result->alerts[i].state.phase == ALERT_FIRING;
	row.burn_1h = result_burn_rate(result, (struct span){SPAN_HOUR});
	row.burn_6h = result_burn_rate(result, (struct span){6 * SPAN_HOUR});
	return row;
}

int table_worse(const struct table_row *left, const struct table_row *right)
{
	int errors = (left->state != DATA_ERROR) - (right->state != DATA_ERROR);
	double l = isnan(left->remaining) ? 0 : left->remaining, r = isnan(right->remaining) ? 0 : right->remaining;
	int order = errors ? errors : (l > r) - (l < r);

	if (order == 0)
		order = (int)isnan(left->remaining) - (int)isnan(right->remaining);
	if (order == 0)
		order = str_cmp(left->id, right->id);
	return order ? order : labels_cmp(left->group, right->group);
}

static int worse(const void *a, const void *b) { return table_worse(a, b); }

bool table_row_is_finding(const struct table_row *row) { return row->remaining <= 0 || row->state == DATA_ERROR; }

void table_sort(struct table_row *rows, size_t len)
{
	if (len > 1)
		qsort(rows, len, sizeof(*rows), worse);
}

/* Objectives have up to seven decimals in percent; what a double adds behind them is noise. */
static int objective_decimals(double objective)
{
	for (int decimals = 0; decimals < 7; decimals++) {
		double scaled = objective * 100 * pow(10, decimals);

		if (fabs(scaled - round(scaled)) < 1e-6)
			return decimals;
	}
	return 7;
}

int table_sli_decimals(double objective) { return objective_decimals(objective) + 2; }

void table_objective_write(struct buf *out, double objective)
{
	buf_fmt(out, "%.*f%%", objective_decimals(objective), objective * 100);
}

void table_percent_write(struct buf *out, double ratio, int decimals)
{
	double scale = pow(10, decimals);

	if (!isfinite(ratio))
		buf_char(out, '-');
	else
		buf_fmt(out, "%.*f%%", decimals, floor(ratio * 100 * scale + 1e-6) / scale);
}

void table_rate_write(struct buf *out, double rate)
{
	if (!isfinite(rate))
		buf_char(out, '-');
	else
		buf_fmt(out, "%.*f", rate < 100 ? 2 : 0, rate);
}

void table_state_write(struct buf *out, const struct table_row *row)
{
	buf_cstr(out, data_state_names[row->state]);
	if (row->averaged)
		buf_cstr(out, ", averaged");
	if (row->corrected)
		buf_cstr(out, ", corrected");
	if (row->excluded)
		buf_cstr(out, ", excluded now");
}

/* Eighths of a block, so that ten cells show eighty steps. */
static void put_bar(struct buf *out, double remaining, bool ascii)
{
	static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	double part = !(remaining > 0) ? 0 : remaining < 1 ? remaining : 1;
	unsigned steps = (unsigned)(part * BAR_CELLS * 8), cells = steps / 8;

	if (isnan(remaining))
		return;
	/* Something left is never shown as nothing. */
	if (part > 0 && steps == 0)
		steps = 1;
	for (unsigned i = 0; i < BAR_CELLS; i++) {
		if (i < cells)
			buf_cstr(out, ascii ? "#" : "█");
		else if (i == cells && steps % 8 && !ascii)
			buf_cstr(out, eighths[steps % 8]);
		else
			buf_cstr(out, ascii ? "." : "░");
	}
}

static void put_name(struct buf *out, const struct table_row *row)
{
	screen_safe(out, row->id);
	for (size_t i = 0; i < row->group.len; i++) {
		buf_cstr(out, i ? ", " : " {");
		screen_safe(out, row->group.at[i].name);
		buf_char(out, '=');
		screen_safe(out, row->group.at[i].value);
	}
	if (row->group.len)
		buf_char(out, '}');
	if (row->rest_groups)
		buf_fmt(out, " of %zu", row->rest_groups);
}

enum column { NAME, OBJECTIVE, SLI, BAR, BUDGET, BURN_1H, BURN_6H, COVERAGE, STATE };
enum { COLUMNS = STATE + 1 };

static const struct {
	const char *title;
	bool right;
	unsigned rank; /* on a narrow terminal the highest go first; 0 stays */
} columns[COLUMNS] = {
	[NAME] = {"SLO", false, 0},       [OBJECTIVE] = {"OBJECTIVE", true, 3},
	[SLI] = {"SLI", true, 1},         [BAR] = {"BUDGET LEFT", false, 4},
	[BUDGET] = {"", true, 0},         [BURN_1H] = {"BURN 1H", true, 2},
	[BURN_6H] = {"BURN 6H", true, 5}, [COVERAGE] = {"COVERAGE", true, 6},
	[STATE] = {"DATA", false, 0},
};

static void put_cell(struct buf *out, const struct table_row *row, enum column column, bool ascii)
{
	switch (column) {
	case NAME:
		put_name(out, row);
		break;
	case OBJECTIVE:
		table_objective_write(out, row->objective);
		break;
	case SLI:
		table_percent_write(out, row->sli, table_sli_decimals(row->objective));
		break;
	case BAR:
		put_bar(out, row->remaining, ascii);
		break;
	case BUDGET:
		table_percent_write(out, row->remaining, 1);
		break;
	case BURN_1H:
		table_rate_write(out, row->burn_1h);
		break;
	case BURN_6H:
		table_rate_write(out, row->burn_6h);
		break;
	case COVERAGE:
		table_percent_write(out, row->coverage, 0);
		break;
	case STATE:
		table_state_write(out, row);
		if (row->firing)
			buf_fmt(out, ", %u alert%s", row->firing, row->firing == 1 ? " fires" : "s fire");
		break;
	}
}

struct layout {
	size_t width[COLUMNS];
	bool shown[COLUMNS];
};

static size_t layout_total(const struct layout *layout)
{
	size_t total = 0;

	for (size_t i = 0; i < COLUMNS; i++)
		if (layout->shown[i])
			total += layout->width[i] + (i ? 2 : 0);
	return total;
}

/* Hides columns by rank, then shortens names, until a line fits. */
static void layout_fit(struct layout *layout, size_t width)
{
	for (unsigned rank = COLUMNS; rank > 0 && layout_total(layout) > width; rank--)
		for (size_t i = 0; i < COLUMNS; i++)
			if (columns[i].rank == rank)
				layout->shown[i] = false;
	if (!layout->shown[BAR] && layout->width[BUDGET] < strlen("LEFT"))
		layout->width[BUDGET] = strlen("LEFT");
	while (layout_total(layout) > width && layout->width[NAME] > NAME_LEAST)
		layout->width[NAME]--;
}

static struct layout measure(const struct table_row *rows, size_t len, const struct table_style *style)
{
	struct layout layout;
	struct buf cell;

	buf_init(&cell, LIMIT_OUTPUT_BYTES);
	for (size_t c = 0; c < COLUMNS; c++) {
		layout.shown[c] = true;
		layout.width[c] = strlen(columns[c].title);
		for (size_t i = 0; i < len; i++) {
			size_t width;

			buf_clear(&cell);
			put_cell(&cell, &rows[i], (enum column)c, style->ascii);
			width = screen_width(buf_view(&cell));
			if (width > layout.width[c])
				layout.width[c] = width;
		}
	}
	buf_release(&cell);
	if (style->width)
		layout_fit(&layout, style->width);
	return layout;
}

static void put_padded(struct buf *out, struct str text, const struct layout *layout, enum column column,
		       const char *color)
{
	size_t width = screen_width(text), room = layout->width[column];
	const char *dots = "";

	if (width > room) {
		text = screen_cut(text, room - 2);
		dots = "..";
		width = screen_width(text) + 2;
	}
	if (columns[column].right)
		buf_fill(out, ' ', room > width ? room - width : 0);
	buf_fmt(out, "%s%.*s%s%s", color, STR_ARG(text), dots, *color ? "\033[0m" : "");
	if (!columns[column].right && column != STATE)
		buf_fill(out, ' ', room > width ? room - width : 0);
}

static const char *color_of(const struct table_row *row, enum column column)
{
	bool spent = row->remaining <= 0;

	if ((column == BAR || column == BUDGET) && isnan(row->remaining))
		return "";
	if (column == BAR || column == BUDGET)
		return spent ? "\033[31m" : row->remaining < 0.25 ? "\033[33m" : "\033[32m";
	if (column == STATE)
		return row->state == DATA_ERROR ? "\033[31m" : row->state == DATA_OK ? "" : "\033[33m";
	if (column == NAME && spent)
		return "\033[1m";
	return "";
}

static void put_head(struct buf *out, const struct layout *layout, bool color)
{
	for (size_t c = 0; c < COLUMNS; c++) {
		const char *title = c == BUDGET && !layout->shown[BAR] ? "LEFT" : columns[c].title;

		if (!layout->shown[c])
			continue;
		if (c)
			buf_cstr(out, "  ");
		put_padded(out, str_of(title), layout, (enum column)c, color ? "\033[2m" : "");
	}
	buf_char(out, '\n');
}

static void put_row(struct buf *out, const struct table_row *row, const struct layout *layout,
		    const struct table_style *style)
{
	struct buf cell;

	buf_init(&cell, LIMIT_OUTPUT_BYTES);
	for (size_t c = 0; c < COLUMNS; c++) {
		if (!layout->shown[c])
			continue;
		buf_clear(&cell);
		put_cell(&cell, row, (enum column)c, style->ascii);
		if (c)
			buf_cstr(out, "  ");
		put_padded(out, buf_view(&cell), layout, (enum column)c,
			   style->color ? color_of(row, (enum column)c) : "");
	}
	buf_char(out, '\n');
	buf_release(&cell);
}

/* Why the data of some are not as they should be. */
static void put_reasons(struct buf *out, const struct table_row *rows, size_t len)
{
	size_t told = 0;

	for (size_t i = 0; i < len; i++) {
		if (rows[i].state == DATA_OK || rows[i].reason.len == 0)
			continue;
		if (++told > REASONS_MOST)
			continue;
		buf_cstr(out, told == 1 ? "\n" : "");
		put_name(out, &rows[i]);
		buf_fmt(out, ": %s: ", data_state_names[rows[i].state]);
		screen_safe(out, rows[i].reason);
		buf_char(out, '\n');
	}
	if (told > REASONS_MOST)
		buf_fmt(out, "and %zu more\n", told - REASONS_MOST);
}

bool table_write(struct buf *out, struct table_row *rows, size_t len, const struct table_style *style)
{
	struct layout layout;

	if (len == 0)
		return buf_cstr(out, "no SLOs\n");
	table_sort(rows, len);
	layout = measure(rows, len, style);
	put_head(out, &layout, style->color);
	for (size_t i = 0; i < len; i++)
		put_row(out, &rows[i], &layout, style);
	put_reasons(out, rows, len);
	return !out->full;
}

bool table_write_results(struct buf *out, const struct results *results, const struct table_style *style)
{
	struct table_row *rows = xcalloc(results->len ? results->len : 1, sizeof(*rows));
	bool ok;

	for (size_t i = 0; i < results->len; i++)
		rows[i] = table_row_of(&results->list[i]);
	ok = table_write(out, rows, results->len, style);
	free(rows);
	return ok;
}
