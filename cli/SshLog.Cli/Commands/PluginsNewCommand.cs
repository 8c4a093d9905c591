using System.CommandLine;
using SshLog.Terminal;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog plugins new</c>: writes a plug-in to begin with.</summary>
internal sealed class PluginsNewCommand
{
    private const UnixFileMode Program = (UnixFileMode)0b111_101_101;
    private const UnixFileMode Text = (UnixFileMode)0b110_100_100;
    private readonly Argument<string> _name = new("NAME") { Description = "Letters, digits and _, beginning with a letter" };
    private readonly Option<string> _language = new("--language", "-l") { Description = "csharp, python or shell", HelpName = "LANGUAGE", Required = true };
    private readonly Option<string> _directory = new("--directory")
    {
        Description = "Where to write it (default: the current directory)", HelpName = "PATH", DefaultValueFactory = _ => ".",
    };

    public PluginsNewCommand()
    {
        _language.AcceptOnlyFromAmong("csharp", "python", "shell");
        Definition = new Command("new", "Write a plug-in to begin with: a filter and an action that work.") { _name, _language, _directory };
    }

    public Command Definition { get; }

    public static string Examples =>
        "sshlog plugins new private_address --language python\nsshlog plugins new save_to_csv --language csharp --directory ~/src";

    public int Run(ParseResult parsed, CliHost host)
    {
        var name = parsed.GetValue(_name)!;
        if (name.Length > 64 || !char.IsAsciiLetter(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            throw new CliException(ExitCodes.Usage, $"'{SafeText.Escape(name)}' is no name: letters, digits and _, beginning with a letter");
        var directory = Path.GetFullPath(parsed.GetValue(_directory)!);
        (string File, string Template, UnixFileMode Mode)[] files = parsed.GetValue(_language) switch
        {
            "python" => [($"{name}.py", "python.py", Text)],
            "shell" => [($"{name}/plugin.json", "shell.json", Text), ($"{name}/run", "shell.sh", Program)],
            _ => [($"{name}/{name}.csproj", "csharp.xml", Text), ($"{name}/{name}.cs", "csharp.cs", Text)],
        };
        if (files.Select(f => Path.Combine(directory, f.File)).FirstOrDefault(File.Exists) is { } there)
            throw new CliException(ExitCodes.Usage, $"there is a file {SafeText.Escape(there)} already");
        using var writer = CliHost.TextOn(host.Output);
        foreach (var (file, template, mode) in files)
        {
            var path = Path.Combine(directory, file);
            Write(path, Fill(template, name), mode);
            writer.WriteLine($"wrote {SafeText.Escape(path)}");
        }

        return ExitCodes.Ok;
    }

    private static void Write(string path, string text, UnixFileMode mode)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            File.SetUnixFileMode(path, mode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.InputOutput, $"{SafeText.Escape(path)} cannot be written: {e.Message}", e);
        }
    }

    private static string Fill(string template, string name)
    {
        using var stream = typeof(PluginsNewCommand).Assembly.GetManifestResourceStream("plugin-templates/" + template)!;
        using var reader = new StreamReader(stream);
        var words = name.Split('_', StringSplitOptions.RemoveEmptyEntries);
        return reader.ReadToEnd()
            .Replace("@NAME@", name, StringComparison.Ordinal)
            .Replace("@CLASS@", string.Concat(words.Select(w => char.ToUpperInvariant(w[0]) + w[1..])), StringComparison.Ordinal)
            .Replace("@LIBRARIES@", Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory), StringComparison.Ordinal);
    }
}
