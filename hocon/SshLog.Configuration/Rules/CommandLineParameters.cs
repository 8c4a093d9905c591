using Hocon;
using SshLog.Core.Rules;
using SshLog.Core.Rules.Shell;

namespace SshLog.Configuration.Rules;

/// <summary>
/// Keeps fields of events out of what a shell reads as a program: in YAML they become parameters of the text, in HOCON
/// the file is refused and shown how to write it.
/// </summary>
internal static class CommandLineParameters
{
    private const string Command = "command";
    private const string Arguments = "args";

    /// <summary>The parameters, rewritten where that was needed; null when it was not possible.</summary>
    public static IReadOnlyDictionary<string, SettingValue>? Check(
        IReadOnlyDictionary<string, SettingValue> parameters, DraftAction draft, Problems problems)
    {
        var program = Texts(parameters.GetValueOrDefault(Command));
        List<SettingValue.Text> words = [.. program, .. Texts(parameters.GetValueOrDefault(Arguments))];
        if (words.Count == 0)
            return parameters;
        if (FieldText.HasField(words[0].Value))
        {
            problems.Add(words[0].Origin, $"the action '{draft.Name}' lets an event choose the program; its {Command} must be fixed");
            return null;
        }

        foreach (var found in ShellWords.Find([.. words.Select(w => w.Value)]))
        {
            if (FirstField(words, found) is not { } index)
                continue;
            var rewritten = found.IsPosix && index == found.Index
                ? ShellText.Rewrite(words[index].Value, words.Count - index - 1 is var more and > 0 ? more : 1)
                : null;
            if (!draft.IsYaml || rewritten is not { Refusal: null })
            {
                problems.Add(words[index].Origin, Refusal(draft.Name, found, words, rewritten));
                return null;
            }

            words = Apply(words, index, found.Interpreter, rewritten);
            return new Dictionary<string, SettingValue>(parameters)
            {
                [Arguments] = new SettingValue.List([.. words.Skip(program.Count)], words[index].Origin),
            };
        }

        return parameters;
    }

    private static List<SettingValue.Text> Texts(SettingValue? value) => value switch
    {
        SettingValue.List list => [.. list.Items.OfType<SettingValue.Text>()],
        SettingValue.Text text => [text],
        _ => [],
    };

    private static int? FirstField(List<SettingValue.Text> words, ShellWords.ProgramText found)
    {
        var last = found.Index < 0 ? words.Count - 1 : found.Index;
        for (var i = found.Word + 1; i <= last; i++)
        {
            if (FieldText.HasField(words[i].Value))
                return i;
        }

        return null;
    }

    // sh -c TEXT NAME $1 $2: what stands behind the text begins with $0.
    private static List<SettingValue.Text> Apply(
        List<SettingValue.Text> words, int index, string shell, ShellText.Rewritten rewritten)
    {
        var origin = words[index].Origin;
        List<SettingValue.Text> result = [.. words];
        result[index] = new SettingValue.Text(rewritten.Text, origin);
        if (result.Count == index + 1)
            result.Add(new SettingValue.Text(shell, origin));
        result.AddRange(rewritten.Fields.Select(f => new SettingValue.Text(FieldText.Write(f), origin)));
        return result;
    }

    private static string Refusal(
        string action, ShellWords.ProgramText found, List<SettingValue.Text> words, ShellText.Rewritten? rewritten)
    {
        var what = $"the action '{action}' puts a field into what {found.Interpreter} reads as a program, where whoever "
            + "chooses its value could run commands";
        if (rewritten is null)
        {
            return found.IsPosix
                ? $"{what}; fields may stand only in the text behind -c and in arguments behind that"
                : $"{what}; use a program that takes it as a plain argument, or read it from the environment (SSHLOG_*)";
        }

        var safe = Apply(words, found.Index, found.Interpreter, rewritten);
        var written = string.Join(", ", safe.Skip(1).Select(w => HoconText.Quote(w.Value, always: true)));
        return rewritten.Refusal is { } why
            ? $"{what}, and {why}; write it so that each field is a quoted parameter of the text and nothing reads it again: args = [{written}]"
            : $"{what}; write it so that the field is a parameter of the text: args = [{written}]";
    }
}
