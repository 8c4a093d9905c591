// SPDX-License-Identifier: AGPL-3.0-or-later
/* Prints its first argument and a line feed through io_uring: no write(2), no writev(2). */
#define _GNU_SOURCE
#include <linux/io_uring.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *map(int ring, size_t size, off_t what)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, what);
}

int main(int argc, char **argv)
{
	struct io_uring_params params = { 0 };
	struct io_uring_sqe *entry;
	struct io_uring_cqe *done;
	uint8_t *submissions, *completions;
	uint32_t *tail;
	char text[256];
	int ring, size;

	if (argc < 2 || (size = snprintf(text, sizeof(text), "%s\n", argv[1])) >= (int)sizeof(text))
		return 2;
	ring = syscall(SYS_io_uring_setup, 1, &params);
	if (ring < 0) {
		perror("io_uring_setup");
		return 3;
	}
	submissions = map(ring, params.sq_off.array + params.sq_entries * sizeof(uint32_t), IORING_OFF_SQ_RING);
	completions = map(ring, params.cq_off.cqes + params.cq_entries * sizeof(*done), IORING_OFF_CQ_RING);
	entry = map(ring, params.sq_entries * sizeof(*entry), IORING_OFF_SQES);
	if (submissions == MAP_FAILED || completions == MAP_FAILED || entry == MAP_FAILED) {
		perror("mmap");
		return 4;
	}
	memset(entry, 0, sizeof(*entry));
	entry->opcode = IORING_OP_WRITE;
	entry->fd = 1;
	entry->addr = (uintptr_t)text;
	entry->len = size;
	entry->off = -1; /* where the file stands, as write(2) */
	((uint32_t *)(submissions + params.sq_off.array))[0] = 0;
	tail = (uint32_t *)(submissions + params.sq_off.tail);
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 1) {
		perror("io_uring_enter");
		return 5;
	}
	done = (struct io_uring_cqe *)(completions + params.cq_off.cqes);
	return done->res == size ? 0 : 6;
}
