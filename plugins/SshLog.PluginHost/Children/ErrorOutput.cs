using System.Text;
using Microsoft.Extensions.Logging;
using SshLog.Terminal;

namespace SshLog.PluginHost.Children;

/// <summary>What plug-ins write to standard error goes to the log, as much as a person would read.</summary>
internal static partial class ErrorOutput
{
    private const int LongestLine = 1000;
    private const int MostLines = 200;

    /// <summary>Reads until the end, so that the plug-in never waits for it.</summary>
    public static async Task LogAsync(Stream stream, string plugin, ILogger log)
    {
        var buffer = new byte[4096];
        var line = new StringBuilder();
        var lines = 0;
        try
        {
            while (await stream.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var count)
            {
                foreach (var c in Encoding.UTF8.GetString(buffer, 0, count))
                {
                    if (c != '\n')
                    {
                        if (line.Length < LongestLine)
                            line.Append(c);
                        continue;
                    }

                    if (++lines <= MostLines)
                        Said(log, plugin, SafeText.Escape(line.ToString()));
                    else if (lines == MostLines + 1)
                        Silenced(log, plugin);
                    line.Clear();
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // It has ended.
        }

        if (line.Length > 0 && lines < MostLines)
            Said(log, plugin, SafeText.Escape(line.ToString()));
    }

    [LoggerMessage(410, LogLevel.Information, "Plug-in {Plugin}: {Said}")]
    private static partial void Said(ILogger logger, string plugin, string said);

    [LoggerMessage(411, LogLevel.Warning, "Plug-in {Plugin} writes more to standard error than is logged")]
    private static partial void Silenced(ILogger logger, string plugin);
}
