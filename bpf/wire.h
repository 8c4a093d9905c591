/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The contract between the probe and user space. Every structure is free of padding and has a fixed size; tests/Bpf
 * compares each field's offset and size in the object's BTF with SshLog.Bpf's Wire.cs. Integers are in host order.
 *
 * A record is one of the structures below that start with a record_header, followed by header.size - sizeof(structure)
 * bytes of data where the structure says so.
 */
#pragma once

/* Most bytes of TERM, its NUL included. */
#define TERM_LIMIT 32
/* Most bytes of how far a sign-in has come. */
#define SIGN_IN_PROGRESS_LIMIT 1008

enum record_type {
	RECORD_SESSION_OPENED = 1,
	RECORD_SESSION_CLOSED = 2,
	RECORD_CHANNEL_OPENED = 3,
	RECORD_CHANNEL_CLOSED = 4,
	RECORD_OUTPUT = 5,
	RECORD_WINDOW = 6,
	RECORD_COMMAND_STARTED = 7,
	RECORD_COMMAND_ARGUMENTS = 8,
	RECORD_COMMAND_FINISHED = 9,
	RECORD_SIGN_IN_MESSAGE = 10,
	RECORD_SUBSYSTEM = 11, /* a terminal_record: sshd serves the channel's subsystem itself */
	RECORD_COMMAND_OUTPUT = 12,
	RECORD_PRIVILEGE = 13,
	RECORD_FILE_OPENED = 14,
	RECORD_FILE_CLOSED = 15,
	RECORD_FILE_RENAMED = 16,
	RECORD_INPUT = 17,
	RECORD_FORWARD = 18,
};

enum record_flag {
	/* The session or channel is older than the attachment. */
	FLAG_EXISTING = 1,
	/* The path of the program or of the file is deeper or longer than what was copied: its beginning is missing. */
	FLAG_PATH_TRUNCATED = 2,
	/* The same of the working directory. */
	FLAG_DIRECTORY_TRUNCATED = 4,
	/* In the terminal's foreground or background by itself: an interactive shell started it. */
	FLAG_TYPED = 8,
	/* The process ended with the file open. */
	FLAG_ABORTED = 16,
	/* An exec, not a system call, changed the identity. */
	FLAG_BY_EXEC = 32,
	/* An sshd opened the file itself: its end is not reported, the session's is. */
	FLAG_OF_SSHD = 64,
};

enum channel_kind { CHANNEL_PTY = 1, CHANNEL_PIPES = 2 };
enum channel_stream { STREAM_OUTPUT = 1, STREAM_ERROR = 2, STREAM_INPUT = 4 };
enum forward_kind {
	FORWARD_CONNECT = 1, /* sshd connects for the client */
	FORWARD_LISTEN = 2,  /* sshd listens for the client */
	FORWARD_ACCEPT = 3,  /* somebody connected to where it listens */
	FORWARD_RESULT = 4,  /* what became of a connect that was in progress */
};
/* rsync's server goes one way and reads or writes other files beside; which way, its arguments tell. */
enum transfer_protocol {
	PROTOCOL_SCP = 1,
	PROTOCOL_SFTP = 2,
	PROTOCOL_RSYNC = 3, /* either way: not a server, or not known */
	PROTOCOL_RSYNC_SENDER = 4,
	PROTOCOL_RSYNC_RECEIVER = 5,
};

enum session_flag {
	SESSION_SEEDED = 1,
	SESSION_MONITOR_EXITED = 2,
	SESSION_CLOSED = 4,
	SESSION_SIGN_IN_FOLLOWED = 8,
	SESSION_HAS_USER = 16,
};

/* Read-only data of the programs, set before they are loaded. */
struct settings {
	__u64 epoch_ns;
	__u64 output_limit; /* ring buffer fill in bytes above which output is refused; the rest is for other records */
	__u64 channel_limit;  /* bytes of each stream of a channel without a pty; what is beyond is counted only */
	__u64 transfer_limit; /* the same of a standard output that is a file transfer's protocol */
	__u64 record_input;   /* 1: what is typed is recorded while the terminal echoes */
	__u64 session_channels; /* entries of `channels` that one session may have at once */
};

/* A session is the sshd process that serves a connection: pid and start time (task_struct.start_boottime). */
struct session_key {
	__u64 start_ns;
	__u32 pid;
	__u32 reserved;
};

/* (epoch, cpu, number) names a record; number counts the CPU's attempts from 1, those that failed included. */
struct record_header {
	__u64 epoch;   /* CLOCK_BOOTTIME of the attachment, ns */
	__u64 number;  /* 0 in what the iterator reports at the start */
	__u64 time_ns; /* CLOCK_BOOTTIME */
	struct session_key session;
	__u32 cpu;
	__u32 size; /* of the whole record */
	__u16 type; /* enum record_type */
	__u16 flags;
	__u32 reserved;
};

struct endpoints {
	__u16 family; /* AF_INET: the first 4 bytes of the addresses, AF_INET6: 16; else they and the ports are zero */
	__u16 local_port;
	__u16 peer_port;
	__u16 reserved;
	__u8 local[16];
	__u8 peer[16];
};

