"""A mail server that wants STARTTLS, then a name and password, and keeps each message in a file of its own."""
import asyncio
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

port, folder, certificate, key, user, password = sys.argv[1:]


class Keeper:
    count = 0

    async def handle_DATA(self, server, session, envelope):
        Keeper.count += 1
        path = os.path.join(folder, f"{Keeper.count:04}")
        with open(path + ".part", "wb") as file:
            file.write(f"X-Rcpt: {','.join(envelope.rcpt_tos)}\r\nX-Tls: {session.ssl is not None}\r\n".encode())
            file.write(envelope.original_content)
        os.rename(path + ".part", path + ".eml")
        return "250 kept"


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (user.encode(), password.encode()))


async def serve():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    loop = asyncio.get_running_loop()

    def session():
        return SMTP(Keeper(), tls_context=context, require_starttls=True, authenticator=authenticate, auth_required=True, loop=loop)

    server = await loop.create_server(session, "127.0.0.1", int(port))
    await server.serve_forever()


asyncio.run(serve())
