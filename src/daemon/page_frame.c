#include "daemon/page_frame.h"

const char page_style[] =
	":root{color-scheme:light dark;--ink:#1b1b1f;--paper:#fff;--soft:#5d5d66;--line:#dcdce2;--good:#1a7f37;"
	"--warn:#8a5a00;--bad:#c0202f}\n"
	"@media(prefers-color-scheme:dark){:root{--ink:#ececf1;--paper:#16161a;--soft:#a2a2ad;--line:#35353d;--good:#4cc26b;"
	"--warn:#e0b050;--bad:#ff7b85}}\n"
	"body{margin:0 auto;max-width:72rem;padding:1rem;font:1rem/1.5 system-ui,sans-serif;color:var(--ink);"
	"background:var(--paper)}\n"
	"a{color:inherit}h1{font-size:1.4rem;margin:0}h2{font-size:1.1rem;margin:1.5rem 0 0}p{margin:.5rem 0}.soft{color:var(--soft)}\n"
	".scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:1rem 0}\n"
	"th,td{padding:.35rem .75rem .35rem 0;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}\n"
	"th{font-weight:600;color:var(--soft)}.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\n"
	"td:first-child{overflow-wrap:anywhere;min-width:9rem}code{overflow-wrap:anywhere}\n"
	"svg{width:6rem;height:.7rem;vertical-align:middle}.back{fill:var(--line)}\n"
	".good{color:var(--good);fill:var(--good)}.warn{color:var(--warn);fill:var(--warn)}.bad{color:var(--bad);"
	"fill:var(--bad)}\n"
	"@media(max-width:40rem){.wide{display:none}}\n";

void page_up(struct buf *out, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		buf_cstr(out, "../");
}

void page_begin(struct buf *out, unsigned depth, const char *title)
{
	buf_fmt(out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width\">\n<title>wick: %s</title>\n"
		"<link rel=\"stylesheet\" href=\"",
		title);
	page_up(out, depth);
	buf_cstr(out, "style.css\">\n</head>\n<body>\n");
}

void page_end(struct buf *out) { buf_cstr(out, "</body>\n</html>\n"); }