struct channel_ref {
	__u64 index;   /* pty: tty_struct.index; pipes: inode of the standard output pipe */
	__u64 seen_ns; /* tells a channel from the next one with the same index */
	__u32 kind;    /* enum channel_kind */
	__u32 stream;  /* enum channel_stream where the record is about one, else 0 */
};

/* What became of a session's records; bytes are output bytes. */
struct session_totals {
	__u64 emitted_bytes;
	__u64 lost_bytes;          /* ring buffer full */
	__u64 unreadable_bytes;    /* the page that sshd had read into could not be read */
	__u64 lost_output_records;
	__u64 lost_records;        /* session, channel and command records; channels and processes without room */
};

struct session_opened {
	struct record_header header;
	struct endpoints ends;
};

struct session_closed {
	struct record_header header;
	struct session_totals totals;
	__s32 status; /* the monitor's wait status (wait(2)) */
	__u32 flags;  /* enum session_flag */
};

/* Channel opened, and window size changed. */
struct terminal_record {
	struct record_header header;
	struct channel_ref channel;
	__u32 rows;
	__u32 columns;
	__u32 uid; /* real user id of the sshd that serves the channel */
	__u32 reserved;
};

/* Index 0 is standard output (or the terminal), 1 standard error. */
struct stream_ends {
	__u64 offset[2]; /* bytes of the stream since the attachment */
	__u64 lost[2];   /* those of them that were not delivered */
	__u64 left_out[2]; /* those beyond the limit, all at the end */
	__u64 input;       /* bytes that the client sent, as far as they are counted: not of a pty */
};

struct channel_closed {
	struct record_header header;
	struct channel_ref channel;
	struct stream_ends ends;
};

/* Data: the bytes. */
struct output {
	struct record_header header;
	struct channel_ref channel;
	__u64 offset;
};

/*
 * Data: the executable's path, the working directory, the first argv_here bytes of argv. A path is its components from
 * the last to the first, each NUL-terminated. More argv follows in command_arguments records.
 */
struct command_started {
	struct record_header header;
	__u32 pid;
	__u32 parent_pid;
	__u32 uid;
	__u32 euid;
	__u32 gid;
	__u32 loginuid;      /* 0xffffffff: not set */
	__u32 audit_session; /* 0xffffffff: not set */
	__s32 tty;           /* -1: none */
	__u64 argv_total;
	__u32 argv_captured; /* what this and the following records hold together */
	__u32 argv_here;
	__u32 executable_size;
	__u32 directory_size;
	struct channel_ref channel; /* of what sshd itself starts; kind 0: not */
	__u8 term[TERM_LIMIT];      /* then TERM of its environment, NUL-terminated */
};

/* Data: argv bytes from offset on. Belongs to the command of the same pid and start. */
struct command_arguments {
	struct record_header header;
	__u64 started_ns; /* header.time_ns of the command_started record */
	__u32 pid;
	__u32 offset;
};

struct command_finished {
	struct record_header header;
	__u32 pid;
	__s32 status;  /* wait status */
	__u64 printed; /* bytes written to fd 1 and 2 where they are the session's terminal or a channel's standard output */
};

/* Data: the first COMMAND_OUTPUT_LIMIT bytes that are counted in command_finished.printed, in one or more pieces. */
struct command_output {
	struct record_header header;
	__u32 pid;
	__u32 offset;
};

/* A process has another user id. */
struct privilege {
	struct record_header header;
	__u32 pid;
	__u32 uid_before;
	__u32 euid_before;
	__u32 uid;
	__u32 euid;
	__u32 reserved;
};

/*
 * A regular file of a program that transfers files. Data: directory_size bytes of path components (see
 * command_started), then first_size and second_size bytes of text, each NUL-terminated. Opened: the file's path as
 * components; if that failed, the working directory and the name as it was given. Renamed: the working directory, the
 * old and the new name. Closed: nothing.
 */
struct file_record {
	struct record_header header;
	__u64 read;
	__u64 written;
	__u32 pid;
	__s32 fd;
	__u32 open_flags; /* O_* */
	__u32 mode;       /* S_IF* and permissions */
	__u32 error;      /* errno; 0: none */
	__u32 protocol;   /* enum transfer_protocol */
	__u32 directory_size;
	__u32 first_size;
	__u32 second_size;
	__u32 reserved;
};

/*
 * A socket of sshd's that forwards for the client. Data: path_size bytes of a unix socket's path, without a NUL; of an
 * accepted one that which it is connected to.
 */
struct forward {
	struct record_header header;
	struct endpoints ends; /* family AF_UNIX: the path; connect: peer; listen: local; accept: both; result: none */
	__u32 pid;
	__s32 fd;
	__u32 kind;  /* enum forward_kind */
	__u32 error; /* errno; EINPROGRESS: a FORWARD_RESULT of the same pid and fd follows */
	__u32 path_size;
	__u32 reserved;
};

