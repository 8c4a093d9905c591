/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sign-in, as sshd's two processes tell it to each other: the one that talks to the client asks, the monitor answers,
 * over a socket pair. A message is a length (4 bytes, big-endian), a type (1 byte) and a body; the monitor reads the
 * length alone, then type and body in any pieces, and writes length and type together, then the body.
 *
 * Bodies hold passwords, session keys and PAM's conversation. So a type decides before a byte of its body is touched:
 * what body_limit() does not name is never read from the process's memory. Anything that does not look like the
 * protocol ends the following of it, for good.
 */
#pragma once
#include "emit.bpf.h"
#include "task.bpf.h"

/* Types of sshd's monitor protocol (monitor.h), the same in 9.2 and 10.0. */
enum monitor_message {
	ASK_USER = 8,
	TELL_USER = 9,
	ASK_PASSWORD = 12,
	TELL_PASSWORD = 13,
	ASK_KEY_ALLOWED = 22,
	TELL_KEY_ALLOWED = 23,
	ASK_KEY_VERIFY = 24,
	TELL_KEY_VERIFY = 25,
	ASK_KEY_EXPORT = 26, /* the last one: authentication is complete */
	TELL_GSS_USER = 47,
	ASK_STATE = 51, /* from 10.0 on: sshd-auth has its configuration from the monitor */
	TELL_STATE = 52,
	ASK_PAM_ACCOUNT = 102,
	TELL_PAM_ACCOUNT = 103,
	ASK_PAM_BEGIN = 104,
	ASK_PAM_RESPOND = 108,
	TELL_PAM_RESPOND = 109,
	ASK_PAM_END = 110,
};

#define BIT(type) (1ull << ((type) & 63))
#define MESSAGE_LIMIT (1 << 20)
#define TYPE_BYTES 1
#define LENGTH_BYTES 4

/* Tables as constants in code: clang would put an array into .rodata, which 5.10 refuses there. */
static __always_inline bool is_one_of(u32 type, u64 below_64, u64 below_128)
{
	if (type < 64)
		return below_64 >> type & 1;
	return type < 128 && below_128 >> (type - 64) & 1;
}

/* Even ones are asked, odd ones answered; these two the other way round. */
static __always_inline bool is_answer(u32 type)
{
	return type == ASK_STATE || type == TELL_STATE ? type == TELL_STATE : type & 1;
}

static __always_inline bool is_reported(u32 type)
{
	return is_one_of(type,
			 BIT(ASK_USER) | BIT(TELL_USER) | BIT(ASK_PASSWORD) | BIT(TELL_PASSWORD) |
				 BIT(ASK_KEY_ALLOWED) | BIT(TELL_KEY_ALLOWED) | BIT(ASK_KEY_VERIFY) |
				 BIT(TELL_KEY_VERIFY) | BIT(ASK_KEY_EXPORT) | BIT(TELL_GSS_USER),
			 BIT(ASK_PAM_ACCOUNT) | BIT(TELL_PAM_ACCOUNT) | BIT(ASK_PAM_BEGIN) | BIT(ASK_PAM_RESPOND) |
				 BIT(TELL_PAM_RESPOND) | BIT(ASK_PAM_END));
}

/*
 * How much of a body is copied. Of answers the result alone, which comes first: behind it are the account's entry, key
 * options and PAM's texts. A public key is public.
 */
static __always_inline u32 body_limit(u32 type)
{
	if (type == ASK_USER)
		return SIGN_IN_USER_LIMIT;
	if (type == ASK_KEY_ALLOWED)
		return SIGN_IN_KEY_LIMIT;
	if (type == TELL_USER)
		return 1;
	if (is_one_of(type,
		      BIT(TELL_PASSWORD) | BIT(TELL_KEY_ALLOWED) | BIT(TELL_KEY_VERIFY) | BIT(TELL_GSS_USER),
		      BIT(TELL_PAM_ACCOUNT) | BIT(TELL_PAM_RESPOND)))
		return 4;
	return 0;
}

/*
 * The monitor makes its socket pair and then forks the process that talks to the client: from this fork on the first
 * pair that it reads from is that one. Before it, it was given its configuration through another.
 */
static __always_inline void follow_sign_in(u32 monitor, const struct session_key *key)
{
	struct session *session = find_session(key);
	struct sign_in fresh;

	/* Of a session that was there already nobody knows in the middle of which message it is. */
	if (!session || session->flags & (SESSION_SEEDED | SESSION_SIGN_IN_FOLLOWED))
		return;
	session->flags |= SESSION_SIGN_IN_FOLLOWED;
	__builtin_memset(&fresh, 0, sizeof(fresh));
	if (bpf_map_update_elem(&sign_ins, &monitor, &fresh, BPF_ANY))
		count_no_room();
}

/*
 * A monitor that executes itself once more makes its pair after that: sshd -d and -i of 10.0 fork to pass the
 * configuration on before.
 */
static __always_inline void restart_sign_in(u32 monitor, const struct session_key *key)
{
	struct session *session = find_session(key);

	bpf_map_delete_elem(&sign_ins, &monitor);
	if (session)
		session->flags &= ~SESSION_SIGN_IN_FOLLOWED;
}

