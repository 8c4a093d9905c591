/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Channels and what they print: bytes that sshd reads from a pty's master or from a command's output pipes. What sshd
 * writes to them (typed input) and what it says to its own helpers (passwords) is never looked at.
 */
#pragma once
#include "emit.bpf.h"
#include "task.bpf.h"

static __always_inline void fill_channel(struct channel_ref *ref, const struct channel_key *key, u64 seen_ns,
					 u32 stream)
{
	ref->index = key->index;
	ref->seen_ns = seen_ns;
	ref->kind = key->kind;
	ref->stream = stream;
}

/* NULL if there is no room for it. */
static __always_inline struct channel *store_channel(struct scratch *s, const struct channel_key *key, u64 tty)
{
	struct session *session = find_session(&key->session);
	struct channel *channel = &s->channel;

	channel->seen_ns = bpf_ktime_get_boot_ns();
	channel->tty = tty;
	channel->ends.offset[0] = channel->ends.offset[1] = 0;
	channel->ends.lost[0] = channel->ends.lost[1] = 0;
	channel->ends.left_out[0] = channel->ends.left_out[1] = 0;
	channel->ends.input = 0;
	channel->ended = 0;
	channel->transfer = 0;
	channel->sshd = channel->pipes[0] = channel->pipes[1] = channel->pipes[2] = 0;
	/* The entry of one whose end could not be reported is used again. */
	if (bpf_map_update_elem(&channels, key, channel, BPF_EXIST) && session &&
	    *(volatile u32 *)&session->channels < settings.session_channels &&
	    !bpf_map_update_elem(&channels, key, channel, BPF_NOEXIST))
		__sync_fetch_and_add(&session->channels, 1);
	channel = bpf_map_lookup_elem(&channels, key);
	if (!channel)
		count_missing(&key->session);
	return channel;
}

static __always_inline void delete_channel(const struct channel_key *key)
{
	struct session *session = find_session(&key->session);

	if (!bpf_map_delete_elem(&channels, key) && session)
		__sync_fetch_and_add(&session->channels, -1);
}

/* The descriptor of one of the three pipes may be another channel's by now. */
static __always_inline void forget_pipe(const struct channel_key *key, u32 sshd, u32 fd)
{
	struct pipe_key pipe = { .tgid = sshd, .fd = fd };
	struct pipe_end *end = fd ? bpf_map_lookup_elem(&pipe_ends, &pipe) : NULL;

	if (end && end->channel.index == key->index && end->channel.session.start_ns == key->session.start_ns)
		bpf_map_delete_elem(&pipe_ends, &pipe);
}

/*
 * Also for window sizes: the two records have one shape. The size is the slave's: TIOCSWINSZ on either side sets it, and
 * the master keeps a copy on some kernels only.
 */
static __always_inline void report_terminal(struct scratch *s, u16 type, const struct channel_key *key, u64 seen_ns,
					    struct tty_struct *tty, u16 flags)
{
	struct tty_struct *user = tty ? BPF_CORE_READ(tty, link) : NULL;

	fill_header(&s->header, type, &key->session);
	s->header.flags = flags;
	fill_channel(&s->terminal.channel, key, seen_ns, 0);
	s->terminal.rows = user ? BPF_CORE_READ(user, winsize.ws_row) : 0;
	s->terminal.columns = user ? BPF_CORE_READ(user, winsize.ws_col) : 0;
	s->terminal.uid = 0;
	s->terminal.reserved = 0;
}

static __always_inline void report_channel_end(struct scratch *s, const struct channel_key *key,
					       struct channel *channel)
{
	forget_pipe(key, channel->sshd, channel->pipes[0]);
	forget_pipe(key, channel->sshd, channel->pipes[1]);
	forget_pipe(key, channel->sshd, channel->pipes[2]);
	fill_header(&s->header, RECORD_CHANNEL_CLOSED, &key->session);
	fill_channel(&s->channel_closed.channel, key, channel->seen_ns, 0);
	s->channel_closed.ends.offset[0] = channel->ends.offset[0];
	s->channel_closed.ends.offset[1] = channel->ends.offset[1];
	s->channel_closed.ends.lost[0] = channel->ends.lost[0];
	s->channel_closed.ends.lost[1] = channel->ends.lost[1];
	s->channel_closed.ends.left_out[0] = channel->ends.left_out[0];
	s->channel_closed.ends.left_out[1] = channel->ends.left_out[1];
	s->channel_closed.ends.input = channel->ends.input;
	/* Not delivered: user space finds the entry, and in it the end, when the session closes. */
	if (emit(s, sizeof(s->channel_closed), 0))
		delete_channel(key);
}

static __always_inline void count_unreadable(const struct session_key *key, u64 bytes)
{
	struct session *session = find_session(key);
	struct cpu_counters *count = cpu_counters();

	if (session)
		__sync_fetch_and_add(&session->totals.unreadable_bytes, bytes);
	if (count)
		count->unreadable_bytes += bytes;
}

