/* SPDX-License-Identifier: GPL-2.0 */
/* Processes whose user changes: sudo, su, programs with the set-user-ID bit. */
#pragma once
#include "emit.bpf.h"
#include "task.bpf.h"

/*
 * An exec shows a set-user-ID program by its effective id; a system call counts when it changes the real one, because
 * sudo and others switch the effective one back and forth. What sshd does to itself is the sign-in, not a change.
 */
static __always_inline void check_privilege(struct scratch *s, struct task_struct *task, struct process *process,
					    bool silent, bool by_exec)
{
	u32 uid = BPF_CORE_READ(task, cred, uid.val), euid = BPF_CORE_READ(task, cred, euid.val);
	u32 uid_before = process->uid, euid_before = process->euid;

	if (by_exec || uid != uid_before) {
		process->uid = uid;
		process->euid = euid;
	}
	if (silent || (uid == uid_before && (!by_exec || euid == euid_before)))
		return;
	fill_header(&s->header, RECORD_PRIVILEGE, &process->session);
	if (by_exec)
		s->header.flags |= FLAG_BY_EXEC;
	s->privilege.pid = BPF_CORE_READ(task, tgid);
	s->privilege.uid_before = uid_before;
	s->privilege.euid_before = euid_before;
	s->privilege.uid = uid;
	s->privilege.euid = euid;
	s->privilege.reserved = 0;
	emit(s, sizeof(s->privilege), 0);
}

__noinline int on_set_uid(u64 unused)
{
	struct scratch *s = tracepoint_scratch();
	u32 tgid = bpf_get_current_pid_tgid() >> 32;
	struct process *process = bpf_map_lookup_elem(&processes, &tgid);

	if (s && process)
		check_privilege(s, (void *)bpf_get_current_task(), process, false, false);
	return 0;
}
