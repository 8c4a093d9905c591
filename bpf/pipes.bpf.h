/* SPDX-License-Identifier: GPL-2.0 */
/* Channels without a pty: which pipes of an sshd are a channel's, and what goes through them until they are closed. */
#pragma once
#include "emit.bpf.h"
#include "task.bpf.h"
#include "terminal.bpf.h"

/* A stream of a channel is over: sshd has read its end, or has closed it before, as when the client is gone. */
static __always_inline void end_pipe(struct scratch *s, const struct pipe_key *pipe, struct pipe_end *end)
{
	struct channel_key key = end->channel;
	u32 stream = end->stream;
	struct channel *channel;

	bpf_map_delete_elem(&pipe_ends, pipe);
	channel = bpf_map_lookup_elem(&channels, &key);
	if (!channel || stream == STREAM_INPUT)
		return;
	channel->ended |= stream;
	if (channel->ended == (STREAM_OUTPUT | STREAM_ERROR))
		report_channel_end(s, &key, channel);
}

static __always_inline void on_pipe(struct scratch *s, u32 tgid, u32 fd, struct inode *inode, u64 buffer, bool write,
				    long result)
{
	struct pipe_key pipe = { .tgid = tgid, .fd = fd };
	struct pipe_end *end = bpf_map_lookup_elem(&pipe_ends, &pipe);
	struct channel_key key;
	struct channel *channel;

	if (!end || end->inode != BPF_CORE_READ(inode, i_ino) || write != (end->stream == STREAM_INPUT))
		return;
	if (!write && !result) {
		end_pipe(s, &pipe, end);
		return;
	}
	key = end->channel;
	channel = bpf_map_lookup_elem(&channels, &key);
	if (!channel)
		return;
	if (write)
		__sync_fetch_and_add(&channel->ends.input, result);
	else
		report_output(s, &key, channel, end->stream, buffer, result);
}

__noinline int on_sshd_close(u64 fd)
{
	struct pipe_key pipe = { .tgid = bpf_get_current_pid_tgid() >> 32, .fd = fd };
	struct pipe_end *end = bpf_map_lookup_elem(&pipe_ends, &pipe);
	struct scratch *s = tracepoint_scratch();

	if (s && end)
		end_pipe(s, &pipe, end);
	return 0;
}

/* The channel has its entry already. */
static __always_inline void store_pipe_end(u32 tgid, u32 fd, u64 inode, const struct channel_key *channel_key,
					   u32 stream)
{
	struct pipe_key key = { .tgid = tgid, .fd = fd };
	struct pipe_end end = { .channel = *channel_key, .inode = inode, .stream = stream };
	struct channel *channel = bpf_map_lookup_elem(&channels, channel_key);

	if (!channel || bpf_map_update_elem(&pipe_ends, &key, &end, BPF_ANY)) {
		count_missing(&channel_key->session);
		return;
	}
	channel->sshd = tgid;
	if (stream == STREAM_OUTPUT)
		channel->pipes[0] = fd;
	else if (stream == STREAM_ERROR)
		channel->pipes[1] = fd;
	else
		channel->pipes[2] = fd;
}

/* The other end of a pipe that has an end to read from. */
static __always_inline void pair_pipe(struct scratch *s, u64 inode, u32 fd)
{
	for (int i = 0; i < 4; i++) {
		if (s->readers[i] != inode)
			continue;
		s->pipes[s->pipe_count & 3] = inode;
		s->read_fds[s->pipe_count & 3] = s->reader_fds[i];
		s->write_fds[s->pipe_count & 3] = fd;
		s->pipe_count++;
		return;
	}
}

#define DESCRIPTOR_LIMIT 1024

/*
 * A channel without a pty: sshd has made pipes for stdin, stdout and stderr, in this order, and forks with both ends of
 * each still open. Exactly three: PAM's password helper has two, with the password in one of them. What it reads older
 * channels from it has set not to block: those are left out.
 */
static __always_inline void find_pipe_channel(struct task_struct *sshd, u32 tgid, const struct session_key *session,
					      struct scratch *s)
{
	struct channel_key key = { .session = *session, .kind = CHANNEL_PIPES };
	struct channel *channel;
	struct fdtable *table = descriptors(sshd);

	s->reader_count = s->pipe_count = s->unused = 0;
	s->readers[0] = s->readers[1] = s->readers[2] = s->readers[3] = 0;
	for (u32 fd = 3; fd < DESCRIPTOR_LIMIT; fd++) {
		struct file *file = descriptor(table, fd);
		struct inode *inode;
		u32 kind, flags;

		if (!file) {
			s->unused++;
			continue;
		}
		inode = file_inode(file, &kind);
		if (kind != S_IFIFO)
			continue;
		flags = BPF_CORE_READ(file, f_flags);
		if (flags & O_NONBLOCK)
			continue;
		if ((flags & O_ACCMODE) == 0) {
			s->readers[s->reader_count & 3] = BPF_CORE_READ(inode, i_ino);
			s->reader_fds[s->reader_count & 3] = fd;
			s->reader_count++;
		} else {
			pair_pipe(s, BPF_CORE_READ(inode, i_ino), fd);
		}
	}
	if (s->pipe_count != 3) {
		/* A new pipe takes the lowest free descriptors: only if none was left below may it be further up. */
		if (!s->unused)
			count_missing(session);
		return;
	}
	key.index = s->pipes[1];
	channel = store_channel(s, &key, 0);
	if (!channel)
		return;
	store_pipe_end(tgid, s->write_fds[0], s->pipes[0], &key, STREAM_INPUT);
	store_pipe_end(tgid, s->read_fds[1], s->pipes[1], &key, STREAM_OUTPUT);
	store_pipe_end(tgid, s->read_fds[2], s->pipes[2], &key, STREAM_ERROR);
	report_terminal(s, RECORD_CHANNEL_OPENED, &key, channel->seen_ns, NULL, 0);
	emit(s, sizeof(s->terminal), 0);
}