/* A socket pair: AF_UNIX, and neither end has a name. Clients of nscd, sssd or a system bus have a named peer. */
static __always_inline bool is_socket_pair(struct sock *sock)
{
	struct unix_sock *one = (void *)sock, *other;

	if (!bpf_core_type_exists(struct unix_sock) || BPF_CORE_READ(sock, __sk_common.skc_family) != AF_UNIX ||
	    BPF_CORE_READ(one, addr))
		return false;
	other = (void *)BPF_CORE_READ(one, peer);
	return other && !BPF_CORE_READ(other, addr);
}

static __always_inline void report_message(struct scratch *s, const struct session_key *key,
					   const struct message_state *state, u64 buffer, u64 bytes)
{
	struct sign_in_message *message = &s->sign_in_message;

	fill_header(&s->header, RECORD_SIGN_IN_MESSAGE, key);
	message->type = state->type;
	message->body_size = state->offset + state->left;
	message->offset = state->offset;
	message->reserved = 0;
	/* Here, because kernels before 6.2 know no limit of what was spilled to the stack in the meantime. */
	asm volatile("" : "+r"(bytes));
	if (bytes > SIGN_IN_KEY_LIMIT)
		return;
	if (bytes && bpf_probe_read_user((u8 *)s + sizeof(*message), bytes, (void *)buffer))
		bytes = 0;
	emit(s, sizeof(*message) + bytes, 0);
}

/* The type is known and is the first thing that is reported, unless some of the body goes with it. */
static __always_inline void begin_body(struct scratch *s, const struct session_key *key, struct message_state *state)
{
	state->offset = 0;
	state->phase = state->left ? PHASE_BODY : PHASE_LENGTH;
	if (is_reported(state->type) && !body_limit(state->type))
		report_message(s, key, state, 0, 0);
}

/* A piece of a body. False if it is longer than the body. */
static __always_inline bool continue_body(struct scratch *s, const struct session_key *key,
					  struct message_state *state, u64 buffer, u64 bytes)
{
	u32 limit = body_limit(state->type), offset = state->offset;
	u64 copied = bytes;

	if (bytes > state->left)
		return false;
	if (offset < limit) {
		if (copied > limit - offset)
			copied = limit - offset;
		report_message(s, key, state, buffer, copied);
	}
	state->offset += bytes;
	state->left -= bytes;
	if (!state->left)
		state->phase = PHASE_LENGTH;
	return true;
}

/* False if what the length says is no message. */
static __always_inline bool begin_message(struct message_state *state, u64 buffer)
{
	u32 length = 0;

	if (bpf_probe_read_user(&length, sizeof(length), (void *)buffer))
		return false;
	state->left = __builtin_bswap32(length);
	state->phase = PHASE_TYPE;
	return state->left && state->left <= MESSAGE_LIMIT;
}

static __always_inline bool take_type(struct scratch *s, const struct session_key *key, struct message_state *state,
				      u64 buffer, bool answer)
{
	u8 type = 0;

	if (bpf_probe_read_user(&type, sizeof(type), (void *)buffer) || is_answer(type) != answer)
		return false;
	state->type = type;
	state->left -= TYPE_BYTES;
	begin_body(s, key, state);
	return true;
}

/* The monitor has read a piece of a request. */
static __always_inline bool on_request(struct scratch *s, const struct session_key *key, struct message_state *state,
				       u64 buffer, u64 wanted, u64 bytes)
{
	if (state->phase == PHASE_LENGTH)
		return wanted == LENGTH_BYTES && bytes == LENGTH_BYTES && begin_message(state, buffer);
	if (state->phase == PHASE_TYPE) {
		if (!take_type(s, key, state, buffer, false))
			return false;
		buffer += TYPE_BYTES;
		bytes -= TYPE_BYTES;
		if (!bytes)
			return true;
	}
	return state->phase == PHASE_BODY && continue_body(s, key, state, buffer, bytes);
}

/* The monitor has written a piece of an answer. */
static __always_inline bool on_answer(struct scratch *s, const struct session_key *key, struct message_state *state,
				      u64 buffer, u64 wanted, u64 bytes)
{
	if (state->phase == PHASE_LENGTH)
		return wanted == LENGTH_BYTES + TYPE_BYTES && bytes == wanted && begin_message(state, buffer) &&
		       take_type(s, key, state, buffer + LENGTH_BYTES, true);
	return state->phase == PHASE_BODY && continue_body(s, key, state, buffer, bytes);
}

/* A read or a write of a session's monitor. */
static __always_inline void on_monitor_call(struct task_struct *task, u32 tgid, const struct session_key *key, u32 fd,
					    u64 buffer, u64 wanted, bool write, long result)
{
	struct sign_in *sign_in;
	struct scratch *s;
	struct sock *sock;
	bool understood;

	if (result <= 0)
		return;
	sign_in = bpf_map_lookup_elem(&sign_ins, &tgid);
	if (!sign_in)
		return;
	sock = file_socket(descriptor(descriptors(task), fd));
	if (!sock)
		return;
	if (!sign_in->socket) {
		if (write || !is_socket_pair(sock))
			return;
		sign_in->socket = (u64)sock;
	}
	if (sign_in->socket != (u64)sock)
		return;
	s = tracepoint_scratch();
	if (!s)
		return;
	if (write)
		understood = on_answer(s, key, &sign_in->answer, buffer, wanted, result);
	else
		understood = on_request(s, key, &sign_in->request, buffer, wanted, result);
	/* After the last message the pair carries session keys, and another one takes its place. */
	if (!understood || sign_in->request.type == ASK_KEY_EXPORT)
		bpf_map_delete_elem(&sign_ins, &tgid);
}
