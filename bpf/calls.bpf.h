/* SPDX-License-Identifier: GPL-2.0 */
/* Which system calls are looked at. Bit tests in code: a table would be put into .rodata, which 5.10 refuses there. */
#pragma once
#include "kernel.h"

#define CALL(number, word) ((number) >= 0 && (number) / 64 == (word) ? 1ull << ((number) & 63) : 0)
#define CALLS(word)                                                                                                    \
	(CALL(NR_READ, word) | CALL(NR_WRITE, word) | CALL(NR_OPEN, word) | CALL(NR_CLOSE, word) |                     \
	 CALL(NR_IOCTL, word) | CALL(NR_PREAD, word) | CALL(NR_PWRITE, word) | CALL(NR_WRITEV, word) |                 \
	 CALL(NR_RENAME, word) | CALL(NR_CREAT, word) | CALL(NR_FCHMOD, word) | CALL(NR_SETUID, word) |                \
	 CALL(NR_SETREUID, word) | CALL(NR_SETRESUID, word) | CALL(NR_OPENAT, word) | CALL(NR_RENAMEAT, word) |        \
	 CALL(NR_RENAMEAT2, word) | CALL(NR_CONNECT, word) | CALL(NR_ACCEPT, word) | CALL(NR_LISTEN, word) |           \
	 CALL(NR_GETSOCKOPT, word) | CALL(NR_ACCEPT4, word))

static __always_inline bool is_watched(u32 number)
{
	if (number < 64)
		return CALLS(0) >> number & 1;
	if (number < 128)
		return CALLS(1) >> (number - 64) & 1;
	/* Words 2 and 3 are arm64's; of x86 none is watched there, and the compiler drops the tests. */
	if (CALLS(2) && number - 128 < 64)
		return CALLS(2) >> (number - 128) & 1;
	if (CALLS(3) && number - 192 < 64)
		return CALLS(3) >> (number - 192) & 1;
	if (number - 256 < 64)
		return CALLS(4) >> (number - 256) & 1;
	/* arm64's highest are below 320 too. */
	return false;
}

static __always_inline bool is_socket_call(int number)
{
	return number == NR_CONNECT || number == NR_ACCEPT || number == NR_LISTEN || number == NR_GETSOCKOPT ||
	       number == NR_ACCEPT4;
}

static __always_inline bool is_set_uid(int number)
{
	return number == NR_SETUID || number == NR_SETREUID || number == NR_SETRESUID;
}
