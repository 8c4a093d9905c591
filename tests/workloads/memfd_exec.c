// SPDX-License-Identifier: AGPL-3.0-or-later
/* Copies /bin/true into a memfd and executes it from there, with the argument given. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int from = open("/bin/true", O_RDONLY), to = memfd_create("hidden", 0);
	char *arguments[] = { "from-memfd", argc > 1 ? argv[1] : "", NULL };
	char *environment[] = { NULL };

	while (sendfile(to, from, NULL, 1 << 20) > 0)
		;
	fexecve(to, arguments, environment);
	return 1;
}
