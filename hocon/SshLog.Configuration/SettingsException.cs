namespace SshLog.Configuration;

/// <summary>The configuration cannot be used; it names every problem, not only the first.</summary>
public sealed class SettingsException : Exception
{
    /// <param name="problems">A sentence each: where, what is wrong, what is allowed.</param>
    public SettingsException(IReadOnlyList<string> problems)
        : base(string.Join(Environment.NewLine, problems)) => Problems = problems;

    /// <summary>A sentence each, beginning with file and line.</summary>
    public IReadOnlyList<string> Problems { get; }
}
