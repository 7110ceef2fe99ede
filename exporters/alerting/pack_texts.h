/* What the texts of several packs share: templates, as Prometheus fills them in. */
#ifndef WICK_EXPORTERS_ALERTING_PACK_TEXTS_H
#define WICK_EXPORTERS_ALERTING_PACK_TEXTS_H

#define INSTANCE "{{ $labels.instance }}"
#define PERCENT  "{{ $value | humanizePercentage }}"

/* A text with the answer to a query, in which %q stand for job and instance of the alert; where there is no answer
 * there is no text. In it ANSWER, and how it is written, stands for the number: ANSWER "| humanizeDuration }}". */
#define ASK(query, text) "{{ with printf \"" query "\" $labels.job $labels.instance | query }}" text "{{ end }}"
#define ANSWER           "{{ . | first | value "
#define ELSE             "{{ else }}" /* the text where there is no answer stands behind it */

/* When a target last answered: of those that are gone, too. */
#define LAST_SEEN "wick:target:last_seen_timestamp_seconds"
#define SEEN_AGO                                                                                                       \
	ASK("time() - max(" LAST_SEEN "{job=%q,instance=%q})",                                                         \
	    "It last answered " ANSWER "| humanizeDuration }} ago." ELSE "When it last answered is not known.")

#endif
