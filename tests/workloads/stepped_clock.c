// SPDX-License-Identifier: AGPL-3.0-or-later
/*
 * A library for LD_PRELOAD: the process sees the wall clock as many seconds late or early as the file that is named in
 * STEPPED_CLOCK says at that moment. Other clocks are as they are, as after settimeofday(2). clock_gettime(2) is what the
 * .NET runtime reads the time with.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long step(void)
{
	long seconds = 0;
	const char *path = getenv("STEPPED_CLOCK");
	FILE *file = path ? fopen(path, "r") : NULL;

	if (!file)
		return 0;
	if (fscanf(file, "%ld", &seconds) != 1)
		seconds = 0;
	fclose(file);
	return seconds;
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
	int result = (int)syscall(SYS_clock_gettime, clock, time);

	if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
		time->tv_sec += step();
	return result;
}
