/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The first output of a command: what it writes to fd 1 and 2 while they are the session's terminal or the standard
 * output of its channel. Never what goes into a file, or into a pipe to another command: that may be a password.
 */
#pragma once
#include "emit.bpf.h"
#include "task.bpf.h"
#include "terminal.bpf.h"

/* The session's channel behind a descriptor; NULL if it is something else. Fills in key->index and kind. */
static __always_inline struct channel *find_own_channel(struct task_struct *task, u32 fd, struct channel_key *key)
{
	struct file *file = descriptor(descriptors(task), fd);
	struct tty_file_private *private;
	struct tty_struct *tty;
	struct channel *channel;
	struct inode *inode;
	u32 kind, device;

	if (!file)
		return NULL;
	inode = file_inode(file, &kind);
	if (kind == S_IFIFO) {
		key->kind = CHANNEL_PIPES;
		key->index = BPF_CORE_READ(inode, i_ino);
		return bpf_map_lookup_elem(&channels, key);
	}
	if (kind != S_IFCHR)
		return NULL;
	device = BPF_CORE_READ(inode, i_rdev);
	if (device >> 20 != PTY_SLAVE_MAJOR && device != TTY_DEVICE)
		return NULL;
	private = BPF_CORE_READ(file, private_data);
	tty = BPF_CORE_READ(private, tty);
	if (!tty)
		return NULL;
	key->kind = CHANNEL_PTY;
	key->index = BPF_CORE_READ(tty, index);
	channel = bpf_map_lookup_elem(&channels, key);
	/* The channel knows the master; another one has the same number in another devpts. */
	return channel && channel->tty == (u64)BPF_CORE_READ(tty, link) ? channel : NULL;
}

struct io_vector {
	u64 base, size;
};

/* Adds to the record's data what is still wanted of one buffer. */
static __always_inline void keep_printed(struct scratch *s, u64 from, u64 size)
{
	u64 filled = s->filled, n = size;

	if (n > s->left)
		n = s->left;
	asm volatile("" : "+r"(n), "+r"(filled));
	if (!n || n > COMMAND_OUTPUT_LIMIT || filled > COMMAND_OUTPUT_LIMIT)
		return;
	if (bpf_probe_read_user((u8 *)s + sizeof(struct command_output) + filled, n, (void *)from)) {
		s->left = 0;
		return;
	}
	s->filled = filled + n;
	s->left -= n;
}

/* Global, so that the verifier walks it once. */
__noinline int on_printed(u64 fd, u64 buffer, u64 count, u64 vector, u64 result)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct scratch *s = tracepoint_scratch();
	u32 tgid = bpf_get_current_pid_tgid() >> 32;
	struct process *process = bpf_map_lookup_elem(&processes, &tgid);
	struct channel_key key;
	u64 filled, kept;

	if (!process || !s)
		return 0;
	__builtin_memset(&key, 0, sizeof(key));
	key.session = process->session;
	if (!find_own_channel(task, fd, &key))
		return 0;
	process->printed += result;
	kept = process->kept;
	/* Bytes that a process wrote before it executed the program belong to its parent's program. */
	if (kept >= COMMAND_OUTPUT_LIMIT || !(process->role & ROLE_COMMAND))
		return 0;
	s->filled = 0;
	s->left = COMMAND_OUTPUT_LIMIT - kept;
	if (s->left > result)
		s->left = result;
	if (!vector) {
		keep_printed(s, buffer, result);
	} else {
		for (u32 i = 0; i < 16; i++) {
			struct io_vector one;

			if (!s->left || i >= count ||
			    bpf_probe_read_user(&one, sizeof(one), (void *)(buffer + i * sizeof(one))))
				break;
			keep_printed(s, one.base, one.size);
		}
	}
	filled = s->filled;
	asm volatile("" : "+r"(filled));
	if (!filled || filled > 2 * COMMAND_OUTPUT_LIMIT)
		return 0;
	fill_header(&s->header, RECORD_COMMAND_OUTPUT, &key.session);
	s->command_output.pid = tgid;
	s->command_output.offset = kept;
	process->kept = kept + filled;
	emit(s, sizeof(struct command_output) + filled, 0);
	return 0;
}
