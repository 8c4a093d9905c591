/* SPDX-License-Identifier: GPL-2.0 */
/* Programs that a session's processes execute, and how they end. */
#pragma once
#include "emit.bpf.h"
#include "task.bpf.h"
#include "printed.bpf.h"
#include "session.bpf.h"

#define PATH_LIMIT 4096
#define NAME_LIMIT 256
#define FIRST_ARGV 8192

/*
 * Appends a path's components to the record's data, last first, up to the process's root directory. Returns true if it
 * did not fit.
 */
static __always_inline bool append_path(struct scratch *s, u8 *data, u64 limit, struct task_struct *task,
					struct path *path)
{
	struct dentry *dentry = BPF_CORE_READ(path, dentry);
	struct vfsmount *mounted = BPF_CORE_READ(path, mnt);
	struct mount *mount = (void *)mounted - bpf_core_field_offset(struct mount, mnt);
	struct dentry *root = BPF_CORE_READ(task, fs, root.dentry);
	struct vfsmount *root_mount = BPF_CORE_READ(task, fs, root.mnt);

	for (int step = 0; step < 48; step++) {
		struct dentry *parent;
		u64 filled = s->filled;
		long n;

		if (dentry == root && (void *)mount + bpf_core_field_offset(struct mount, mnt) == (void *)root_mount)
			return false;
		if (dentry == BPF_CORE_READ(mount, mnt.mnt_root)) {
			struct mount *up = BPF_CORE_READ(mount, mnt_parent);

			if (up == mount)
				return false;
			dentry = BPF_CORE_READ(mount, mnt_mountpoint);
			mount = up;
			continue;
		}
		if (filled > limit - NAME_LIMIT)
			return true;
		asm volatile("" : "+r"(filled));
		if (filled > 2 * PATH_LIMIT - NAME_LIMIT)
			return true;
		n = bpf_probe_read_kernel_str(data + filled, NAME_LIMIT, BPF_CORE_READ(dentry, d_name.name));
		if (n <= 0 || n > NAME_LIMIT)
			return true;
		s->filled = filled + n;
		parent = BPF_CORE_READ(dentry, d_parent);
		if (parent == dentry)
			return false;
		dentry = parent;
	}
	return true;
}

static __always_inline void fill_identity(struct command_started *started, struct task_struct *task)
{
	struct tty_struct *tty = BPF_CORE_READ(task, signal, tty);

	started->pid = BPF_CORE_READ(task, tgid);
	started->parent_pid = BPF_CORE_READ(task, real_parent, tgid);
	started->uid = BPF_CORE_READ(task, cred, uid.val);
	started->euid = BPF_CORE_READ(task, cred, euid.val);
	started->gid = BPF_CORE_READ(task, cred, gid.val);
	started->loginuid = bpf_core_field_exists(task->loginuid) ? BPF_CORE_READ(task, loginuid.val) : AUDIT_UNSET;
	started->audit_session = bpf_core_field_exists(task->sessionid) ? BPF_CORE_READ(task, sessionid) : AUDIT_UNSET;
	started->tty = -1;
	if (tty && BPF_CORE_READ(tty, driver, major) == PTY_SLAVE_MAJOR)
		started->tty = BPF_CORE_READ(tty, index);
}

/* The foreground group of a terminal moved within tty_struct in 5.14; the group of a task did not. */
static __always_inline struct pid *process_group(struct task_struct *task)
{
	return BPF_CORE_READ(task, signal, pids[PIDTYPE_PGID]);
}

/*
 * An interactive shell gives each command line a process group of its own, in its own terminal; what a program starts
 * by itself stays in the program's group.
 */
static __always_inline bool is_typed(struct task_struct *task)
{
	struct tty_struct *tty = BPF_CORE_READ(task, signal, tty);
	struct task_struct *parent = BPF_CORE_READ(task, real_parent);

	return tty && BPF_CORE_READ(parent, signal, tty) == tty && process_group(parent) != process_group(task);
}

/* What of argv did not go into the first record. */
static __always_inline void report_more_arguments(struct scratch *s, const struct session_key *key, u64 argv,
						  u32 pid, u64 started_ns)
{
	for (int piece = 0; piece < 8; piece++) {
		u64 n = s->left;

		if (!n)
			return;
		if (n > OUTPUT_CHUNK)
			n = OUTPUT_CHUNK;
		asm volatile("" : "+r"(n));
		if (n > OUTPUT_CHUNK)
			return;
		fill_header(&s->header, RECORD_COMMAND_ARGUMENTS, key);
		s->arguments.started_ns = started_ns;
		s->arguments.pid = pid;
		s->arguments.offset = s->offset;
		if (bpf_probe_read_user((u8 *)s + sizeof(struct command_arguments), n, (void *)(argv + s->offset)))
			return;
		if (!emit(s, sizeof(struct command_arguments) + n, 0))
			return;
		s->left -= n;
		s->offset += n;
	}
}

