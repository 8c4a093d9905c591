using System.Globalization;
using System.Text;

namespace SshLog.Core.Rules.Shell;

/// <summary>
/// Turns fields inside the text of <c>sh -c</c> into positional parameters, so that what an event holds reaches the
/// script as data and never as code. Whatever is not understood is refused, not guessed.
/// </summary>
public static class ShellText
{
    /// <summary>What became of a text.</summary>
    /// <param name="Text">The new text; with a refusal, a proposal in which a person must look at the quoting.</param>
    /// <param name="Fields">Names of the fields in the order of their parameters.</param>
    /// <param name="Refusal">Why it cannot be made safe; null when it is.</param>
    public sealed record Rewritten(string Text, IReadOnlyList<string> Fields, string? Refusal);

    /// <summary>Rewrites a text.</summary>
    /// <param name="text">What stands behind <c>-c</c>.</param>
    /// <param name="firstParameter">Number of the first parameter that is free, at least 1.</param>
    public static Rewritten Rewrite(string text, int firstParameter)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parameters = new ShellParameters(firstParameter);
        try
        {
            var result = new ShellScanner(text, parameters).Run();
            return new Rewritten(result, parameters.Fields, null);
        }
        catch (ShellRefusalException refusal)
        {
            return Propose(text, firstParameter, refusal.Message);
        }
    }

    private static Rewritten Propose(string text, int firstParameter, string why)
    {
        var parameters = new ShellParameters(firstParameter);
        var proposal = new StringBuilder();
        for (var i = 0; i < text.Length;)
        {
            if (FieldText.At(text, i, out var length) is { } name)
            {
                proposal.Append(parameters.Reference(name, braced: false));
                i += length;
            }
            else
            {
                proposal.Append(text[i++]);
            }
        }

        return new Rewritten(proposal.ToString(), parameters.Fields, why);
    }
}

/// <summary>The text cannot be made safe; the message says why.</summary>
internal sealed class ShellRefusalException(string message) : Exception(message);

/// <summary>Numbers fields: each has one parameter however often it stands in the text.</summary>
internal sealed class ShellParameters(int first)
{
    private readonly List<string> _fields = [];

    public int First => first;

    public IReadOnlyList<string> Fields => _fields;

    public string Reference(string field, bool braced)
    {
        if (!_fields.Contains(field))
            _fields.Add(field);
        var number = first + _fields.IndexOf(field);
        return braced || number > 9
            ? string.Create(CultureInfo.InvariantCulture, $"${{{number}}}")
            : string.Create(CultureInfo.InvariantCulture, $"${number}");
    }
}
