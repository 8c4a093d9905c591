namespace Hocon;

/// <summary>The text is not HOCON, or one of its substitutions or includes cannot be resolved.</summary>
public sealed class HoconParserException : FormatException
{
    /// <summary>Creates the exception; its message starts with the place.</summary>
    public HoconParserException(string message, HoconOrigin origin, Exception? inner = null)
        : base($"{origin}: {message}", inner) => Origin = origin;

    /// <summary>The place at which reading stopped.</summary>
    public HoconOrigin Origin { get; }
}
