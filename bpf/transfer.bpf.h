/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files that scp, sftp-server, sshd's internal-sftp and rsync read and write. A program is one of them by its file's
 * name if the file is root's: a user can choose a name, but not the owner, and an upgrade changes the inode.
 */
#pragma once
#include "emit.bpf.h"
#include "task.bpf.h"
#include "printed.bpf.h"
#include "command.bpf.h"

struct transfer_key {
	u32 tgid;
	u32 fd;
};

struct transfer {
	u64 read, written;
	u32 mode;
	u32 open_flags;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct transfer_key);
	__type(value, struct transfer);
} transfers SEC(".maps");

/*
 * Descriptors that are looked at when a process ends with files open. User space knows of the others, but not how many bytes
 * there were.
 */
#define ABORTED_LIMIT 64

static __always_inline struct file_record *begin_file(struct scratch *s, u16 type, const struct session_key *session,
						      u32 tgid, u32 fd, u32 protocol)
{
	struct file_record *file = &s->file;

	fill_header(&s->header, type, session);
	__builtin_memset(&file->read, 0, sizeof(*file) - sizeof(file->header));
	file->pid = tgid;
	file->fd = fd;
	file->protocol = protocol;
	s->filled = 0;
	return file;
}

/* Appends a string of the process's memory; returns its size with its NUL. */
static __always_inline u32 append_text(struct scratch *s, u64 text)
{
	u64 filled = s->filled;
	long n;

	asm volatile("" : "+r"(filled));
	if (!text || filled > 2 * PATH_LIMIT)
		return 0;
	n = bpf_probe_read_user_str((u8 *)s + sizeof(struct file_record) + filled, PATH_LIMIT, (void *)text);
	if (n <= 0 || n > PATH_LIMIT)
		return 0;
	s->filled = filled + n;
	return n;
}

static __always_inline void append_directory(struct scratch *s, struct task_struct *task)
{
	if (append_path(s, (u8 *)s + sizeof(struct file_record), PATH_LIMIT, task,
			(void *)BPF_CORE_READ(task, fs) + bpf_core_field_offset(struct fs_struct, pwd)))
		s->header.flags |= FLAG_DIRECTORY_TRUNCATED;
	s->file.directory_size = s->filled;
}

static __always_inline void emit_file(struct scratch *s)
{
	u64 filled = s->filled;

	asm volatile("" : "+r"(filled));
	if (filled <= 3 * PATH_LIMIT)
		emit(s, sizeof(struct file_record) + filled, 0);
}

/* What the C library opens for itself (locale, passwd, shared objects) is closed on exec and only read. */
static __always_inline bool is_own_business(u32 open_flags)
{
	return (open_flags & O_ACCMODE) == 0 && open_flags & O_CLOEXEC;
}

__noinline int on_file_opened(u64 name, u64 open_flags, u64 mode, u64 result_bits)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct scratch *s = tracepoint_scratch();
	s64 result = result_bits;
	u32 tgid = bpf_get_current_pid_tgid() >> 32, kind;
	struct process *process = bpf_map_lookup_elem(&processes, &tgid);
	struct transfer_key key;
	struct transfer fresh;
	struct file *file;
	struct inode *inode;

	if (!s || !process || is_own_business(open_flags))
		return 0;
	if (result < 0) {
		begin_file(s, RECORD_FILE_OPENED, &process->session, tgid, -1, process->protocol);
		s->file.open_flags = open_flags;
		s->file.mode = mode;
		s->file.error = -result;
		append_directory(s, task);
		s->file.first_size = append_text(s, name);
		emit_file(s);
		return 0;
	}
	file = descriptor(descriptors(task), result);
	if (!file)
		return 0;
	inode = file_inode(file, &kind);
	if (kind != S_IFREG)
		return 0;
	begin_file(s, RECORD_FILE_OPENED, &process->session, tgid, result, process->protocol);
	if (process->role & ROLE_SSHD)
		s->header.flags |= FLAG_OF_SSHD;
	/* O_CREAT, O_TRUNC and the like are in the argument only. */
	s->file.open_flags = open_flags;
	s->file.mode = BPF_CORE_READ(inode, i_mode);
	if (append_path(s, (u8 *)s + sizeof(struct file_record), PATH_LIMIT, task,
			(void *)file + bpf_core_field_offset(struct file, f_path)))
		s->header.flags |= FLAG_PATH_TRUNCATED;
	s->file.directory_size = s->filled;
	__builtin_memset(&fresh, 0, sizeof(fresh));
	fresh.mode = s->file.mode;
	fresh.open_flags = open_flags;
	key.tgid = tgid;
	key.fd = result;
	bpf_map_update_elem(&transfers, &key, &fresh, BPF_ANY);
	emit_file(s);
	return 0;
}

