/* Where something stands in a file. */
#ifndef WICK_MODEL_PLACE_H
#define WICK_MODEL_PLACE_H

/* Lines and columns count from 1, columns in characters; 0 is not known. */
struct place {
	const char *file;
	unsigned line, col;
};

#endif