/* TERM of the environment, if it is among the first 64 variables. Nothing else of the environment leaves the kernel. */
static __always_inline void copy_term(struct scratch *s, struct task_struct *task)
{
	u8 *data = (u8 *)s + sizeof(s->started);

	s->from = BPF_CORE_READ(task, mm, env_start);
	s->left = BPF_CORE_READ(task, mm, env_end);
	for (int variable = 0; variable < 64; variable++) {
		long n;

		if (s->from >= s->left)
			return;
		n = bpf_probe_read_user_str(data, PATH_LIMIT, (void *)s->from);
		if (n <= 0)
			return;
		if (data[0] == 'T' && data[1] == 'E' && data[2] == 'R' && data[3] == 'M' && data[4] == '=') {
			bpf_probe_read_user_str(s->started.term, TERM_LIMIT, (void *)(s->from + 5));
			return;
		}
		s->from += n;
	}
}

/* Which channel sshd started the program for: the one at its standard output. */
static __always_inline void describe_channel(struct scratch *s, struct task_struct *task,
					     const struct session_key *session, u32 protocol)
{
	struct channel_key key = { .session = *session };
	struct channel *channel = find_own_channel(task, 1, &key);

	if (!channel)
		return;
	fill_channel(&s->started.channel, &key, channel->seen_ns, 0);
	channel->transfer = protocol != 0;
	note_user(session, task);
	copy_term(s, task);
}

static __always_inline void report_exec(struct scratch *s, struct task_struct *task, const struct session_key *key,
					bool from_sshd, u32 protocol)
{
	struct command_started *started = &s->started;
	u8 *data = (u8 *)s + sizeof(*started);
	u64 argv = BPF_CORE_READ(task, mm, arg_start), total = BPF_CORE_READ(task, mm, arg_end) - argv;
	u64 captured = total, here, filled, started_ns;
	struct file *program = BPF_CORE_READ(task, mm, exe_file);
	u32 pid;

	fill_header(&started->header, RECORD_COMMAND_STARTED, key);
	fill_identity(started, task);
	started_ns = started->header.time_ns;
	if (is_typed(task))
		started->header.flags |= FLAG_TYPED;
	__builtin_memset(&started->channel, 0, sizeof(started->channel));
	__builtin_memset(started->term, 0, sizeof(started->term));
	if (from_sshd)
		describe_channel(s, task, key, protocol);
	pid = started->pid;
	s->filled = 0;
	if (program && append_path(s, data, PATH_LIMIT, task,
				   (void *)program + bpf_core_field_offset(struct file, f_path)))
		started->header.flags |= FLAG_PATH_TRUNCATED;
	started->executable_size = s->filled;
	if (append_path(s, data, 2 * PATH_LIMIT, task,
			(void *)BPF_CORE_READ(task, fs) + bpf_core_field_offset(struct fs_struct, pwd)))
		started->header.flags |= FLAG_DIRECTORY_TRUNCATED;
	started->directory_size = s->filled - started->executable_size;

	if (captured > ARGV_LIMIT)
		captured = ARGV_LIMIT;
	here = captured;
	if (here > FIRST_ARGV)
		here = FIRST_ARGV;
	filled = s->filled;
	asm volatile("" : "+r"(here), "+r"(filled));
	if (here > FIRST_ARGV || filled > 2 * PATH_LIMIT)
		return;
	/* User space tells all of it as missing then. */
	if (bpf_probe_read_user(data + filled, here, (void *)argv))
		captured = here = 0;
	started->argv_total = total;
	started->argv_captured = captured;
	started->argv_here = here;
	s->left = captured - here;
	s->offset = here;
	if (emit(s, sizeof(*started) + filled + here, 0))
		report_more_arguments(s, key, argv, pid, started_ns);
}

/* group_exit_code is 0 on 5.10 for a plain exit, exit_code is the leader's own. */
static __always_inline s32 wait_status(struct task_struct *task)
{
	if (BPF_CORE_READ(task, signal, flags) & SIGNAL_GROUP_EXIT)
		return BPF_CORE_READ(task, signal, group_exit_code);
	return BPF_CORE_READ(task, group_leader, exit_code);
}

static __always_inline void report_exit(struct scratch *s, u32 pid, s32 status, u64 printed,
					const struct session_key *key)
{
	fill_header(&s->header, RECORD_COMMAND_FINISHED, key);
	s->finished.pid = pid;
	s->finished.status = status;
	s->finished.printed = printed;
	emit(s, sizeof(s->finished), 0);
}
