/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The probe: four tracepoints and two iterators. tp_btf because it loads on every supported kernel, 5.10 to 6.18, reads
 * fields without a helper call, and is the cheapest that sees every system call's end.
 */
#include "kernel.h"
#include "wire.h"
#include "maps.bpf.h"
#include "emit.bpf.h"
#include "task.bpf.h"
#include "session.bpf.h"
#include "signin.bpf.h"
#include "terminal.bpf.h"
#include "pipes.bpf.h"
#include "command.bpf.h"
#include "privilege.bpf.h"
#include "transfer.bpf.h"
#include "forward.bpf.h"
#include "calls.bpf.h"
#include "existing.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* A read, a write or a window size of one of a session's sshds. */
static __always_inline void on_sshd_call(struct task_struct *task, u32 tgid, const struct session_key *session,
					 u32 fd, u64 buffer, u32 number, long result)
{
	struct file *file = descriptor(descriptors(task), fd);
	bool resize = number == NR_IOCTL, write = number == NR_WRITE;
	struct scratch *s;
	struct inode *inode;
	u32 kind;

	if (!file)
		return;
	inode = file_inode(file, &kind);
	if (kind == S_IFCHR) {
		if (BPF_CORE_READ(inode, i_rdev) != PTMX_DEVICE || (result < 0 && result != -EIO))
			return;
		s = tracepoint_scratch();
		if (s && write) {
			if (settings.record_input)
				on_typed(s, session, file, buffer, result);
		} else if (s)
			on_terminal(s, session, file, resize, buffer, result);
	} else if (kind == S_IFIFO && !resize && result >= 0) {
		s = tracepoint_scratch();
		if (s)
			on_pipe(s, tgid, fd, inode, buffer, write, result);
	}
}

/* Runs at the end of every system call of the machine: everything that is not a session's must leave at once. */
SEC("tp_btf/sys_exit")
int BPF_PROG(on_sys_exit, struct pt_regs *regs, long result)
{
	int number = SYSCALL_NUMBER(regs);
	struct process *process;
	u32 tgid, slot;
	u64 *count;

	if (!is_watched(number))
		return 0;
	tgid = bpf_get_current_pid_tgid() >> 32;
	slot = tgid & (MEMBER_SLOTS - 1);
	count = bpf_map_lookup_elem(&members, &slot);
	if (!count || !*count)
		return 0;
	process = bpf_map_lookup_elem(&processes, &tgid);
	if (!process)
		return 0;
	if (process->role & ROLE_SSHD) {
		if (process->role & ROLE_MONITOR && (number == NR_READ || number == NR_WRITE))
			on_monitor_call((void *)bpf_get_current_task(), tgid, &process->session, SYSCALL_ARG1(regs),
					SYSCALL_ARG2(regs), SYSCALL_ARG3(regs), number == NR_WRITE, result);
		if (number == NR_READ || number == NR_WRITE ||
		    (number == NR_IOCTL && !result && (u32)SYSCALL_ARG2(regs) == TIOCSWINSZ))
			on_sshd_call((void *)bpf_get_current_task(), tgid, &process->session, SYSCALL_ARG1(regs),
				     SYSCALL_ARG2(regs), number, result);
		if (number == NR_WRITE && SYSCALL_ARG1(regs) == 1 && !(process->role & (ROLE_MONITOR | ROLE_SUBSYSTEM)))
			find_internal_sftp(tgid);
		if (number == NR_CLOSE && !result)
			on_sshd_close(SYSCALL_ARG1(regs));
		if (is_socket_call(number))
			on_socket_call(regs, number, result);
	} else if ((number == NR_WRITE || number == NR_WRITEV) && result > 0 &&
		   (SYSCALL_ARG1(regs) == 1 || SYSCALL_ARG1(regs) == 2)) {
		on_printed(SYSCALL_ARG1(regs), SYSCALL_ARG2(regs), SYSCALL_ARG3(regs), number == NR_WRITEV, result);
	} else if (is_set_uid(number) && !result) {
		on_set_uid(0);
	}
	if (process->role & ROLE_TRANSFER)
		on_transfer_call(regs, number, result);
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	u32 tgid = child->tgid, parent_tgid = parent->tgid;
	struct scratch *s = tracepoint_scratch();
	struct process *process;
	struct session_key key;
	u32 role;

	if (!s || child->pid != child->tgid)
		return 0;
	process = bpf_map_lookup_elem(&processes, &parent_tgid);
	/* An sshd that a session's process started serves connections of its own. */
	if (!process || !(process->role & ROLE_SSHD)) {
		struct process *monitor = find_at_fork(parent, parent_tgid, s);

		if (monitor)
			process = monitor;
	}
	if (!process)
		return 0;
	key = process->session;
	role = process->role & (ROLE_SSHD | ROLE_TRANSFER);
	if (process->role & ROLE_MONITOR)
		follow_sign_in(parent_tgid, &key);
	inherit_session(tgid, process, role, true);
	if (role & ROLE_SSHD)
		find_pipe_channel(parent, parent_tgid, &key, s);
	return 0;
}

