/* The frame of a unit test program: START_TEST blocks, then UNIT_MAIN("base/num", one_test, another_test). */
#ifndef WICK_TESTS_UNIT_H
#define WICK_TESTS_UNIT_H

#include <check.h>
#include <stdint.h>
#include <stdlib.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* xorshift64*: the same numbers on every run, so that a failure comes back. */
static inline uint64_t unit_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(0x2545F4914F6CDD1D);
}

static inline int unit_run(const char *name, TCase *tcase)
{
	Suite *suite = suite_create(name);
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 60);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* The same with a function before and one behind each test (NULL for none). */
#define UNIT_MAIN_IN(name, before, behind, ...)                                                                        \
	int main(void)                                                                                                 \
	{                                                                                                              \
		const TTest *const tests[] = {__VA_ARGS__};                                                            \
		TCase *tcase = tcase_create(name);                                                                     \
                                                                                                                       \
		tcase_add_checked_fixture(tcase, before, behind);                                                      \
		for (size_t i = 0; i < COUNT_OF(tests); i++)                                                           \
			tcase_add_test(tcase, tests[i]);                                                               \
		return unit_run(name, tcase);                                                                          \
	}
#define UNIT_MAIN(name, ...) UNIT_MAIN_IN(name, NULL, NULL, __VA_ARGS__)

#endif
