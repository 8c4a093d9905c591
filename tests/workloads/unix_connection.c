/*
 * Both ends of a connection through a unix socket, as systemd and its ssh proxy make one:
 *   unix_connection listen PATH PROGRAM [ARGUMENT...]  executes the program with the first connection as its standard input and output
 *   unix_connection connect PATH                       hands a connection to ssh (ProxyUseFdpass of ssh_config(5))
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int give(int connection)
{
	char byte = 0, control[CMSG_SPACE(sizeof(int))];
	struct iovec data = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *rights = CMSG_FIRSTHDR(&message);

	rights->cmsg_level = SOL_SOCKET;
	rights->cmsg_type = SCM_RIGHTS;
	rights->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(rights), &connection, sizeof(int));
	return sendmsg(STDOUT_FILENO, &message, 0) < 0;
}

int main(int count, char **arguments)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int socket_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), connection;

	if (count < 3 || socket_fd < 0)
		return 2;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", arguments[2]);
	if (!strcmp(arguments[1], "connect")) {
		for (int tries = 0; connect(socket_fd, (void *)&address, sizeof(address)); tries++) {
			if (tries == 100)
				return 1;
			usleep(100000);
		}
		return give(socket_fd);
	}
	if (bind(socket_fd, (void *)&address, sizeof(address)) || listen(socket_fd, 1))
		return 1;
	connection = accept(socket_fd, NULL, NULL);
	if (connection < 0 || dup2(connection, STDIN_FILENO) < 0 || dup2(connection, STDOUT_FILENO) < 0)
		return 1;
	close(connection);
	execv(arguments[3], arguments + 3);
	return 1;
}
