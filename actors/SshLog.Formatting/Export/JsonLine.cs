using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SshLog.Formatting.Export;

/// <summary>Writes JSON values, a line each, one write each.</summary>
internal sealed class JsonLine(Stream output)
{
    // Also escapes C1 controls and whatever reverses the reading direction.
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.Default };

    private readonly ArrayBufferWriter<byte> _buffer = new();

    public void Write(Action<Utf8JsonWriter> value)
    {
        using (var json = new Utf8JsonWriter(_buffer, _options))
            value(json);
        _buffer.Write("\n"u8);
        output.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
    }
}
