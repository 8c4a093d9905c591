namespace SshLog.Persistence.Catalogue;

/// <summary>What a page's commands change in their session's row, so that it is written once a page and not for each of them.</summary>
internal sealed class SessionActivity
{
    public DateTimeOffset LastAt { get; private set; } = DateTimeOffset.MinValue;

    public int Commands { get; private set; }

    public string? LastCommand { get; private set; }

    public bool HasExitCode { get; private set; }

    public int? ExitCode { get; private set; }

    public void Happened(DateTimeOffset at) => LastAt = at > LastAt ? at : LastAt;

    public void Started(string executable)
    {
        Commands++;
        LastCommand = executable;
    }

    public void Finished(int? exitCode)
    {
        HasExitCode = true;
        ExitCode = exitCode;
    }
}
