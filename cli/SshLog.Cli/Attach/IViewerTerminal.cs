using SshLog.Native;

namespace SshLog.Cli.Attach;

/// <summary>The terminal of the person who watches or types, taken over until it is disposed of.</summary>
internal interface IViewerTerminal : IDisposable
{
    /// <summary>The window's size now.</summary>
    WindowSize Size { get; }

    /// <summary>Calls <paramref name="typed"/> with what is typed, on another thread, waiting while it does not return.</summary>
    void ListenForBytes(Action<byte[]> typed);

    /// <summary>
    /// Calls <paramref name="resized"/> on another thread whenever the window has another size, or had been somebody else's
    /// while the process was stopped.
    /// </summary>
    void ListenForResize(Action resized);
}
