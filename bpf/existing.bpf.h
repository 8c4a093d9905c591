/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What was there before the attachment. User space attaches first, then runs `seed` until it has seen every generation
 * of processes, then `announce`, which only reads the maps: an iterator is called again for a task whose output did not
 * fit, so what writes must not be what reports.
 */
#pragma once
#include "session.bpf.h"
#include "terminal.bpf.h"
#include "pipes.bpf.h"
#include "transfer.bpf.h"

/* False if it serves no connection: it listens for them. */
static __always_inline bool seed_session(struct task_struct *task, struct scratch *s)
{
	u32 audit_session = bpf_core_field_exists(task->sessionid) ? BPF_CORE_READ(task, sessionid) : AUDIT_UNSET;
	struct sock *sock = (void *)served_connection((u64)BPF_CORE_READ(task, group_leader));
	struct session_key key;

	if (!sock)
		return false;
	if (!register_session(task, sock, s, SESSION_SEEDED, &key))
		return true;
	if (audit_session != AUDIT_UNSET)
		bpf_map_update_elem(&audit_sessions, &audit_session, &key, BPF_NOEXIST);
	return true;
}

/*
 * One that serves a session, a child of one that does. What the user executes is none of it, also if it is called so:
 * sshd's own children have executed nothing but sshd-auth.
 */
static __always_inline bool is_own_sshd(struct task_struct *task)
{
	return runs_sshd(task, true) && (task->flags & PF_FORKNOEXEC || !runs_sshd(task, false));
}

/* An sshd's standard output is /dev/null; its channel's pipe if it is the command of the channel itself: internal-sftp. */
static __always_inline u32 existing_protocol(struct task_struct *task, u32 role)
{
	struct file *output;
	u32 kind = 0;

	if (!(role & ROLE_SSHD))
		return transfer_protocol(task);
	output = descriptor(descriptors(task), 1);
	if (output)
		file_inode(output, &kind);
	return kind == S_IFIFO ? PROTOCOL_SFTP : 0;
}

static __always_inline void add_existing(struct task_struct *task, const struct session_key *key, u32 role)
{
	struct process process;

	__builtin_memset(&process, 0, sizeof(process));
	process.protocol = existing_protocol(task, role);
	if (process.protocol)
		role |= ROLE_TRANSFER;
	process.session = *key;
	process.uid = BPF_CORE_READ(task, cred, uid.val);
	process.euid = BPF_CORE_READ(task, cred, euid.val);
	inherit_session(BPF_CORE_READ(task, tgid), &process, role, false);
}

SEC("iter/task")
int seed(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	struct scratch *s = iterator_scratch();
	struct process *parent;
	struct session_key *reparented;
	u32 tgid, parent_tgid, audit_session, role;

	if (!task || !s || task->pid != task->tgid || BPF_CORE_READ(task, signal, live.counter) == 0)
		return 0;
	tgid = task->tgid;
	if (bpf_map_lookup_elem(&processes, &tgid))
		return 0;
	role = task->flags & PF_FORKNOEXEC ? 0 : ROLE_COMMAND;
	parent_tgid = BPF_CORE_READ(task, real_parent, tgid);
	parent = bpf_map_lookup_elem(&processes, &parent_tgid);
	/* Before it is its parent's: a session's process may have started the listener. */
	if (!(parent && parent->role & ROLE_SSHD) && is_root(task) && runs_sshd(task, false)) {
		if (seed_session(task, s) || !parent)
			return 0;
	}
	if (parent) {
		if (parent->role & ROLE_SSHD && is_own_sshd(task))
			role = ROLE_SSHD;
		add_existing(task, &parent->session, role);
		return 0;
	}
	/* Its parent ended before we came; the audit session id stays with it. */
	audit_session = bpf_core_field_exists(task->sessionid) ? BPF_CORE_READ(task, sessionid) : AUDIT_UNSET;
	if (audit_session == AUDIT_UNSET)
		return 0;
	reparented = bpf_map_lookup_elem(&audit_sessions, &audit_session);
	if (reparented)
		add_existing(task, reparented, role);
	return 0;
}

