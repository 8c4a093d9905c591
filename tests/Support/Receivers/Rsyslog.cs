namespace SshLog.Tests.Support;

/// <summary>Debian's rsyslogd: UDP, TCP with octet counting, TLS.</summary>
internal sealed class Rsyslog : ReceiverProcess
{
    /// <param name="certificate">What it shows over TLS.</param>
    public Rsyslog(TestCertificate certificate)
    {
        (Udp, Tcp, Tls) = (FreePort(), FreePort(), FreePort());
        File.WriteAllText(InDirectory("cert.pem"), certificate.Pem);
        File.WriteAllText(InDirectory("key.pem"), certificate.KeyPem);
        File.WriteAllText(InDirectory("ca.pem"), certificate.AuthorityPem);
        File.WriteAllText(InDirectory("rsyslog.conf"), $$"""
            global(workDirectory="{{InDirectory(".")}}" maxMessageSize="64k" defaultNetstreamDriverCAFile="{{InDirectory("ca.pem")}}"
              defaultNetstreamDriverCertFile="{{InDirectory("cert.pem")}}" defaultNetstreamDriverKeyFile="{{InDirectory("key.pem")}}")
            module(load="imudp")
            module(load="imtcp")
            template(name="line" type="string" string="%inputname%|%syslogfacility-text%|%syslogseverity-text%|%timestamp:::date-rfc3339%|%hostname%|%app-name%|%procid%|%msgid%|%structured-data%|%msg%\n")
            ruleset(name="keep") { action(type="omfile" file="{{InDirectory("received")}}" template="line") }
            input(type="imudp" address="127.0.0.1" port="{{Udp}}" ruleset="keep")
            input(type="imtcp" name="tcp" address="127.0.0.1" port="{{Tcp}}" ruleset="keep")
            input(type="imtcp" name="tls" address="127.0.0.1" port="{{Tls}}" ruleset="keep" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="anon")

            """);
        Start([Tcp, Tls], "/usr/sbin/rsyslogd", "-n", "-f", InDirectory("rsyslog.conf"), "-i", InDirectory("pid"));
    }

    /// <summary>Ports on 127.0.0.1.</summary>
    public int Udp { get; }

    /// <inheritdoc cref="Udp"/>
    public int Tcp { get; }

    /// <inheritdoc cref="Udp"/>
    public int Tls { get; }

    /// <summary>
    /// What it has understood, once the condition holds: input, facility, severity, time, host, program, process id, message id,
    /// structured data and text of each message, with | between them.
    /// </summary>
    public IReadOnlyList<string> Wait(Func<IReadOnlyList<string>, bool> condition)
    {
        IReadOnlyList<string> lines = [];
        WaitFor(() => condition(lines = Lines()));
        return lines;
    }

    private string[] Lines() =>
        File.Exists(InDirectory("received")) ? File.ReadAllText(InDirectory("received")).Split('\n')[..^1] : [];
}
