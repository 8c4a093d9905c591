/*
 * The first and only program of a booted kernel: loads the probe, as libbpf loads it for the daemon, and turns the
 * machine off. What the verifier says is printed where it refuses.
 */
#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

static int print(enum libbpf_print_level level, const char *format, va_list arguments)
{
	return level == LIBBPF_DEBUG ? 0 : vprintf(format, arguments);
}

int main(void)
{
	struct utsname kernel;
	struct bpf_object *probe;

	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	uname(&kernel);
	printf("kernel %s\n", kernel.release);
	libbpf_set_print(print);
	probe = bpf_object__open_file("/probe.bpf.o", NULL);
	printf("%sok the kernel accepts the probe\n", probe && !bpf_object__load(probe) ? "" : "not ");
	printf("end of checks\n");
	fflush(stdout);
	sync();
	return reboot(RB_POWER_OFF);
}
