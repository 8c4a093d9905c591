using System.Buffers;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using SshLog.Core.Identity;

namespace SshLog.Formatting;

/// <summary>Writes JSON objects to a stream, either as lines or as one array with an element a line.</summary>
/// <param name="output">Where to; each object is one write.</param>
public sealed class JsonOutput(Stream output)
{
    // The default encoder also escapes C1 controls and whatever reverses the reading direction.
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.Default };

    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>One object on a line of its own.</summary>
    public void WriteLine(Action<Utf8JsonWriter> members)
    {
        WriteObject(members);
        _buffer.Write("\n"u8);
        Send();
    }

    /// <summary>An array of objects.</summary>
    public void WriteArray<T>(IReadOnlyList<T> items, Action<Utf8JsonWriter, T> members)
    {
        _buffer.Write("["u8);
        for (var i = 0; i < items.Count; i++)
        {
            _buffer.Write(i == 0 ? "\n"u8 : ",\n"u8);
            WriteObject(json => members(json, items[i]));
            Send();
        }

        _buffer.Write(items.Count == 0 ? "]\n"u8 : "\n]\n"u8);
        Send();
    }

    /// <summary>Milliseconds since 1970, as sshlog writes times.</summary>
    public static long Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    /// <summary>sshlog's <c>tcp_info</c>.</summary>
    public static void WriteTcpInfo(Utf8JsonWriter json, IPEndPoint client, IPEndPoint server)
    {
        json.WriteStartObject("tcp_info");
        json.WriteString("server_ip", server.Address.ToString());
        json.WriteString("client_ip", client.Address.ToString());
        json.WriteNumber("server_port", server.Port);
        json.WriteNumber("client_port", client.Port);
        json.WriteEndObject();
    }

    /// <summary>argv as an array, and how much of it is missing.</summary>
    public static void WriteArguments(Utf8JsonWriter json, ArgumentVector arguments)
    {
        json.WriteStartArray("argv");
        foreach (var argument in arguments.ToStrings())
            json.WriteStringValue(argument);
        json.WriteEndArray();
        json.WriteNumber("argv_omitted_bytes", arguments.OmittedBytes);
    }

    /// <summary>A number, or null.</summary>
    public static void WriteOptional(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } value)
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }

    private void WriteObject(Action<Utf8JsonWriter> members)
    {
        using var json = new Utf8JsonWriter(_buffer, _options);
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
    }

    private void Send()
    {
        output.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
    }
}
