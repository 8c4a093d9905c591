// SPDX-License-Identifier: AGPL-3.0-or-later
/*
 * How long it takes until something is told elsewhere. One process does something with the time of the monotonic clock in it, at a
 * given rate, and prints at the end how often it has; another reads what is told of it, and prints how many it has seen and how much
 * later: count, median, 90th, 99th percentile and greatest, in milliseconds.
 *
 *   stamped exec RATE SECONDS    starts /bin/true with at=NANOSECONDS as its argument
 *   stamped print RATE SECONDS   writes at=NANOSECONDS to standard output
 *   stamped read                 looks for at=NANOSECONDS on standard input until its end
 *   stamped udp PORT             the same in datagrams to 127.0.0.1, until SIGTERM
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 1 << 20, TEXT = 64 };
static const long long SECOND = 1000000000LL;

static long long taken[MOST];
static int count;
static long long last;

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * SECOND + t.tv_nsec;
}

static void until(long long when)
{
	struct timespec t = { when / SECOND, when % SECOND };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

static void start_true(const char *stamp)
{
	pid_t child = vfork();

	if (!child) {
		execl("/bin/true", "true", stamp, (char *)NULL);
		_exit(127);
	}
	waitpid(child, NULL, 0);
}

/* One after the other: who cannot keep up with the rate does as many as it can. */
static int act(int printing, double rate, double seconds)
{
	long long start = now(), end = start + (long long)(seconds * SECOND);
	char stamp[TEXT];
	int done = 0;

	for (long long at = start; at < end && now() < end; at = start + (long long)(++done * SECOND / rate)) {
		until(at);
		int length = snprintf(stamp, TEXT, "at=%lld%s", now(), printing ? "\n" : "");

		if (!printing)
			start_true(stamp);
		else if (write(1, stamp, length) != length)
			return 1;
	}
	printf("done %d in %.2f s\n", done, (now() - start) / 1e9);
	return 0;
}

/* What is told twice counts the first time: stamps grow. */
static void found(long long stamp, long long when)
{
	if (stamp > last && count < MOST) {
		last = stamp;
		taken[count++] = when - stamp;
	}
}

/* Looks through a piece. A stamp counts once something stands behind it, so that none is taken that is not whole. */
static void look(const char *piece, long long when)
{
	for (const char *at = piece; (at = strstr(at, "at=")); at += 3) {
		char *end;
		long long stamp = strtoll(at + 3, &end, 10);

		if (end > at + 3 && *end)
			found(stamp, when);
	}
}

static int compare(const void *a, const void *b)
{
	long long x = *(const long long *)a, y = *(const long long *)b;

	return (x > y) - (x < y);
}

static double percentile(double p)
{
	return count ? taken[(int)(p * (count - 1))] / 1e6 : -1;
}

static void report(int signal)
{
	(void)signal;
	qsort(taken, count, sizeof(*taken), compare);
	printf("%d %.2f %.2f %.2f %.2f\n", count, percentile(0.5), percentile(0.9), percentile(0.99), percentile(1));
	fflush(stdout);
	_exit(0);
}

/* What may be the beginning of a stamp is kept for the next piece; a NUL would end the search. */
static int read_stream(void)
{
	static char buffer[1 << 16];
	size_t kept = 0;
	ssize_t got;

	while ((got = read(0, buffer + kept, sizeof(buffer) - 1 - kept)) > 0) {
		long long when = now();
		size_t filled = kept + got;

		for (size_t i = kept; i < filled; i++)
			if (!buffer[i])
				buffer[i] = ' ';
		buffer[filled] = '\0';
		look(buffer, when);
		kept = filled < TEXT ? filled : TEXT;
		memmove(buffer, buffer + filled - kept, kept);
	}
	report(0);
	return 0;
}

static int read_datagrams(int port)
{
	static char buffer[1 << 16];
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int room = 8 << 20, s = socket(AF_INET, SOCK_DGRAM, 0);
	ssize_t got;

	setsockopt(s, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	if (bind(s, (struct sockaddr *)&address, sizeof(address)))
		return perror("bind"), 1;
	signal(SIGTERM, report);
	while ((got = recv(s, buffer, sizeof(buffer) - 2, 0)) >= 0) {
		buffer[got] = '\n';
		buffer[got + 1] = '\0';
		look(buffer, now());
	}
	return 1;
}

int main(int argc, char **argv)
{
	if (argc == 4 && (!strcmp(argv[1], "exec") || !strcmp(argv[1], "print")))
		return act(argv[1][0] == 'p', atof(argv[2]), atof(argv[3]));
	if (argc == 2 && !strcmp(argv[1], "read"))
		return read_stream();
	if (argc == 3 && !strcmp(argv[1], "udp"))
		return read_datagrams(atoi(argv[2]));
	fprintf(stderr, "stamped exec|print RATE SECONDS, read, udp PORT\n");
	return 64;
}