__noinline int on_file_renamed(u64 old, u64 new, u64 result_bits)
{
	struct scratch *s = tracepoint_scratch();
	s64 result = result_bits;
	u32 tgid = bpf_get_current_pid_tgid() >> 32;
	struct process *process = bpf_map_lookup_elem(&processes, &tgid);

	if (!s || !process)
		return 0;
	begin_file(s, RECORD_FILE_RENAMED, &process->session, tgid, -1, process->protocol);
	s->file.error = result < 0 ? -result : 0;
	append_directory(s, (void *)bpf_get_current_task());
	s->file.first_size = append_text(s, old);
	s->file.second_size = append_text(s, new);
	emit_file(s);
	return 0;
}

static __always_inline void report_file_end(struct scratch *s, const struct session_key *session, u32 protocol,
					    const struct transfer_key *key, struct transfer *transfer, u16 flags)
{
	begin_file(s, RECORD_FILE_CLOSED, session, key->tgid, key->fd, protocol);
	s->header.flags = flags;
	s->file.read = transfer->read;
	s->file.written = transfer->written;
	s->file.mode = transfer->mode;
	s->file.open_flags = transfer->open_flags;
	emit(s, sizeof(struct file_record), 0);
	bpf_map_delete_elem(&transfers, key);
}

static __always_inline void report_aborted_files(struct scratch *s, u32 tgid, const struct session_key *session,
						 u32 protocol)
{
	struct transfer_key key = { .tgid = tgid };

	for (u32 fd = 0; fd < ABORTED_LIMIT; fd++) {
		struct transfer *transfer;

		key.fd = fd;
		transfer = bpf_map_lookup_elem(&transfers, &key);
		if (transfer)
			report_file_end(s, session, protocol, &key, transfer, FLAG_ABORTED);
	}
}

/* Bytes read from and written to a file that is followed, its mode, and its end. */
__noinline int on_file_used(u64 fd, u64 number, u64 result_bits)
{
	struct transfer_key key = { .tgid = bpf_get_current_pid_tgid() >> 32, .fd = fd };
	struct transfer *transfer = bpf_map_lookup_elem(&transfers, &key);
	s64 result = result_bits;
	struct process *process;
	struct scratch *s;

	if (!transfer || result < 0)
		return 0;
	if (number == NR_READ || number == NR_PREAD) {
		transfer->read += result;
	} else if (number == NR_WRITE || number == NR_PWRITE) {
		transfer->written += result;
	} else if (number == NR_FCHMOD) {
		struct file *file = descriptor(descriptors((void *)bpf_get_current_task()), fd);

		if (file)
			transfer->mode = BPF_CORE_READ(file, f_inode, i_mode);
	} else if (number == NR_CLOSE) {
		process = bpf_map_lookup_elem(&processes, &key.tgid);
		s = tracepoint_scratch();
		if (process && s)
			report_file_end(s, &process->session, process->protocol, &key, transfer, 0);
	}
	return 0;
}

static __always_inline void on_transfer_call(struct pt_regs *regs, int number, long result)
{
	u64 first = SYSCALL_ARG1(regs), second = SYSCALL_ARG2(regs), third = SYSCALL_ARG3(regs);

	if (number == NR_OPENAT)
		on_file_opened(second, third, SYSCALL_ARG4(regs), result);
	else if (number == NR_OPEN)
		on_file_opened(first, second, third, result);
	else if (number == NR_CREAT)
		on_file_opened(first, 1, second, result);
	else if (number == NR_RENAME)
		on_file_renamed(first, second, result);
	else if (number == NR_RENAMEAT || number == NR_RENAMEAT2)
		on_file_renamed(second, SYSCALL_ARG4(regs), result);
	else
		on_file_used(first, number, result);
}

