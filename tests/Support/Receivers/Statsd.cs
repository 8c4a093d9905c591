using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace SshLog.Tests.Support;

/// <summary>statsd from npm, asked over its management port.</summary>
internal sealed partial class Statsd : ReceiverProcess
{
    private readonly int _management = FreePort();

    public Statsd()
    {
        Port = FreePort();
        NodePackages.Install(Folder());
        // As nobody it need not be able to read the clone.
        Run("cp", "-r", Path.Combine(Folder(), "node_modules", "statsd"), Path.Combine(Folder(), "node_modules", "generic-pool"), InDirectory("."));
        File.WriteAllText(
            InDirectory("config.js"),
            $$"""{ address: "127.0.0.1", port: {{Port}}, mgmt_address: "127.0.0.1", mgmt_port: {{_management}}, backends: [], flushInterval: 3600000 }""");
        Start([_management], "/usr/bin/node", InDirectory("statsd/stats.js"), InDirectory("config.js"));
    }

    /// <summary>UDP, on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Its counters, once the condition holds.</summary>
    public IReadOnlyDictionary<string, int> Wait(Func<IReadOnlyDictionary<string, int>, bool> condition)
    {
        IReadOnlyDictionary<string, int> counters = new Dictionary<string, int>();
        WaitFor(() => condition(counters = Counters()));
        return counters;
    }

    private Dictionary<string, int> Counters()
    {
        using var client = new TcpClient("127.0.0.1", _management);
        var stream = client.GetStream();
        stream.Write("counters\n"u8);
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        while (!answer.ToString().Contains("END", StringComparison.Ordinal) && stream.Read(buffer) is > 0 and var length)
            answer.Append(Encoding.UTF8.GetString(buffer, 0, length));
        return Counter().Matches(answer.ToString()).ToDictionary(m => m.Groups[1].Value, m => int.Parse(m.Groups[2].ValueSpan, System.Globalization.CultureInfo.InvariantCulture));
    }

    private static string Folder([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "statsd");

    [GeneratedRegex("""'?([\w.:;,#=-]+)'?: (\d+)""")]
    private static partial Regex Counter();
}
