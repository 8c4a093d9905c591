using System.Text;
using Google.Protobuf;

namespace SshLog.Remoting.Tests;

/// <summary>Builds Akka.Remote's frames by field number, right ones and wrong ones.</summary>
internal static class Frames
{
    public const string Host = "c1-0badcafe";
    public const string Ticket = "00112233445566778899aabbccddeeff";
    public const string Daemon = "akka.unix://sshlog@daemon:1";
    public const string Watcher = "Akka.Dispatch.SysMsg.Watch, Akka";
    public const string Unwatcher = "Akka.Dispatch.SysMsg.Unwatch, Akka";
    public const string Notification = "Akka.Dispatch.SysMsg.DeathWatchNotification, Akka";

    public static string GatewayPath => Daemon + "/user/gateway";

    public static string Connection(string ticket = Ticket) => $"{GatewayPath}/s-{ticket}";

    public static string Peer(string path = "/user/me", string host = Host) => $"akka.unix://sshlog-cli@{host}:1{path}";

    public static byte[] Message(params (int Field, object Value)[] fields)
    {
        using var stream = new MemoryStream();
        using var output = new CodedOutputStream(stream);
        foreach (var (field, value) in fields)
        {
            switch (value)
            {
                case int number:
                    output.WriteTag(field, WireFormat.WireType.Varint);
                    output.WriteUInt64((ulong)number);
                    break;
                case ulong fixed64:
                    output.WriteTag(field, WireFormat.WireType.Fixed64);
                    output.WriteFixed64(fixed64);
                    break;
                case string text:
                    output.WriteTag(field, WireFormat.WireType.LengthDelimited);
                    output.WriteString(text);
                    break;
                case byte[] bytes:
                    output.WriteTag(field, WireFormat.WireType.LengthDelimited);
                    output.WriteBytes(ByteString.CopyFrom(bytes));
                    break;
                default:
                    throw new ArgumentException($"No wire form for {value}");
            }
        }
        output.Flush();
        return stream.ToArray();
    }

    public static byte[] Address(
        string system = "sshlog-cli", string host = Host, int port = 1, string protocol = "unix") =>
        Message((1, system), (2, host), (3, port), (4, protocol));

    public static byte[] Associate(byte[] origin) =>
        Message((2, Message((1, 1), (2, Message((1, origin), (2, 77UL))))));

    public static byte[] Instruction(int command) => Message((2, Message((1, command))));

    public static byte[] Payload(int serializer, string manifest, byte[]? bytes = null)
    {
        var fields = new List<(int, object)> { (1, bytes ?? [1, 2, 3]), (2, serializer) };
        if (manifest.Length > 0)
            fields.Add((3, manifest));
        return Message([.. fields]);
    }

    public static byte[] Path(string path) => Message((1, path));

    public static byte[] Envelope(string recipient, byte[] payload, string? sender = null, ulong sequence = ulong.MaxValue)
    {
        var fields = new List<(int, object)> { (1, Path(recipient)), (2, payload) };
        if (sender is not null)
            fields.Add((4, Path(sender)));
        fields.Add((5, sequence));
        return Message((1, Message((2, Message([.. fields])))));
    }

    public static byte[] Selection(byte[] payload, params string[] names) => Payload(6, "", Message(
        [(1, payload), .. names.Select(name => (2, (object)Message((1, 2), (2, name))))]));

    public static byte[] Watch(string watchee, string watcher) => Message((1, Path(watchee)), (2, Path(watcher)));

    public static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
