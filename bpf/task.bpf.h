/* SPDX-License-Identifier: GPL-2.0 */
/* Questions about a task: its open files, its program, its sockets. */
#pragma once
#include "maps.bpf.h"

static __always_inline struct fdtable *descriptors(struct task_struct *task)
{
	return BPF_CORE_READ(task, files, fdt);
}

/*
 * Reads the table's size each time: in a loop, a size kept in a register would be a new state in every turn for the
 * verifier, which learns from each comparison.
 */
static __always_inline struct file *descriptor(struct fdtable *table, u32 fd)
{
	struct file **slots, *file = NULL;

	if (!table || fd >= BPF_CORE_READ(table, max_fds))
		return NULL;
	slots = BPF_CORE_READ(table, fd);
	bpf_probe_read_kernel(&file, sizeof(file), slots + fd);
	return file;
}

static __always_inline struct inode *file_inode(struct file *file, u32 *kind)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	*kind = inode ? BPF_CORE_READ(inode, i_mode) & S_IFMT : 0;
	return inode;
}

/* "sshd", or "sshd-session" (OpenSSH 9.8 and later); with any_part also "sshd-auth". */
static __always_inline bool named_sshd(const char *name, bool any_part)
{
	if (name[0] != 's' || name[1] != 's' || name[2] != 'h' || name[3] != 'd')
		return false;
	if (name[4] == 0)
		return true;
	return name[4] == '-' && (name[5] == 's' || (any_part && name[5] == 'a'));
}

/*
 * The program file is named sshd and is root's. Its own name, which a user cannot give it: a process's name is that of
 * the link it was executed by, or what it calls itself.
 */
static __always_inline bool runs_sshd(struct task_struct *task, bool any_part)
{
	struct file *program = BPF_CORE_READ(task, mm, exe_file);
	char name[16];

	if (!program || BPF_CORE_READ(program, f_inode, i_uid.val) != 0)
		return false;
	__builtin_memset(name, 0, sizeof(name));
	return bpf_probe_read_kernel_str(name, sizeof(name), BPF_CORE_READ(program, f_path.dentry, d_name.name)) > 0 &&
	       named_sshd(name, any_part);
}

/* Started by root: a set-user-ID program has its effective id alone. */
static __always_inline bool is_root(struct task_struct *task)
{
	return BPF_CORE_READ(task, cred, uid.val) == 0 && BPF_CORE_READ(task, cred, euid.val) == 0;
}

static __always_inline struct sock *file_socket(struct file *file)
{
	struct socket *socket;
	u32 kind;

	if (!file)
		return NULL;
	file_inode(file, &kind);
	if (kind != S_IFSOCK)
		return NULL;
	socket = BPF_CORE_READ(file, private_data);
	return BPF_CORE_READ(socket, sk);
}

static __always_inline bool is_stream(struct file *socket_file)
{
	struct socket *socket = BPF_CORE_READ(socket_file, private_data);

	return BPF_CORE_READ(socket, type) == SOCK_STREAM;
}

static __always_inline bool has_peer(struct sock *sock)
{
	u16 family = BPF_CORE_READ(sock, __sk_common.skc_family);

	if (family != AF_INET && family != AF_INET6)
		return false;
	return BPF_CORE_READ(sock, __sk_common.skc_dport) != 0;
}

/* Of this machine, or of its host: a unix socket, or a virtual machine's. */
static __always_inline bool has_local_peer(struct sock *sock)
{
	u16 family = BPF_CORE_READ(sock, __sk_common.skc_family);

	return (family == AF_UNIX || family == AF_VSOCK) &&
	       BPF_CORE_READ(sock, __sk_common.skc_state) == TCP_ESTABLISHED;
}

/* Of families without addresses and ports that we know they are zero. */
static __always_inline void read_endpoints(struct sock *sock, struct endpoints *ends)
{
	u64 *local = (u64 *)ends->local, *peer = (u64 *)ends->peer;

	local[0] = local[1] = peer[0] = peer[1] = 0;
	ends->reserved = ends->local_port = ends->peer_port = 0;
	ends->family = BPF_CORE_READ(sock, __sk_common.skc_family);
	if (ends->family != AF_INET && ends->family != AF_INET6)
		return;
	ends->local_port = BPF_CORE_READ(sock, __sk_common.skc_num);
	ends->peer_port = __builtin_bswap16(BPF_CORE_READ(sock, __sk_common.skc_dport));
	if (ends->family == AF_INET) {
		*(u32 *)local = BPF_CORE_READ(sock, __sk_common.skc_rcv_saddr);
		*(u32 *)peer = BPF_CORE_READ(sock, __sk_common.skc_daddr);
	} else {
		BPF_CORE_READ_INTO(&ends->local, sock, __sk_common.skc_v6_rcv_saddr);
		BPF_CORE_READ_INTO(&ends->peer, sock, __sk_common.skc_v6_daddr);
	}
}

/*
 * The connection that an sshd serves when it is not at fd 0: its socket with a peer. A process that also listens on
 * the connection's port is the listener, which holds a fresh connection for a moment only.
 *
 * Global, so that the verifier walks it once; 5.10 lets a global function take and return numbers only, so the callers
 * pass group_leader as they read it.
 */
__noinline u64 served_connection(u64 task)
{
	struct fdtable *table = descriptors((void *)task);
	u64 connection = 0;
	u16 port = 0;

	for (u32 fd = 0; fd < 256; fd++) {
		struct sock *sock = file_socket(descriptor(table, fd));

		if (sock && has_peer(sock))
			connection = (u64)sock;
	}
	if (!connection)
		return 0;
	port = BPF_CORE_READ((struct sock *)connection, __sk_common.skc_num);
	for (u32 fd = 0; fd < 256; fd++) {
		struct sock *sock = file_socket(descriptor(table, fd));

		if (sock && BPF_CORE_READ(sock, __sk_common.skc_state) == TCP_LISTEN &&
		    BPF_CORE_READ(sock, __sk_common.skc_num) == port)
			return 0;
	}
	return connection;
}
