/* One sample of a series, as a source hands it out and as it is counted. */
#ifndef WICK_MODEL_SAMPLE_H
#define WICK_MODEL_SAMPLE_H

#include <stdint.h>

struct sample {
	int64_t ms; /* since 1970 */
	double value;
};

#endif