/* The bytes of one read, in chunks; the offset moves on over what could not be delivered. */
static __always_inline void report_output(struct scratch *s, const struct channel_key *key, struct channel *channel,
					  u32 stream, u64 buffer, u64 size)
{
	u32 i = stream == STREAM_ERROR;

	u64 offset = channel->ends.offset[i], limit = ~0ull;

	channel->ends.offset[i] += size;
	if (key->kind == CHANNEL_PIPES)
		limit = channel->transfer && !i ? settings.transfer_limit : settings.channel_limit;
	/* Once something was left out, so is the rest: the recording has one place where it ends. */
	if (channel->ends.left_out[i] || offset >= limit) {
		channel->ends.left_out[i] += size;
		return;
	}
	if (size > limit - offset) {
		channel->ends.left_out[i] += size - (limit - offset);
		size = limit - offset;
	}
	s->left = size;
	s->from = buffer;
	s->offset = offset;
	for (int chunk = 0; chunk < 64; chunk++) {
		u64 n = s->left;

		if (!n)
			return;
		if (n > OUTPUT_CHUNK)
			n = OUTPUT_CHUNK;
		/* Keeps clang from dropping the second comparison, which the verifier needs. */
		asm volatile("" : "+r"(n));
		if (n > OUTPUT_CHUNK)
			return;
		fill_header(&s->header, RECORD_OUTPUT, &key->session);
		fill_channel(&s->output.channel, key, channel->seen_ns, stream);
		s->output.offset = s->offset;
		if (bpf_probe_read_user((u8 *)s + sizeof(struct output), n, (void *)s->from))
			break;
		if (!emit(s, sizeof(struct output) + n, n))
			channel->ends.lost[i] += n;
		s->left -= n;
		s->from += n;
		s->offset += n;
	}
	channel->ends.lost[i] += s->left;
	count_unreadable(&key->session, s->left);
}

static __always_inline void on_terminal(struct scratch *s, const struct session_key *session_key, struct file *file,
					bool resize, u64 buffer, long result)
{
	struct channel_key key = { .session = *session_key, .kind = CHANNEL_PTY };
	struct tty_file_private *private = BPF_CORE_READ(file, private_data);
	struct tty_struct *tty = BPF_CORE_READ(private, tty);
	struct channel *channel;
	bool fresh;

	if (!tty)
		return;
	key.index = BPF_CORE_READ(tty, index);
	channel = bpf_map_lookup_elem(&channels, &key);
	if (!channel && result < 0)
		return;
	if (channel && channel->tty != (u64)tty) {
		/* The number was given to another pty: the old one ended without our seeing its end. */
		report_channel_end(s, &key, channel);
		channel = NULL;
	}
	fresh = !channel;
	if (fresh) {
		struct session *session = find_session(session_key);
		/* sshd sets the size of every new pty first: a read first means that the pty is older than we. */
		bool existing = !resize && session && session->flags & SESSION_SEEDED;

		channel = store_channel(s, &key, (u64)tty);
		if (!channel)
			return;
		report_terminal(s, RECORD_CHANNEL_OPENED, &key, channel->seen_ns, tty, existing ? FLAG_EXISTING : 0);
		emit(s, sizeof(s->terminal), 0);
	}
	if (resize) {
		if (fresh)
			return;
		report_terminal(s, RECORD_WINDOW, &key, channel->seen_ns, tty, 0);
		emit(s, sizeof(s->terminal), 0);
	} else if (result > 0) {
		report_output(s, &key, channel, STREAM_OUTPUT, buffer, result);
	} else {
		report_channel_end(s, &key, channel);
	}
}

/* Typed, or pasted. What the terminal does not echo is counted, not looked at. */
static __always_inline void on_typed(struct scratch *s, const struct session_key *session, struct file *file, u64 buffer,
				     long result)
{
	struct tty_file_private *private = BPF_CORE_READ(file, private_data);
	struct tty_struct *tty = BPF_CORE_READ(private, tty), *user = tty ? BPF_CORE_READ(tty, link) : NULL;
	struct channel_key key = { .session = *session, .kind = CHANNEL_PTY };
	struct channel *channel;

	if (!user || result <= 0)
		return;
	key.index = BPF_CORE_READ(tty, index);
	channel = bpf_map_lookup_elem(&channels, &key);
	if (!channel)
		return;
	s->left = result;
	s->from = buffer;
	for (int chunk = 0; chunk < 8; chunk++) {
		bool echo = BPF_CORE_READ(user, termios.c_lflag) & ECHO;
		u64 n = s->left;

		if (!n)
			return;
		if (n > OUTPUT_CHUNK)
			n = OUTPUT_CHUNK;
		asm volatile("" : "+r"(n));
		if (n > OUTPUT_CHUNK)
			return;
		fill_header(&s->header, RECORD_INPUT, session);
		fill_channel(&s->input.channel, &key, channel->seen_ns, STREAM_INPUT);
		s->input.hidden = 0;
		if (!echo || bpf_probe_read_user((u8 *)s + sizeof(struct input), n, (void *)s->from)) {
			s->input.hidden = n;
			emit(s, sizeof(s->input), 0);
		} else {
			emit(s, sizeof(struct input) + n, 0);
		}
		s->left -= n;
		s->from += n;
	}
}
