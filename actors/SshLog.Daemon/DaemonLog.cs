using System.Globalization;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;
using SshLog.Configuration;
using SshLog.Terminal;

namespace SshLog.Daemon;

/// <summary>The daemon's own log: console and rolling file.</summary>
internal static class DaemonLog
{
    private const string Template =
        "{Timestamp:yyyy-MM-dd'T'HH:mm:ss.fffzzz} {Level:u3} {SafeMessage:l}{NewLine}{SafeException:l}";

    private static readonly LoggingLevelSwitch _own = new();
    private static readonly LoggingLevelSwitch _engine = new();

    /// <summary>Opens it.</summary>
    /// <exception cref="StartupException">The file cannot be written.</exception>
    public static Logger Open(LogSettings settings)
    {
        Change(settings.Level);
        var configuration = new LoggerConfiguration()
            .MinimumLevel.ControlledBy(_own)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("Akka", _engine)
            .Enrich.With<EscapeControlCharacters>()
            .WriteTo.Console(outputTemplate: Template, formatProvider: CultureInfo.InvariantCulture);
        if (settings.File.Length > 0)
        {
            RequireWritable(settings.File);
            configuration.WriteTo.File(
                settings.File,
                outputTemplate: Template,
                formatProvider: CultureInfo.InvariantCulture,
                fileSizeLimitBytes: settings.FileSizeBytes,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: settings.Files);
        }

        return configuration.CreateLogger();
    }

    /// <summary>Changes what is logged.</summary>
    public static void Change(LogVerbosity verbosity)
    {
        _own.MinimumLevel = Level(verbosity);
        // What the engine says of each connection of a client tells an administrator nothing.
        _engine.MinimumLevel = verbosity == LogVerbosity.Info ? LogEventLevel.Warning : Level(verbosity);
    }

    // Serilog keeps quiet about a file that it cannot write.
    private static void RequireWritable(string file)
    {
        try
        {
            if (Path.GetDirectoryName(file) is { Length: > 0 } directory)
                Directory.CreateDirectory(directory);
            using var probe = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(ExitCodes.CantCreate, $"The log file {file} cannot be written: {e.Message}", e);
        }
    }

    private static LogEventLevel Level(LogVerbosity verbosity) => verbosity switch
    {
        LogVerbosity.Debug => LogEventLevel.Debug,
        LogVerbosity.Info => LogEventLevel.Information,
        LogVerbosity.Warning => LogEventLevel.Warning,
        _ => LogEventLevel.Error,
    };

    /// <summary>User names and paths in a message are not ours: what could drive a terminal is escaped.</summary>
    private sealed class EscapeControlCharacters : ILogEventEnricher
    {
        // "lj": strings as they are, without quotes.
        private static readonly MessageTemplateTextFormatter _plain = new("{Message:lj}", CultureInfo.InvariantCulture);

        public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
        {
            using var message = new StringWriter(CultureInfo.InvariantCulture);
            _plain.Format(logEvent, message);
            logEvent.AddOrUpdateProperty(
                new LogEventProperty("SafeMessage", new ScalarValue(SafeText.Escape(message.ToString()))));
            var exception = logEvent.Exception is { } e ? e + Environment.NewLine : string.Empty;
            logEvent.AddOrUpdateProperty(new LogEventProperty("SafeException", new ScalarValue(exception)));
        }
    }
}
