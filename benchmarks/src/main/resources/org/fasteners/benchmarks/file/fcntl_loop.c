/*
 * What the kernel alone needs to lock and unlock bytes of a file, which nothing that is
 * built on record locks can beat. Arguments: file, nanoseconds of a round. Prints a line
 * for each mode: name, version, mode and nanoseconds per pair, separated by tabs.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
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

static double measure(int file, short type, off_t bytes, long long nanos)
{
	long long begin = now(), end, pairs = 0;
	do {
		for (int i = 0; i < 1000; i++) {
			set(file, type, bytes);
			set(file, F_UNLCK, bytes);
		}
		pairs += 1000;
		end = now();
	} while (end - begin < nanos);
	return (double) (end - begin) / pairs;
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
	printf("fcntl\tC, gcc %s\texclusive\t%.1f\n", __VERSION__, measure(file, F_WRLCK, 3, nanos));
	printf("fcntl\tC, gcc %s\tshared\t%.1f\n", __VERSION__, measure(file, F_RDLCK, 1, nanos));
	return 0;
}
