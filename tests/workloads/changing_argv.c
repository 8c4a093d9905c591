// SPDX-License-Identifier: AGPL-3.0-or-later
/*
 * Executes /bin/true with the argument "honest" while another thread keeps overwriting it: whoever reads argv at the
 * system call's entry sees one thing, the program another. Fails to execute a missing program first, ten times.
 */
#include <pthread.h>
#include <string.h>
#include <unistd.h>

static char argument[64] = "honest";

static void *overwrite(void *unused)
{
	(void)unused;
	for (;;) {
		strcpy(argument, "honest");
		strcpy(argument, "forged");
	}
	return NULL;
}

int main(void)
{
	char *argv[] = { "/bin/sh", "-c", "echo \"argument:$1\"", "sh", argument, NULL };
	char *environment[] = { NULL };
	pthread_t thread;

	for (int i = 0; i < 10; i++)
		execve("/nonexistent/program", argv, environment);
	if (pthread_create(&thread, NULL, overwrite, NULL))
		return 1;
	execve("/bin/sh", argv, environment);
	return 1;
}
