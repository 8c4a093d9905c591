/* SPDX-License-Identifier: GPL-2.0 */
/* Sessions: which sshd serves a connection, which processes belong to it, when it is over. */
#pragma once
#include "emit.bpf.h"
#include "task.bpf.h"

static __always_inline void announce_session(struct scratch *s, const struct session_key *key, struct session *session)
{
	fill_header(&s->header, RECORD_SESSION_OPENED, key);
	__builtin_memcpy(&s->session_opened.ends, &session->ends, sizeof(session->ends));
	emit(s, sizeof(s->session_opened), 0);
}

/* Makes a session of a monitor. False if it is known already or there is no room. */
static __always_inline bool register_session(struct task_struct *monitor, struct sock *sock, struct scratch *s,
					     u32 session_flags, struct session_key *key)
{
	struct session *session = &s->session;
	struct process process;
	u32 tgid = BPF_CORE_READ(monitor, tgid), one = 1;

	key->start_ns = BPF_CORE_READ(monitor, start_boottime);
	key->pid = tgid;
	key->reserved = 0;
	read_endpoints(sock, &session->ends);
	session->opened_ns = bpf_ktime_get_boot_ns();
	session->sshds = 1;
	session->status = 0;
	session->flags = session_flags;
	session->uid = session->channels = 0;
	session->totals.emitted_bytes = 0;
	session->totals.lost_bytes = 0;
	session->totals.unreadable_bytes = 0;
	session->totals.lost_output_records = 0;
	session->totals.lost_records = 0;
	if (bpf_map_update_elem(&sessions, key, session, BPF_NOEXIST)) {
		if (!find_session(key))
			count_no_room();
		return false;
	}
	bpf_map_update_elem(&open_sessions, key, &one, BPF_ANY);
	/* Field by field: an initializer becomes a nameless constant, whose section 5.10 refuses in the BTF. */
	__builtin_memset(&process, 0, sizeof(process));
	process.session = *key;
	process.role = ROLE_SSHD | ROLE_MONITOR;
	if (!store_process(tgid, &process, true))
		count_no_room();
	return true;
}

/*
 * What sshd starts in a channel runs as the user who signed in. The entry keeps that for when every record of the session
 * is lost.
 */
static __always_inline void note_user(const struct session_key *key, struct task_struct *task)
{
	struct session *session = find_session(key);

	if (!session || session->flags & SESSION_HAS_USER)
		return;
	session->uid = BPF_CORE_READ(task, cred, uid.val);
	session->flags |= SESSION_HAS_USER;
}

static __always_inline void report_session_end(struct scratch *s, const struct session_key *key,
					       struct session *session)
{
	fill_header(&s->header, RECORD_SESSION_CLOSED, key);
	s->session_closed.totals.emitted_bytes = session->totals.emitted_bytes;
	s->session_closed.totals.lost_bytes = session->totals.lost_bytes;
	s->session_closed.totals.unreadable_bytes = session->totals.unreadable_bytes;
	s->session_closed.totals.lost_output_records = session->totals.lost_output_records;
	s->session_closed.totals.lost_records = session->totals.lost_records;
	s->session_closed.status = session->status;
	s->session_closed.flags = session->flags;
	emit(s, sizeof(s->session_closed), 0);
}

/* One sshd less: it ended or executed something else. */
static __always_inline void leave_sshd(struct scratch *s, const struct session_key *key)
{
	struct session *session = find_session(key);

	if (!session)
		return;
	__sync_fetch_and_add(&session->sshds, -1);
	if (*(volatile s64 *)&session->sshds > 0 || bpf_map_delete_elem(&open_sessions, key))
		return;
	session->flags |= SESSION_CLOSED;
	report_session_end(s, key, session);
}

/* Adds a process to its parent's session. */
static __always_inline void inherit_session(u32 tgid, const struct process *parent, u32 role, bool replace)
{
	struct process process;
	struct session_key session_key = parent->session, *key = &session_key;
	struct session *session;

	__builtin_memset(&process, 0, sizeof(process));
	process.session = session_key;
	process.role = role;
	process.protocol = parent->protocol;
	process.uid = parent->uid;
	process.euid = parent->euid;
	if (!store_process(tgid, &process, replace)) {
		if (!bpf_map_lookup_elem(&processes, &tgid))
			count_missing(key);
		return;
	}
	if (!(role & ROLE_SSHD))
		return;
	session = find_session(key);
	if (session)
		__sync_fetch_and_add(&session->sshds, 1);
}

/* Makes a session of a monitor that serves a connection from now on. */
static __always_inline bool open_session(struct task_struct *monitor, struct sock *sock, struct scratch *s)
{
	struct session_key key;
	struct session *session;

	if (!register_session(monitor, sock, s, 0, &key))
		return false;
	session = find_session(&key);
	if (session)
		announce_session(s, &key, session);
	return true;
}

/*
 * `sshd -r` serves a connection without executing itself again, so no exec shows it. It forks before it authenticates
 * anyone: that is where it is found, an sshd that forks and holds a connection but does not listen for more.
 */
static __always_inline struct process *find_at_fork(struct task_struct *parent, u32 tgid, struct scratch *s)
{
	struct sock *sock;

	if (!is_root(parent) || !runs_sshd(parent, false))
		return NULL;
	sock = (void *)served_connection((u64)BPF_CORE_READ(parent, group_leader));
	if (!sock || !open_session(parent, sock, s))
		return NULL;
	return bpf_map_lookup_elem(&processes, &tgid);
}

/*
 * The connection at fd 0 of an sshd that starts to serve it (`sshd -R`, `sshd -i`, sshd-session). Only here may it be a
 * local one: an sshd that serves a connection has unix sockets of its own. A listener that was started with one is taken
 * for a session in which nobody signs in; what it starts for a connection makes one of its own.
 */
static __always_inline struct sock *connection_at_exec(struct task_struct *task)
{
	struct sock *sock;

	if (!is_root(task) || !runs_sshd(task, false))
		return NULL;
	sock = file_socket(descriptor(descriptors(task), 0));
	return sock && (has_peer(sock) || has_local_peer(sock)) ? sock : NULL;
}

static __always_inline bool is_child_of_listener(struct task_struct *task)
{
	struct task_struct *parent = BPF_CORE_READ(task, real_parent);

	return is_root(parent) && runs_sshd(parent, false);
}
