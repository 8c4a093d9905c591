/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The few fields of kernel structures that the probe reads, by name only: libbpf relocates every access to the running
 * kernel's layout (CO-RE), so order, size and the fields left out do not matter here.
 */
#pragma once
#include <stdbool.h>
#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;

#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define S_IFCHR 0020000
#define S_IFIFO 0010000
#define S_IFREG 0100000
#define O_ACCMODE 3
#define O_CLOEXEC 02000000
#define O_NONBLOCK 04000
#define SOCK_STREAM 1
#define SOL_SOCKET 1
#define SO_ERROR 4
#define EINPROGRESS 115
#define ECHO 010
/* Index of signal_struct.pids. */
#define PIDTYPE_PGID 2
#define PF_FORKNOEXEC 0x40
#define SIGNAL_GROUP_EXIT 4
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define AF_VSOCK 40
#define TCP_ESTABLISHED 1
#define TCP_LISTEN 10
#define EIO 5
#define TIOCSWINSZ 0x5414
/* MKDEV(5, 2), /dev/ptmx, as the kernel keeps device numbers: 12 bits major, 20 bits minor. */
#define PTMX_DEVICE (5u << 20 | 2)
#define PTY_SLAVE_MAJOR 136
/* MKDEV(5, 0), /dev/tty. */
#define TTY_DEVICE (5u << 20)
/* "Not set" of loginuid and of the audit session id (linux/audit.h). */
#define AUDIT_UNSET 0xffffffffu

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
	u32 val;
} kuid_t;

typedef struct {
	u32 val;
} kgid_t;

typedef struct {
	int counter;
} atomic_t;

struct winsize {
	unsigned short ws_row, ws_col;
};

struct super_block {
	struct dentry *s_root;
};

struct inode {
	u16 i_mode;
	kuid_t i_uid;
	unsigned long i_ino;
	u32 i_rdev;
};

struct qstr {
	const unsigned char *name;
};

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
};

struct vfsmount {
	struct dentry *mnt_root;
};

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct pid;

struct ktermios {
	unsigned int c_lflag;
};

struct tty_driver {
	int major;
};

struct tty_struct {
	int index;
	struct tty_struct *link;
	struct ktermios termios;
	struct tty_driver *driver;
	struct winsize winsize;
};

struct tty_file_private {
	struct tty_struct *tty;
};

struct file {
	void *private_data;
	struct inode *f_inode;
	unsigned int f_flags;
	struct path f_path;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
	unsigned long *close_on_exec;
};

struct files_struct {
	struct fdtable *fdt;
};

struct fs_struct {
	struct path root, pwd;
};

struct mm_struct {
	unsigned long arg_start, arg_end, env_start, env_end;
	struct file *exe_file;
};

struct cred {
	kuid_t uid, euid;
	kgid_t gid;
};

struct signal_struct {
	atomic_t live;
	struct pid *pids[4];
	int group_exit_code;
	unsigned int flags;
	struct tty_struct *tty;
};

struct task_struct {
	struct mm_struct *mm;
	int exit_code;
	int pid, tgid;
	unsigned int flags;
	struct task_struct *real_parent, *group_leader;
	const struct cred *cred;
	char comm[16];
	struct fs_struct *fs;
	struct files_struct *files;
	struct signal_struct *signal;
	kuid_t loginuid;
	unsigned int sessionid;
	u64 start_boottime;
};

struct in6_addr {
	u8 in6_u[16];
};

struct sock_common {
	u32 skc_daddr, skc_rcv_saddr;
	u16 skc_dport, skc_num, skc_family;
	volatile unsigned char skc_state;
	struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
};

struct sock {
	struct sock_common __sk_common;
};

struct sockaddr_un {
	u16 sun_family; /* the path stands behind it */
};

struct unix_address {
	int len; /* of the name, its family included */
	struct sockaddr_un name[];
};

struct unix_sock {
	struct unix_address *addr;
	struct sock *peer;
};

struct socket {
	short type;
	struct sock *sk;
};

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

struct linux_binprm;

/* System call number and arguments as the registers still hold them at sys_exit. */
#if defined(__TARGET_ARCH_x86)
struct pt_regs {
	unsigned long r10, di, si, dx, orig_ax;
};
#define SYSCALL_NUMBER(regs) ((int)(regs)->orig_ax)
#define SYSCALL_ARG1(regs) ((regs)->di)
#define SYSCALL_ARG2(regs) ((regs)->si)
#define SYSCALL_ARG3(regs) ((regs)->dx)
#define SYSCALL_ARG4(regs) ((regs)->r10)
#define NR_READ 0
#define NR_WRITE 1
#define NR_OPEN 2
#define NR_CLOSE 3
#define NR_IOCTL 16
#define NR_PREAD 17
#define NR_PWRITE 18
#define NR_WRITEV 20
#define NR_RENAME 82
#define NR_CREAT 85
#define NR_FCHMOD 91
#define NR_SETUID 105
#define NR_SETREUID 113
#define NR_SETRESUID 117
#define NR_CONNECT 42
#define NR_ACCEPT 43
#define NR_LISTEN 50
#define NR_GETSOCKOPT 55
#define NR_ACCEPT4 288
#define NR_OPENAT 257
#define NR_RENAMEAT 264
#define NR_RENAMEAT2 316
#elif defined(__TARGET_ARCH_arm64)
struct pt_regs {
	u64 regs[31];
	u64 orig_x0;
	int syscallno;
};
#define SYSCALL_NUMBER(regs) ((regs)->syscallno)
#define SYSCALL_ARG1(regs) ((regs)->orig_x0)
#define SYSCALL_ARG2(regs) ((regs)->regs[1])
#define SYSCALL_ARG3(regs) ((regs)->regs[2])
#define SYSCALL_ARG4(regs) ((regs)->regs[3])
#define NR_READ 63
#define NR_WRITE 64
#define NR_CLOSE 57
#define NR_IOCTL 29
#define NR_PREAD 67
#define NR_PWRITE 68
#define NR_WRITEV 66
#define NR_FCHMOD 52
#define NR_SETUID 146
#define NR_SETREUID 145
#define NR_SETRESUID 147
#define NR_CONNECT 203
#define NR_ACCEPT 202
#define NR_LISTEN 201
#define NR_GETSOCKOPT 209
#define NR_ACCEPT4 242
#define NR_OPENAT 56
#define NR_RENAMEAT 38
#define NR_RENAMEAT2 276
/* Calls that this architecture does not have. */
#define NR_OPEN -1
#define NR_CREAT -1
#define NR_RENAME -1
#else
#error "which registers hold a system call's arguments on this architecture?"
#endif

#pragma clang attribute pop
