/* SPDX-License-Identifier: GPL-2.0 */
/* Maps, settings and the working memory of the programs. */
#pragma once
#include "kernel.h"
#include "wire.h"

/* Fixed before the programs are loaded. A section of its own: clang puts constants of its own into .rodata. */
const volatile struct settings settings SEC(".rodata.settings") = {
	.output_limit = 7 << 20,
	.session_channels = 1024,
};

enum role {
	ROLE_SSHD = 1,    /* sshd itself, before any exec of something else */
	ROLE_MONITOR = 2, /* the sshd process that names the session */
	ROLE_COMMAND = 4, /* executed a program: its end is reported */
	ROLE_TRANSFER = 8, /* transfers files: those that it opens are followed */
	ROLE_SUBSYSTEM = 16, /* an sshd that serves sftp by itself, and its channel was told so */
};

struct process {
	struct session_key session;
	u32 role;
	u32 protocol; /* enum transfer_protocol, of ROLE_TRANSFER */
	u32 uid, euid; /* as they were last reported */
	u32 kept;      /* bytes of its first output that were reported */
	u32 reserved;
	u64 printed;
};

enum message_phase { PHASE_LENGTH, PHASE_TYPE, PHASE_BODY };

/* Where one direction of a monitor's socket pair stands. */
struct message_state {
	u32 phase; /* enum message_phase: what comes next */
	u32 type;
	u32 left;   /* bytes of the message that are still to come, without its length */
	u32 offset; /* bytes of the body that have come */
};

/* A sign-in that goes on, by the monitor's pid. */
struct sign_in {
	u64 socket; /* address of the monitor's struct sock; 0 until it has read from it */
	struct message_state request, answer;
};

#define HASH_MAP(name, key_type, value_type, entries)                                                                  \
	struct {                                                                                                       \
		__uint(type, BPF_MAP_TYPE_HASH);                                                                       \
		__uint(max_entries, entries);                                                                          \
		__type(key, key_type);                                                                                 \
		__type(value, value_type);                                                                             \
	} name SEC(".maps")

HASH_MAP(processes, u32, struct process, 65536);

/*
 * How many of `processes` have a pid that ends in these 16 bits. A look-up here is three instructions and no call, so
 * this is what every system call of a process that is nobody's business costs.
 */
#define MEMBER_SLOTS 65536
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MEMBER_SLOTS);
	__type(key, u32);
	__type(value, u64);
} members SEC(".maps");

HASH_MAP(sessions, struct session_key, struct session, 16384);
/* Whoever deletes a session's entry here reports its end: that happens once even if two sshds exit at a time. */
HASH_MAP(open_sessions, struct session_key, u32, 16384);
HASH_MAP(sign_ins, u32, struct sign_in, 16384);
HASH_MAP(channels, struct channel_key, struct channel, 16384);
/*
 * User space's memory for the daemon that comes after one that died: how many lost records of a session it has reported and,
 * under the same key with reserved = 1, how many file transfers it has summed up and not told yet.
 */
HASH_MAP(reported_losses, struct session_key, u64, 16384);
/* The same of sign-ins that go on. No program uses it; the room is taken only while there are some. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct session_key);
	__type(value, struct sign_in_progress);
} sign_in_progress SEC(".maps");
/* At the start only: finds processes whose parent has gone, by audit session id. */
HASH_MAP(audit_sessions, u32, struct session_key, 16384);

/* Three of a channel. They go when sshd closes them, with their channel at the latest. */
HASH_MAP(pipe_ends, struct pipe_key, struct pipe_end, 3 * 16384);

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 << 20); /* user space sets another size, and settings.output_limit to match */
} records SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct cpu_counters);
} counters SEC(".maps");

/*
 * Loop state lives here and is volatile: in registers the verifier would follow every value it can have and give up
 * after a million instructions.
 */
struct scratch {
	union {
		struct record_header header;
		struct session_opened session_opened;
		struct session_closed session_closed;
		struct terminal_record terminal;
		struct channel_closed channel_closed;
		struct output output;
		struct command_started started;
		struct command_arguments arguments;
		struct command_finished finished;
		struct sign_in_message sign_in_message;
		struct command_output command_output;
		struct privilege privilege;
		struct file_record file;
		struct input input;
		struct forward forward;
	};
	u8 data[OUTPUT_CHUNK + 256];
	volatile u64 filled; /* bytes of data */
	volatile u64 left, from, offset;
	volatile u64 readers[4], reader_fds[4], reader_count; /* inodes and descriptors of pipes that are read from */
	volatile u64 pipes[4], read_fds[4], write_fds[4], pipe_count; /* those of which both ends are there */
	volatile u64 unused; /* descriptors that are not in use */
	u32 uid;
	u32 reserved;
	struct session session;
	struct channel channel;
};

/*
 * Slot 0 is the tracepoints', which cannot be preempted; slot 1 the iterators', which can: a tracepoint on the same CPU
 * would write over theirs.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, u32);
	__type(value, struct scratch);
} scratches SEC(".maps");

static __always_inline struct scratch *tracepoint_scratch(void)
{
	u32 slot = 0;

	return bpf_map_lookup_elem(&scratches, &slot);
}

static __always_inline struct scratch *iterator_scratch(void)
{
	u32 slot = 1;

	return bpf_map_lookup_elem(&scratches, &slot);
}

static __always_inline void count_member(u32 tgid, s64 change)
{
	u32 slot = tgid & (MEMBER_SLOTS - 1);
	u64 *count = bpf_map_lookup_elem(&members, &slot);

	if (count)
		__sync_fetch_and_add(count, change);
}

/* True if the process is there now; it may have been before. */
static __always_inline bool store_process(u32 tgid, const struct process *process, bool replace)
{
	if (!bpf_map_update_elem(&processes, &tgid, process, BPF_NOEXIST)) {
		count_member(tgid, 1);
		return true;
	}
	return replace && !bpf_map_update_elem(&processes, &tgid, process, BPF_EXIST);
}

static __always_inline bool forget_process(u32 tgid)
{
	if (bpf_map_delete_elem(&processes, &tgid))
		return false;
	count_member(tgid, -1);
	return true;
}

static __always_inline struct cpu_counters *cpu_counters(void)
{
	u32 slot = 0;

	return bpf_map_lookup_elem(&counters, &slot);
}

static __always_inline void count_no_room(void)
{
	struct cpu_counters *count = cpu_counters();

	if (count)
		count->no_room++;
}
