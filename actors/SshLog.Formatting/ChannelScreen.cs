using System.IO.Compression;
using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Terminal;

namespace SshLog.Formatting;

/// <summary>The screen of one channel of a session, moved on by the session's events.</summary>
public sealed class ChannelScreen
{
    /// <param name="channel">Its number.</param>
    /// <param name="terminal">Its screen.</param>
    public ChannelScreen(int channel, HeadlessTerminal terminal) => (Channel, Terminal) = (channel, terminal);

    /// <summary>Number of the channel within its session.</summary>
    public int Channel { get; }

    /// <summary>What it shows.</summary>
    public HeadlessTerminal Terminal { get; }

    /// <summary>Output bytes up to here.</summary>
    public long OutputBytes { get; private set; }

    /// <summary>The screen of a channel that opens.</summary>
    public static ChannelScreen Open(ChannelOpened opened)
    {
        ArgumentNullException.ThrowIfNull(opened);
        var terminal = new HeadlessTerminal(opened.Columns, opened.Rows);
        // Without a pty nothing turns a line feed into a new line; a viewer's terminal would step down like stairs.
        if (opened.Kind != ChannelKind.Pty)
            terminal.Feed("\e[20h"u8);
        return new ChannelScreen(opened.Channel, terminal);
    }

    /// <summary>The screen of a key frame.</summary>
    /// <exception cref="FormatException">The frame is of another version.</exception>
    public static ChannelScreen Load(ScreenFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return new ChannelScreen(frame.Channel, LoadTerminal(frame.State)) { OutputBytes = frame.OutputBytes };
    }

    /// <summary>What <see cref="SaveTerminal"/> has saved.</summary>
    /// <exception cref="FormatException">It is no saved screen, or of another version.</exception>
    public static HeadlessTerminal LoadTerminal(ReadOnlyMemory<byte> state) => HeadlessTerminal.Load(Inflate(state));

    /// <summary>The screen as a key frame behind <paramref name="last"/>.</summary>
    public ScreenFrame Save(JournalledEvent last)
    {
        ArgumentNullException.ThrowIfNull(last);
        return new ScreenFrame(last.Session, Channel, last.SequenceNr, last.Event.At, OutputBytes, SaveTerminal());
    }

    /// <summary>What it shows, deflated (RFC 1951).</summary>
    public byte[] SaveTerminal() => Deflate(Terminal.Save());

    /// <summary>Takes an event in. Those of other channels change nothing.</summary>
    /// <returns>True if it was this channel's.</returns>
    public bool Apply(SessionEvent fact)
    {
        switch (fact)
        {
            case OutputRecorded output when output.Channel == Channel:
                Terminal.Feed(output.Bytes.Span);
                OutputBytes += output.Bytes.Length;
                return true;
            case TerminalResized resized when resized.Channel == Channel:
                Terminal.Resize(resized.Columns, resized.Rows);
                return true;
            // Found again after a gap: what it shows stays.
            case ChannelOpened opened when opened.Channel == Channel:
                Terminal.Resize(opened.Columns, opened.Rows);
                return true;
            default:
                return false;
        }
    }

    private static byte[] Deflate(byte[] state)
    {
        using var packed = new MemoryStream();
        using (var packer = new DeflateStream(packed, CompressionLevel.Fastest))
            packer.Write(state);
        return packed.ToArray();
    }

    private static ReadOnlySpan<byte> Inflate(ReadOnlyMemory<byte> packed)
    {
        try
        {
            using var unpacker = new DeflateStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
            using var state = new MemoryStream();
            var buffer = new byte[64 * 1024];
            for (var n = unpacker.Read(buffer); n > 0; n = unpacker.Read(buffer))
            {
                state.Write(buffer, 0, n);
                if (state.Length > HeadlessTerminal.LargestState)
                    throw new FormatException("These bytes are no saved screen: they are too many.");
            }

            return state.ToArray();
        }
        catch (InvalidDataException e)
        {
            throw new FormatException($"These bytes are no saved screen: {e.Message}", e);
        }
    }
}
