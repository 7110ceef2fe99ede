#include "exporters/alerting/resource_names.h"

enum { SUBDOMAIN_MOST = 253, LABEL_MOST = 63, SHOWN_MOST = 80 };

#define SHOWN(s) (int)((s).len < SHOWN_MOST ? (s).len : SHOWN_MOST), (s).at ? (s).at : ""

static bool lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || ascii_digit(c); }
static bool letter_or_digit(char c) { return ascii_alpha(c) || ascii_digit(c); }

/* [a-z0-9]([-a-z0-9]*[a-z0-9])? */
static bool dns_label(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!lower_or_digit(text.at[i]) && (text.at[i] != '-' || i == 0 || i + 1 == text.len))
			return false;
	return text.len > 0;
}

/* DNS labels with a '.' between each two. */
static bool dns_subdomain(struct str text)
{
	for (;;) {
		size_t end = str_find(text, '.');

		if (!dns_label(str_slice(text, 0, end)))
			return false;
		if (end == text.len)
			return true;
		text = str_slice(text, end + 1, text.len);
	}
}

/* ([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9] */
static bool label_word(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!letter_or_digit(text.at[i]) &&
		    (!strchr("-_.", text.at[i] ? text.at[i] : '!') || i == 0 || i + 1 == text.len))
			return false;
	return text.len > 0 && text.len <= LABEL_MOST;
}

bool resource_name_check(struct str name, struct err *err)
{
	if (name.len <= SUBDOMAIN_MOST && dns_subdomain(name))
		return true;
	return err_set(err,
		       "'%.*s' is no name of a resource: it has at most %d lower case letters, digits, '-' and '.', "
		       "and a letter or digit at both ends and around each '.'",
		       SHOWN(name), SUBDOMAIN_MOST);
}

bool resource_namespace_check(struct str name, struct err *err)
{
	if (name.len <= LABEL_MOST && dns_label(name))
		return true;
	return err_set(err,
		       "'%.*s' is no namespace: it has at most %d lower case letters, digits and '-', and a letter or "
		       "digit at both ends",
		       SHOWN(name), LABEL_MOST);
}

static bool check_label_name(struct str name, struct err *err)
{
	size_t slash = str_find(name, '/');
	bool prefixed = slash < name.len;
	struct str prefix = str_slice(name, 0, slash);

	if (prefixed && (prefix.len > SUBDOMAIN_MOST || !dns_subdomain(prefix)))
		return err_set(err,
			       "'%.*s' is no domain, as what stands before the '/' of a label's name: lower case "
			       "letters, digits, '-' and '.'",
			       SHOWN(prefix));
	if (!label_word(str_slice(name, prefixed ? slash + 1 : 0, name.len)))
		return err_set(err,
			       "'%.*s' is no name of a label: it has at most %d letters, digits, '-', '_' and '.', and "
			       "a letter or digit at both ends; a domain and a '/' may stand before it",
			       SHOWN(name), LABEL_MOST);
	return true;
}

/* True where the label's name stands among those before it, too. */
static bool twice(struct str before, struct str name)
{
	while (before.len) {
		if (str_eq(str_slice(before, 0, str_find(before, '=')), name))
			return true;
		before = str_slice(before, str_find(before, ',') + 1, before.len);
	}
	return false;
}

bool resource_labels_check(struct str labels, struct err *err)
{
	for (size_t at = 0; at < labels.len;) {
		struct str rest = str_slice(labels, at, labels.len), name, value;
		size_t end = str_find(rest, ','), equal = str_find(rest, '=');

		if (equal >= end || end + 1 == rest.len)
			return err_set(err, "'%.*s' is not of the form name=value,name=value", SHOWN(labels));
		name = str_slice(rest, 0, equal);
		value = str_slice(rest, equal + 1, end);
		if (!check_label_name(name, err))
			return false;
		if (value.len && !label_word(value))
			return err_set(err,
				       "'%.*s' is no value of the label '%.*s': it has at most %d letters, digits, "
				       "'-', '_' and '.', and a letter or digit at both ends, or is empty",
				       SHOWN(value), SHOWN(name), LABEL_MOST);
		if (twice(str_slice(labels, 0, at), name))
			return err_set(err, "the label '%.*s' stands there twice", SHOWN(name));
		at += end + (end < rest.len);
	}
	return true;
}
