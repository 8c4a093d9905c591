using SshLog.Core.Protocol;

namespace SshLog.Core.Tests;

public sealed class ClientIdentityTests
{
    [Fact]
    public void The_log_names_users_of_the_page_and_of_the_machine()
    {
        Assert.Equal("olga (web 192.0.2.7)", new ClientIdentity(null, "olga", "web 192.0.2.7", null).Label);
        Assert.Equal("uid 1000 (pid 4711)", new ClientIdentity(1000, null, "pid 4711", 4711).Label);
    }
}