/* Which transfer program a task executes; 0: none. */
static __always_inline u32 transfer_protocol(struct task_struct *task)
{
	struct file *program = BPF_CORE_READ(task, mm, exe_file);
	char name[16];

	__builtin_memset(name, 0, sizeof(name));
	if (!program || BPF_CORE_READ(program, f_inode, i_uid.val) != 0 ||
	    bpf_probe_read_kernel_str(name, sizeof(name), BPF_CORE_READ(program, f_path.dentry, d_name.name)) < 0)
		return 0;
	if (name[0] == 's' && name[1] == 'c' && name[2] == 'p' && !name[3])
		return PROTOCOL_SCP;
	if (name[0] == 'r' && name[1] == 's' && name[2] == 'y' && name[3] == 'n' && name[4] == 'c' && !name[5])
		return PROTOCOL_RSYNC;
	if (name[0] == 's' && name[1] == 'f' && name[2] == 't' && name[3] == 'p' && name[4] == '-' &&
	    name[5] == 's' && name[6] == 'e' && name[7] == 'r' && name[8] == 'v' && name[9] == 'e' &&
	    name[10] == 'r' && !name[11])
		return PROTOCOL_SFTP;
	return 0;
}

/* Most arguments of an rsync that are looked at. A client starts a server with fewer, unless it names many files. */
#define RSYNC_ARGUMENTS 64
#define OPTION(a, b, c, d, e, f)                                                                                       \
	((u64)'-' | (u64)'-' << 8 | (u64)(a) << 16 | (u64)(b) << 24 | (u64)(c) << 32 | (u64)(d) << 40 |                \
	 (u64)(e) << 48 | (u64)(f) << 56)

/*
 * Which way the rsync goes that the current task has just executed: `rsync --server --sender` sends, `--server` alone
 * receives. One that was not seen to its last argument may go either way, as may a client, and a daemon over ssh.
 */
__noinline int rsync_direction(u64 unused)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct scratch *s = tracepoint_scratch();
	bool server = false, sender = false;
	u64 end;

	if (!s)
		return PROTOCOL_RSYNC;
	s->from = BPF_CORE_READ(task, mm, arg_start);
	end = BPF_CORE_READ(task, mm, arg_end);
	for (int i = 0; i < RSYNC_ARGUMENTS; i++) {
		u64 option;
		long n;

		if (s->from >= end)
			return !server ? PROTOCOL_RSYNC : sender ? PROTOCOL_RSYNC_SENDER : PROTOCOL_RSYNC_RECEIVER;
		n = bpf_probe_read_user_str(s->data, PATH_LIMIT, (void *)s->from);
		if (n <= 0 || n >= PATH_LIMIT)
			return PROTOCOL_RSYNC;
		s->from += n;
		if (n != sizeof(option) + 1)
			continue;
		__builtin_memcpy(&option, s->data, sizeof(option));
		if (option == OPTION('d', 'a', 'e', 'm', 'o', 'n'))
			return PROTOCOL_RSYNC;
		server |= option == OPTION('s', 'e', 'r', 'v', 'e', 'r');
		sender |= option == OPTION('s', 'e', 'n', 'd', 'e', 'r');
	}
	return PROTOCOL_RSYNC;
}

/*
 * An sshd that writes to the standard output of a channel is the command of that channel: it serves sftp by itself.
 * (sshd's end of the pipe is another descriptor, and it only reads there.)
 */
__noinline int find_internal_sftp(u64 pid)
{
	struct scratch *s = tracepoint_scratch();
	u32 tgid = pid;
	struct process *process = bpf_map_lookup_elem(&processes, &tgid);
	struct channel_key key;
	struct channel *channel;

	if (!s || !process)
		return 0;
	__builtin_memset(&key, 0, sizeof(key));
	key.session = process->session;
	channel = find_own_channel((void *)bpf_get_current_task(), 1, &key);
	if (!channel || key.kind != CHANNEL_PIPES)
		return 0;
	process->role |= ROLE_TRANSFER | ROLE_SUBSYSTEM;
	process->protocol = PROTOCOL_SFTP;
	channel->transfer = 1;
	note_user(&key.session, (void *)bpf_get_current_task());
	report_terminal(s, RECORD_SUBSYSTEM, &key, channel->seen_ns, NULL, 0);
	emit(s, sizeof(s->terminal), 0);
	return 0;
}