static __always_inline bool is_child_of_sshd(struct task_struct *task)
{
	u32 parent_tgid = BPF_CORE_READ(task, real_parent, tgid);
	struct process *parent = bpf_map_lookup_elem(&processes, &parent_tgid);

	return parent && parent->role & ROLE_SSHD;
}

static __always_inline void on_command(struct scratch *s, struct task_struct *task, struct process *process,
				       const struct session_key *key, bool left_sshd)
{
	u32 protocol = transfer_protocol(task);

	if (protocol == PROTOCOL_RSYNC)
		protocol = rsync_direction(0);
	process->role = ROLE_COMMAND | (protocol ? ROLE_TRANSFER : 0);
	process->protocol = protocol;
	process->kept = 0;
	process->printed = 0;
	check_privilege(s, task, process, left_sshd, true);
	/* A shell that sshd started may put a transfer program in its own place; its channel is the same. */
	report_exec(s, task, key, is_child_of_sshd(task), protocol);
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, int old_pid, struct linux_binprm *program)
{
	struct scratch *s = tracepoint_scratch();
	u32 tgid = task->tgid;
	struct process *process;
	struct session_key key;
	struct sock *connection = NULL;
	bool left_sshd;

	if (!s)
		return 0;
	process = bpf_map_lookup_elem(&processes, &tgid);
	left_sshd = process && process->role & ROLE_SSHD;
	if (!process || !(process->role & ROLE_MONITOR))
		connection = connection_at_exec(task);
	/* sshd-auth, and the session's own sshd executed once more. */
	if (!connection && left_sshd && runs_sshd(task, true)) {
		key = process->session;
		if (process->role & ROLE_MONITOR)
			restart_sign_in(tgid, &key);
		return 0;
	}
	if (process) {
		key = process->session;
		/* Of an sshd that serves a connection of its own the session it comes from knows the listener. */
		if (!connection || !is_child_of_listener(task))
			on_command(s, task, process, &key, left_sshd);
		if (left_sshd)
			leave_sshd(s, &key);
	}
	if (connection)
		open_session(task, connection, s);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task)
{
	struct scratch *s = tracepoint_scratch();
	u32 tgid = task->tgid, role, protocol;
	struct process *process;
	struct session_key key;
	u64 printed;
	s32 status;

	/* The last thread ends the process, and only one deletes the entry. */
	if (!s || BPF_CORE_READ(task, signal, live.counter) != 0)
		return 0;
	process = bpf_map_lookup_elem(&processes, &tgid);
	if (!process)
		return 0;
	key = process->session;
	role = process->role;
	protocol = process->protocol;
	printed = process->printed;
	if (!forget_process(tgid))
		return 0;
	status = wait_status(task);
	if (role & ROLE_TRANSFER)
		report_aborted_files(s, tgid, &key, protocol);
	if (role & ROLE_COMMAND)
		report_exit(s, tgid, status, printed, &key);
	if (role & ROLE_MONITOR) {
		bpf_map_delete_elem(&sign_ins, &tgid);
		struct session *session = find_session(&key);

		if (session) {
			session->status = status;
			session->flags |= SESSION_MONITOR_EXITED;
		}
	}
	if (role & ROLE_SSHD)
		leave_sshd(s, &key);
	return 0;
}
