using System.CommandLine;
using SshLog.Cli;

namespace SshLog.Manuals;

/// <summary>
/// The manual pages. What a command line or a settings file takes comes from the programs themselves; the prose between
/// stands in <c>packaging/man</c>.
/// </summary>
/// <param name="prose">That directory.</param>
internal sealed class ManualPages(string prose)
{
    /// <summary>sshlog(1).</summary>
    public string Client(RootCommand root, IReadOnlyDictionary<Command, string> examples)
    {
        var page = Page("sshlog", 1, "look at recorded and live SSH sessions");
        page.Section("SYNOPSIS");
        page.Paragraph("sshlog COMMAND [ARGUMENT ...] [OPTION ...]");
        page.Raw(Prose("sshlog.1.description"));
        page.Section("COMMANDS");
        foreach (var (path, command) in CommandTree.Walk(root))
            WriteCommand(page, path, command, examples);
        page.Section("OPTIONS OF EVERY COMMAND");
        WriteOptions(page, root);
        page.Raw(Prose("sshlog.1.end"));
        return page.ToString();
    }

    /// <summary>sshlogd(8).</summary>
    public string Daemon(RootCommand root)
    {
        var page = Page("sshlogd", 8, "record the SSH sessions of this machine");
        page.Section("SYNOPSIS");
        page.Paragraph("sshlogd " + string.Join(' ', CommandTree.Options(root).Select(CommandTree.Synopsis)));
        page.Raw(Prose("sshlogd.8.description"));
        page.Section("OPTIONS");
        WriteOptions(page, root);
        page.Raw(Prose("sshlogd.8.end"));
        return page.ToString();
    }

    /// <summary>sshlog.conf(5).</summary>
    public string Settings(IReadOnlyList<ReferenceFile.Entry> entries)
    {
        var page = Page("sshlog.conf", 5, "settings of sshlogd");
        page.Raw(Prose("sshlog.conf.5.description"));
        page.Section("SETTINGS");
        foreach (var entry in entries)
        {
            if (entry.Value is not null)
                page.Term($"{entry.Path} = {entry.Value}", entry.Description);
            else if (entry.Description.Length > 0)
                page.Term($"{entry.Path} {{ }}", entry.Description);
        }

        page.Raw(Prose("sshlog.conf.5.end"));
        return page.ToString();
    }

    /// <summary>sshlog-plugins(7).</summary>
    public string Plugins()
    {
        var page = Page("sshlog-plugins", 7, "filters and actions for sshlogd");
        page.Raw(Prose("sshlog-plugins.7"));
        return page.ToString();
    }

    private static Roff Page(string name, int section, string purpose)
    {
        var page = new Roff(name, section, CommandLine.Version);
        page.Section("NAME");
        page.Raw($"{Roff.Escape(name)} \\- {Roff.Escape(purpose)}");
        return page;
    }

    private static void WriteCommand(
        Roff page, string path, Command command, IReadOnlyDictionary<Command, string> examples)
    {
        if (command.Subcommands.Count > 0)
            return;
        page.Subsection($"sshlog {path}");
        var words = command.Arguments.Where(a => !a.Hidden).Select(CommandTree.Synopsis)
            .Concat(CommandTree.Options(command).Select(CommandTree.Synopsis));
        page.Paragraph($"sshlog {path} {string.Join(' ', words)}".TrimEnd());
        page.Paragraph(command.Description ?? string.Empty);
        foreach (var argument in command.Arguments.Where(a => !a.Hidden && !string.IsNullOrEmpty(a.Description)))
            page.Term(argument.HelpName ?? argument.Name.ToUpperInvariant(), argument.Description!);
        WriteOptions(page, command);
        if (examples.TryGetValue(command, out var lines))
        {
            page.Paragraph("Examples:");
            page.Literal(lines);
        }
    }

    private static void WriteOptions(Roff page, Command command)
    {
        foreach (var option in CommandTree.Options(command))
        {
            var names = string.Join(", ", CommandTree.Names(option));
            page.Term(
                CommandTree.TakesValue(option) ? $"{names} {CommandTree.ValueName(option)}" : names,
                option.Description ?? string.Empty);
        }
    }

    private string Prose(string name) => File.ReadAllText(Path.Combine(prose, name));
}
