namespace Akka.Configuration.Hocon;

/// <summary>Reads HOCON.</summary>
public static class HoconParser
{
    /// <summary>Parses and resolves a text.</summary>
    public static HoconNode Parse(string text, string? file = null) =>
        text.Length == 0 ? HoconNode.Empty : throw new HoconParserException("cannot be read yet", new(file, 1, 1));

    /// <summary>Parses and resolves a file; its includes are relative to it.</summary>
    public static HoconNode ParseFile(string file) => Parse(File.ReadAllText(file), file);
}
