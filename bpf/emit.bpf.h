/* SPDX-License-Identifier: GPL-2.0 */
/* Puts records into the ring buffer and counts, per session and in all, what does not fit. */
#pragma once
#include "maps.bpf.h"

static __always_inline void fill_header(struct record_header *header, u16 type, const struct session_key *session)
{
	header->epoch = settings.epoch_ns;
	header->number = 0;
	header->time_ns = bpf_ktime_get_boot_ns();
	header->session.start_ns = session->start_ns;
	header->session.pid = session->pid;
	header->session.reserved = 0;
	header->cpu = bpf_get_smp_processor_id();
	header->size = 0;
	header->type = type;
	header->flags = 0;
	header->reserved = 0;
}

static __always_inline struct session *find_session(const struct session_key *key)
{
	return bpf_map_lookup_elem(&sessions, key);
}

/* Something of a session for which a map or its own limit has no room: its recording says that something is missing. */
static __always_inline void count_missing(const struct session_key *key)
{
	struct session *session = find_session(key);

	if (session)
		__sync_fetch_and_add(&session->totals.lost_records, 1);
	count_no_room();
}

static __always_inline void count_for_session(struct scratch *s, u64 output_bytes, bool lost)
{
	struct session *session = find_session(&s->header.session);

	if (!session)
		return;
	if (!lost) {
		__sync_fetch_and_add(&session->totals.emitted_bytes, output_bytes);
	} else if (output_bytes) {
		__sync_fetch_and_add(&session->totals.lost_bytes, output_bytes);
		__sync_fetch_and_add(&session->totals.lost_output_records, 1);
	} else {
		__sync_fetch_and_add(&session->totals.lost_records, 1);
	}
}

/*
 * One attempt to deliver the record in scratch. The wake-up is the kernel's default, which suits both ends: the
 * consumer is woken when it had read everything, and not again while it drains.
 */
static __always_inline bool emit(struct scratch *s, u64 size, u64 output_bytes)
{
	struct cpu_counters *count = cpu_counters();

	if (!count)
		return false;
	s->header.number = ++count->attempted;
	s->header.size = size;
	if (!(output_bytes && bpf_ringbuf_query(&records, BPF_RB_AVAIL_DATA) > settings.output_limit) &&
	    !bpf_ringbuf_output(&records, s, size, 0)) {
		if (output_bytes)
			count_for_session(s, output_bytes, false);
		return true;
	}
	count->lost_records++;
	count->lost_bytes += output_bytes;
	count_for_session(s, output_bytes, true);
	return false;
}
