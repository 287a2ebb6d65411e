/*
 * Measures the kernel alone: the time to lock and unlock bytes of a file with fcntl(2), or
 * a whole file with flock(2). It is the lower bound for all locks that use these calls.
 * Arguments: file, nanoseconds of a round. Prints a line for each call and mode: name,
 * version, mode and nanoseconds per pair, separated by tabs.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>

static long long now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void set(int file, short type, off_t bytes)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_start = 0, .l_len = bytes };
	if (fcntl(file, F_SETLK, &lock) != 0) {
		perror("fcntl");
		exit(1);
	}
}

static void set_all(int file, int operation)
{
	if (flock(file, operation | LOCK_NB) != 0) {
		perror("flock");
		exit(1);
	}
}

/* Uses record locks if bytes is positive, otherwise flock. */
static double measure(int file, int mode, off_t bytes, long long nanos)
{
	long long begin = now(), end, pairs = 0;
	do {
		for (int i = 0; i < 1000; i++) {
			if (bytes > 0) {
				set(file, mode, bytes);
				set(file, F_UNLCK, bytes);
			} else {
				set_all(file, mode);
				set_all(file, LOCK_UN);
			}
		}
		pairs += 1000;
		end = now();
	} while (end - begin < nanos);
	return (double) (end - begin) / pairs;
}

static void print(const char *name, const char *mode, double time)
{
	printf("%s\tC, gcc %s\t%s\t%.1f\n", name, __VERSION__, mode, time);
}

int main(int count, char **arguments)
{
	int file = count == 3 ? open(arguments[1], O_RDWR | O_CREAT, 0600) : -1;
	if (file < 0) {
		perror("open");
		return 1;
	}
	long long nanos = atoll(arguments[2]);
	measure(file, F_WRLCK, 3, nanos / 4);
	print("fcntl", "exclusive", measure(file, F_WRLCK, 3, nanos));
	print("fcntl", "shared", measure(file, F_RDLCK, 1, nanos));
	measure(file, LOCK_EX, 0, nanos / 4);
	print("flock", "exclusive", measure(file, LOCK_EX, 0, nanos));
	print("flock", "shared", measure(file, LOCK_SH, 0, nanos));
	return 0;
}
