namespace SshLog.Kernel.Tests.Fixtures;

/// <summary>
/// Packets of the SFTP protocol (draft-ietf-secsh-filexfer-02), version 3, short enough that no byte is above 127: an
/// <see cref="SshClient"/> types them.
/// </summary>
internal static class Sftp
{
    /// <summary>The answer to <see cref="Begin"/> has this in it.</summary>
    public const string Version = "\u0002\0\0\0\u0003";

    private const char Init = '\u0001', OpenFile = '\u0003', CloseFile = '\u0004', WriteFile = '\u0006';
    private const string WriteCreateTruncate = "\0\0\0\u001A";
    private const string NoAttributes = "\0\0\0\0";

    /// <summary>Starts the server's subsystem.</summary>
    public static SshClient Connect(SshServer server) => server.Connect(server.User, "sftp", terminal: false, options: ["-s"]);

    /// <summary>The first packet.</summary>
    public static string Begin() => Packet(Init, Number(3));

    /// <summary>Opens a new file for writing.</summary>
    public static string Open(int id, string path) => Packet(OpenFile, Number(id) + Text(path) + WriteCreateTruncate + NoAttributes);

    /// <summary>The answer to it has this in it.</summary>
    public static string Opened(int id) => "f" + Number(id);

    /// <summary>Writes at the beginning of a file; OpenSSH counts handles from 0.</summary>
    public static string Write(int id, int handle, string data) =>
        Packet(WriteFile, Number(id) + Text(Number(handle)) + "\0\0\0\0\0\0\0\0" + Text(data));

    /// <summary>Closes a file.</summary>
    public static string Close(int id, int handle) => Packet(CloseFile, Number(id) + Text(Number(handle)));

    /// <summary>The answer to <see cref="Write"/> and <see cref="Close"/> has this in it.</summary>
    public static string Done(int id) => "e" + Number(id);

    private static string Packet(char type, string content) => Text(type + content);

    private static string Text(string text) => Number(text.Length) + text;

    private static string Number(int number) => number <= sbyte.MaxValue
        ? "\0\0\0" + (char)number
        : throw new ArgumentOutOfRangeException(nameof(number), number, "Its byte would not be typed as it is.");
}
