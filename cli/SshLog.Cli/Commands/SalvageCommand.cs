using System.CommandLine;
using SshLog.Cli.Formatting;
using SshLog.Core.Journal;
using SshLog.Persistence.Journal;
using SshLog.Persistence.Salvage;
using SshLog.Terminal;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog journal salvage</c>: recovers a damaged journal, without a daemon.</summary>
internal sealed class SalvageCommand
{
    private readonly Argument<string> _file = new("FILE")
    {
        Description = "The damaged journal, for example journal.db.damaged-20261122T101500.000Z",
    };

    private readonly Option<string?> _into = new("--into")
    {
        Description = "Put what is recovered into this new journal (default: only report)",
        HelpName = "FILE",
    };

    private readonly Option<bool> _json = CommonOptions.Json("A JSON array, an object a session or day");

    public SalvageCommand()
    {
        Definition = new Command("salvage", "Recover what can be read of a damaged journal; needs no daemon.");
        Definition.Arguments.Add(_file);
        Definition.Options.Add(_into);
        Definition.Options.Add(_json);
    }

    /// <summary>Name, description, arguments and options.</summary>
    public Command Definition { get; }

    /// <summary>Command lines to show in the help.</summary>
    public static string Examples => "sshlog journal salvage journal.db.damaged-20261122T101500.000Z"
        + "\nsshlog journal salvage journal.db.damaged-20261122T101500.000Z --into recovered/journal.db";

    /// <summary>Does it.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    /// <exception cref="CliException">A file cannot be used.</exception>
    public int Run(ParseResult parsed, CliHost host)
    {
        var file = parsed.GetValue(_file)!;
        var into = parsed.GetValue(_into);
        var report = Salvage(file, into);
        if (report is { Journals.Count: 0, UnreadableEvents: 0 } && !JournalDatabase.IsDatabase(file))
            throw new CliException(ExitCodes.Data, $"{SafeText.Escape(file)} is no journal, and nothing in it looks like an event of one");
        if (parsed.GetValue(_json))
            new JsonOutput(host.Output).WriteArray(report.Journals, SalvageText.WriteJournal);
        else
            Write(host, report);
        using var notes = CliHost.TextOn(host.ErrorOutput);
        var events = Quantities.Count(report.Journals.Sum(s => s.Events), "event");
        notes.Write($"sshlog: {events} of {Quantities.Count(report.Journals.Count, "journal")} "
            + (into is null ? "can be recovered" : $"recovered into {into}"));
        notes.Write(report.UnreadableEvents == 0
            ? "\n" : $", {Quantities.Count(report.UnreadableEvents, "event")} found damaged\n");
        return ExitCodes.Ok;
    }

    private static SalvageReport Salvage(string file, string? into)
    {
        try
        {
            // As a daemon takes it for its state directory.
            if (into is not null && Path.GetDirectoryName(Path.GetFullPath(into)) is { } directory)
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return JournalSalvage.Run(file, into);
        }
        catch (FileNotFoundException e)
        {
            throw new CliException(ExitCodes.NoInput, $"there is no file {file}", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new CliException(ExitCodes.NoPermission, e.Message.TrimEnd('.'), e);
        }
        catch (JournalUnavailableException e)
        {
            throw new CliException(ExitCodes.InputOutput, e.Message.TrimEnd('.'), e);
        }
    }

    private static void Write(CliHost host, SalvageReport report)
    {
        using var writer = CliHost.TextOn(host.Output);
        foreach (var journal in report.Journals)
            writer.WriteLine(SalvageText.Line(journal));
    }
}