static __always_inline void announce_existing_session(struct seq_file *out, struct scratch *s,
						      const struct session_key *key, struct session *session)
{
	fill_header(&s->header, RECORD_SESSION_OPENED, key);
	s->header.size = sizeof(s->session_opened);
	s->header.flags = FLAG_EXISTING;
	__builtin_memcpy(&s->session_opened.ends, &session->ends, sizeof(session->ends));
	bpf_seq_write(out, s, sizeof(s->session_opened));
}

static __always_inline void announce_existing_channel(struct seq_file *out, struct scratch *s,
						      const struct channel_key *key, struct channel *channel,
						      struct tty_struct *tty)
{
	report_terminal(s, RECORD_CHANNEL_OPENED, key, channel->seen_ns, tty, FLAG_EXISTING);
	s->terminal.uid = s->uid;
	s->header.size = sizeof(s->terminal);
	bpf_seq_write(out, s, sizeof(s->terminal));
}

static __always_inline void announce_existing_pty(struct seq_file *out, struct scratch *s,
						  const struct session_key *session, struct file *file)
{
	struct channel_key key = { .session = *session, .kind = CHANNEL_PTY };
	struct tty_file_private *private = BPF_CORE_READ(file, private_data);
	struct tty_struct *tty = BPF_CORE_READ(private, tty);
	struct channel *channel;

	if (!tty)
		return;
	key.index = BPF_CORE_READ(tty, index);
	channel = bpf_map_lookup_elem(&channels, &key);
	/* sshd holds several copies of the descriptor; a channel that has begun to print is announced already. */
	if (!channel)
		channel = store_channel(s, &key, (u64)tty);
	if (!channel)
		return;
	announce_existing_channel(out, s, &key, channel, tty);
}

/*
 * The pipes that a channel without a pty left open in its sshd, which it reads standard output and standard error from.
 * Nothing else in an sshd that serves a user is a pipe to read from. sshd makes a channel's pipes one after the other, so
 * standard error's has the inode number behind standard output's; the order of the descriptors says nothing, because a
 * channel takes those that one before it has left.
 */
static __always_inline void announce_existing_pipe(struct seq_file *out, struct scratch *s,
						   const struct session_key *session, u32 tgid, u32 fd, u64 inode)
{
	struct channel_key key = { .session = *session, .index = inode - 1, .kind = CHANNEL_PIPES };
	struct channel *channel;

	if (bpf_map_lookup_elem(&channels, &key)) {
		store_pipe_end(tgid, fd, inode, &key, STREAM_ERROR);
		return;
	}
	key.index = inode;
	channel = bpf_map_lookup_elem(&channels, &key);
	if (!channel)
		channel = store_channel(s, &key, 0);
	if (!channel)
		return;
	store_pipe_end(tgid, fd, inode, &key, STREAM_OUTPUT);
	announce_existing_channel(out, s, &key, channel, NULL);
}

SEC("iter/task")
int announce(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	struct scratch *s = iterator_scratch();
	struct seq_file *out = context->meta->seq;
	struct process *process;
	struct session *session;
	struct fdtable *table;
	u32 tgid;

	if (!task || !s || task->pid != task->tgid)
		return 0;
	tgid = task->tgid;
	process = bpf_map_lookup_elem(&processes, &tgid);
	if (!process || !(process->role & ROLE_SSHD))
		return 0;
	session = find_session(&process->session);
	if (!session || !(session->flags & SESSION_SEEDED))
		return 0;
	if (process->role & ROLE_MONITOR)
		announce_existing_session(out, s, &process->session, session);
	table = descriptors(task);
	s->uid = BPF_CORE_READ(task, cred, uid.val);
	for (u32 fd = 3; fd < 512; fd++) {
		struct file *file = descriptor(table, fd);
		struct inode *inode;
		u32 kind;

		if (!file)
			continue;
		inode = file_inode(file, &kind);
		if (kind == S_IFCHR && BPF_CORE_READ(inode, i_rdev) == PTMX_DEVICE)
			announce_existing_pty(out, s, &process->session, file);
		else if (kind == S_IFIFO && (BPF_CORE_READ(file, f_flags) & O_ACCMODE) == 0)
			announce_existing_pipe(out, s, &process->session, tgid, fd,
					       BPF_CORE_READ(inode, i_ino));
	}
	return 0;
}
