/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sockets that an sshd makes for its client: where it connects to (ssh -L, -D, -W), where it listens (ssh -R, X11, the
 * agent's socket) and who connects there. What goes through them is never looked at.
 */
#pragma once
#include "emit.bpf.h"
#include "task.bpf.h"

#define UNIX_PATH_LIMIT 108
#define FAMILY_BYTES 2

static __always_inline bool is_closed_on_exec(struct fdtable *table, u32 fd)
{
	unsigned long *words = BPF_CORE_READ(table, close_on_exec), word = 0;

	bpf_probe_read_kernel(&word, sizeof(word), words + fd / 64);
	return word >> (fd & 63) & 1;
}

static __always_inline struct forward *begin_forward(struct scratch *s, const struct session_key *session, u32 fd,
						     u32 kind, u32 error)
{
	struct forward *forward = &s->forward;

	fill_header(&s->header, RECORD_FORWARD, session);
	__builtin_memset(&forward->ends, 0, sizeof(*forward) - sizeof(forward->header));
	forward->pid = bpf_get_current_pid_tgid() >> 32;
	forward->fd = fd;
	forward->kind = kind;
	forward->error = error;
	s->filled = 0;
	return forward;
}

/* A path, of which at most so many bytes count; it may end before. */
static __always_inline void append_socket_path(struct scratch *s, const void *path, u64 size, bool user)
{
	u8 *data = (u8 *)s + sizeof(struct forward);
	long n;

	if (size > UNIX_PATH_LIMIT)
		size = UNIX_PATH_LIMIT;
	asm volatile("" : "+r"(size));
	if (!size || size > UNIX_PATH_LIMIT)
		return;
	n = user ? bpf_probe_read_user_str(data, size + 1, path) : bpf_probe_read_kernel_str(data, size + 1, path);
	if (n <= 1 || n > UNIX_PATH_LIMIT + 1)
		return;
	s->filled = s->forward.path_size = n - 1;
}

/* Where a socket listens or, of one that was accepted, where the listener does. */
static __always_inline void read_own_address(struct scratch *s, struct sock *sock)
{
	struct unix_address *address;

	if (BPF_CORE_READ(sock, __sk_common.skc_family) != AF_UNIX) {
		read_endpoints(sock, &s->forward.ends);
		return;
	}
	s->forward.ends.family = AF_UNIX;
	address = BPF_CORE_READ((struct unix_sock *)sock, addr);
	if (address)
		append_socket_path(s, (void *)address + bpf_core_field_offset(struct unix_address, name) + FAMILY_BYTES,
				   BPF_CORE_READ(address, len) - FAMILY_BYTES, false);
}

/* What connect(2) was given: struct sockaddr_in, _in6 or _un. */
static __always_inline bool read_target(struct scratch *s, u64 address, u64 size)
{
	struct endpoints *ends = &s->forward.ends;
	u16 head[2];

	if (size < sizeof(head) || bpf_probe_read_user(head, sizeof(head), (void *)address))
		return false;
	ends->family = head[0];
	if (head[0] == AF_UNIX) {
		append_socket_path(s, (void *)(address + FAMILY_BYTES), size - FAMILY_BYTES, true);
		return true;
	}
	ends->peer_port = __builtin_bswap16(head[1]);
	if (head[0] == AF_INET)
		return !bpf_probe_read_user(ends->peer, 4, (void *)(address + 4));
	return head[0] == AF_INET6 && !bpf_probe_read_user(ends->peer, 16, (void *)(address + 8));
}

static __always_inline void emit_forward(struct scratch *s)
{
	u64 filled = s->filled;

	asm volatile("" : "+r"(filled));
	if (filled <= UNIX_PATH_LIMIT)
		emit(s, sizeof(struct forward) + filled, 0);
}

/*
 * sshd's own sockets to other hosts are streams that do not block and, until they are registered as a channel, are not
 * closed on exec. Those of the C library (name servers, name service caches) and of PAM's modules are or do.
 */
__noinline int on_connect(u64 fd, u64 address, u64 size, u64 result_bits)
{
	struct scratch *s = tracepoint_scratch();
	u32 tgid = bpf_get_current_pid_tgid() >> 32;
	struct process *process = bpf_map_lookup_elem(&processes, &tgid);
	struct fdtable *table = descriptors((void *)bpf_get_current_task());
	struct file *file = descriptor(table, fd);
	struct sock *sock = file_socket(file);
	s64 result = result_bits;

	if (!s || !process || !sock || !is_stream(file) || !(BPF_CORE_READ(file, f_flags) & O_NONBLOCK) ||
	    is_closed_on_exec(table, fd))
		return 0;
	begin_forward(s, &process->session, fd, FORWARD_CONNECT, result < 0 ? -result : 0);
	if (read_target(s, address, size))
		emit_forward(s);
	return 0;
}

__noinline int on_connect_result(u64 fd, u64 value)
{
	struct scratch *s = tracepoint_scratch();
	u32 tgid = bpf_get_current_pid_tgid() >> 32;
	struct process *process = bpf_map_lookup_elem(&processes, &tgid);
	u32 error;

	if (!s || !process || bpf_probe_read_user(&error, sizeof(error), (void *)value))
		return 0;
	begin_forward(s, &process->session, fd, FORWARD_RESULT, error);
	emit_forward(s);
	return 0;
}

__noinline int on_listen(u64 fd, u64 kind)
{
	struct scratch *s = tracepoint_scratch();
	u32 tgid = bpf_get_current_pid_tgid() >> 32;
	struct process *process = bpf_map_lookup_elem(&processes, &tgid);
	struct file *file = descriptor(descriptors((void *)bpf_get_current_task()), fd);
	struct sock *sock = file_socket(file);

	if (!s || !process || !sock || !is_stream(file))
		return 0;
	begin_forward(s, &process->session, fd, kind, 0);
	read_own_address(s, sock);
	emit_forward(s);
	return 0;
}

static __always_inline void on_socket_call(struct pt_regs *regs, int number, long result)
{
	u64 first = SYSCALL_ARG1(regs), second = SYSCALL_ARG2(regs), third = SYSCALL_ARG3(regs);

	if (number == NR_CONNECT)
		on_connect(first, second, third, result);
	else if (result < 0)
		return;
	else if (number == NR_LISTEN)
		on_listen(first, FORWARD_LISTEN);
	else if (number == NR_ACCEPT || number == NR_ACCEPT4)
		on_listen(result, FORWARD_ACCEPT);
	else if (second == SOL_SOCKET && third == SO_ERROR)
		on_connect_result(first, SYSCALL_ARG4(regs));
}