/* What the client typed. Data: the bytes, or none while the terminal does not echo; then `hidden` of them. */
struct input {
	struct record_header header;
	struct channel_ref channel;
	__u64 hidden;
};

/*
 * A message of sshd's monitor protocol, or a piece of its body. Data: body bytes from offset on, as far as they are
 * copied at all: of most types none.
 */
struct sign_in_message {
	struct record_header header;
	__u32 type;
	__u32 body_size;
	__u32 offset;
	__u32 reserved;
};

/* Value of the map `sessions`. */
struct session {
	struct endpoints ends;
	__u64 opened_ns;
	__s64 sshds; /* sshd processes alive: the connection ends with the last one */
	__s32 status;
	__u32 flags; /* enum session_flag */
	__u32 uid;   /* SESSION_HAS_USER: whom its first channel's program ran as */
	__u32 channels; /* entries of `channels` that it has */
	struct session_totals totals;
};

/* Key and value of the map `channels`. */
struct channel_key {
	struct session_key session;
	__u64 index;
	__u32 kind;
	__u32 reserved;
};

struct channel {
	__u64 seen_ns;
	__u64 tty; /* address of the pty's tty_struct: another one means that the number was reused */
	struct stream_ends ends;
	__u32 ended; /* bit per stream: 1 output, 2 error */
	__u32 transfer; /* 1: standard output is a file transfer's protocol */
	__u32 sshd;     /* pid of the sshd that holds its pipes */
	__u32 pipes[3]; /* its descriptors of standard output, error and input in `pipe_ends`; 0: none */
};

/*
 * Key and value of the map `pipe_ends`: a descriptor that an sshd reads a channel's output from or writes its input to.
 * The inode tells if the descriptor is another file by now.
 */
struct pipe_key {
	__u32 tgid;
	__u32 fd;
};

struct pipe_end {
	struct channel_key channel;
	__u64 inode;
	__u32 stream; /* enum channel_stream */
	__u32 reserved;
};

/* Value of the map `sign_in_progress`. */
struct sign_in_progress {
	__u64 position; /* of the ring buffer, behind the last message that is in it */
	__u32 size;
	__u32 reserved;
	__u8 progress[SIGN_IN_PROGRESS_LIMIT]; /* as user space writes it */
};

/* Value of the per-CPU array `counters`. */
struct cpu_counters {
	__u64 attempted;
	__u64 lost_records;
	__u64 lost_bytes;
	__u64 unreadable_bytes;
	__u64 no_room; /* processes, sessions or channels that a full map could not take */
};

#define OUTPUT_CHUNK 16384
#define ARGV_LIMIT 65536
#define COMMAND_OUTPUT_LIMIT 4096
/* Most bytes of a user name's and of a public key's message. */
#define SIGN_IN_USER_LIMIT 512
#define SIGN_IN_KEY_LIMIT 8192

_Static_assert(sizeof(struct settings) == 48, "settings");
_Static_assert(sizeof(struct session_key) == 16, "session_key");
_Static_assert(sizeof(struct record_header) == 56, "record_header");
_Static_assert(__builtin_offsetof(struct record_header, cpu) == 40, "record_header.cpu");
_Static_assert(__builtin_offsetof(struct record_header, type) == 48, "record_header.type");
_Static_assert(sizeof(struct endpoints) == 40, "endpoints");
_Static_assert(sizeof(struct channel_ref) == 24, "channel_ref");
_Static_assert(sizeof(struct session_totals) == 40, "session_totals");
_Static_assert(sizeof(struct session_opened) == 96, "session_opened");
_Static_assert(sizeof(struct session_closed) == 104, "session_closed");
_Static_assert(sizeof(struct terminal_record) == 96, "terminal_record");
_Static_assert(sizeof(struct channel_closed) == 136, "channel_closed");
_Static_assert(sizeof(struct output) == 88, "output");
_Static_assert(sizeof(struct command_started) == 168, "command_started");
_Static_assert(__builtin_offsetof(struct command_started, argv_total) == 88, "command_started.argv_total");
_Static_assert(sizeof(struct command_arguments) == 72, "command_arguments");
_Static_assert(sizeof(struct command_finished) == 72, "command_finished");
_Static_assert(sizeof(struct command_output) == 64, "command_output");
_Static_assert(sizeof(struct privilege) == 80, "privilege");
_Static_assert(sizeof(struct file_record) == 112, "file_record");
_Static_assert(sizeof(struct forward) == 120, "forward");
_Static_assert(sizeof(struct input) == 88, "input");
_Static_assert(sizeof(struct sign_in_message) == 72, "sign_in_message");
_Static_assert(sizeof(struct session) == 112, "session");
_Static_assert(sizeof(struct channel_key) == 32, "channel_key");
_Static_assert(sizeof(struct channel) == 96, "channel");
_Static_assert(sizeof(struct pipe_end) == 48, "pipe_end");
_Static_assert(sizeof(struct sign_in_progress) == 1024, "sign_in_progress");
_Static_assert(sizeof(struct cpu_counters) == 40, "cpu_counters");
