using System.Runtime.CompilerServices;

namespace SshLog.Tests.Support;

/// <summary>Debian's python3-aiosmtpd: takes mail after STARTTLS and a password alone.</summary>
internal sealed class MailServer : ReceiverProcess
{
    public const string User = "sshlog";
    public const string Password = "pass word";

    /// <param name="certificate">What it shows.</param>
    public MailServer(TestCertificate certificate)
    {
        Port = FreePort();
        File.WriteAllText(InDirectory("cert.pem"), certificate.Pem);
        File.WriteAllText(InDirectory("key.pem"), certificate.KeyPem);
        File.Copy(Script(), InDirectory("mail_server.py"));
        Directory.CreateDirectory(InDirectory("mail"));
        Start(
            [Port], "/usr/bin/python3", InDirectory("mail_server.py"), $"{Port}", InDirectory("mail"), InDirectory("cert.pem"), InDirectory("key.pem"),
            User, Password);
    }

    /// <summary>On 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The messages as they came, with X-Rcpt and X-Tls before them, once there are so many.</summary>
    public IReadOnlyList<string> Wait(int count)
    {
        WaitFor(() => Messages().Count() >= count);
        return [.. Messages().Order().Select(File.ReadAllText)];
    }

    /// <summary>How many there are.</summary>
    public int Count => Messages().Count();

    private IEnumerable<string> Messages() => Directory.EnumerateFiles(InDirectory("mail"), "*.eml");

    private static string Script([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "mail_server.py");
}
