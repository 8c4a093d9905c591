// SPDX-License-Identifier: AGPL-3.0-or-later
/* Prints its first 6,000 bytes with one writev(2) of three pieces: "a" 1,000 times, "b" 3,000 times, "c" 2,000 times. */
#include <string.h>
#include <sys/uio.h>

int main(void)
{
	static char a[1000], b[3000], c[2000];
	struct iovec pieces[] = { { a, sizeof(a) }, { b, sizeof(b) }, { c, sizeof(c) } };

	memset(a, 'a', sizeof(a));
	memset(b, 'b', sizeof(b));
	memset(c, 'c', sizeof(c));
	return writev(1, pieces, 3) != 6000;
}
