namespace Petabridge.Cmd;

/// <summary>A command as a client gave it.</summary>
public sealed class Command
{
    internal Command(string name, IReadOnlyList<Tuple<string, string>> arguments)
    {
        Name = name;
        Arguments = arguments;
    }

    /// <summary>Which command of the palette.</summary>
    public string Name { get; }

    /// <summary>Switches with their values, in the order given.</summary>
    public IEnumerable<Tuple<string, string>> Arguments { get; }
}

/// <summary>An answer to the client, or a part of it.</summary>
public class CommandResponse
{
    /// <summary>Ends an answer in parts.</summary>
    public static readonly CommandResponse Empty = new(string.Empty);

    /// <summary>Makes one.</summary>
    /// <param name="msg">Text for a person.</param>
    /// <param name="final">False when more parts follow.</param>
    public CommandResponse(string msg, bool final = true)
    {
        Message = msg;
        Final = final;
    }

    /// <summary>Text for a person.</summary>
    public string Message { get; }

    /// <summary>Whether this is the last part.</summary>
    public bool Final { get; }
}

/// <summary>The command failed; always final.</summary>
public sealed class ErroredCommandResponse(string err) : CommandResponse(err);

/// <summary>Reads the words of a command line by a palette.</summary>
public sealed class CommandParser(CommandPalette palette)
{
    /// <summary>
    /// The command that the words mean. A word that is no switch of the command, and no switch's value, is an error.
    /// </summary>
    /// <param name="words">The command's name and its arguments.</param>
    /// <param name="command">The command, if the words make sense.</param>
    /// <param name="error">Otherwise what is wrong with them.</param>
    public bool TryParse(IReadOnlyList<string> words, out Command? command, out string error)
    {
        command = null;
        error = string.Empty;
        if (words.Count == 0 || !palette.CommandsByName.TryGetValue(words[0], out var definition))
        {
            error = $"'{palette.ModuleName}' has the commands: {string.Join(", ", palette.CommandsByName.Keys)}";
            return false;
        }

        var arguments = new List<Tuple<string, string>>();
        var given = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 1; i < words.Count; i++)
        {
            var argument = definition.ArgumentsByName.Values.FirstOrDefault(a => a.Switch.Contains(words[i]));
            if (argument is null || i + 1 == words.Count)
            {
                error = argument is null ? $"'{words[i]}' is no argument of '{words[0]}'" : $"'{words[i]}' needs a value";
                return false;
            }

            given.Add(argument.Name);
            arguments.Add(Tuple.Create(words[i], words[++i]));
        }

        if (definition.ArgumentsByName.Values.FirstOrDefault(a => a.IsMandatory && !given.Contains(a.Name)) is { } missing)
        {
            error = $"'{words[0]}' needs {string.Join(" or ", missing.Switch)} ({missing.Name})";
            return false;
        }

        command = new Command(definition.Name, arguments);
        return true;
    }
}
