namespace SshLog.Cli.Prompt;

/// <summary>The keys of the process's own terminal, as its terminfo entry describes them.</summary>
internal sealed class ConsoleKeys : IPromptKeys
{
    public int Columns => Native.WindowSize.Of(descriptor: 1)?.Columns ?? 80;

    // Only while a line is typed: Ctrl+C ends a command that runs.
    public ConsoleKeyInfo Read()
    {
        Console.TreatControlCAsInput = true;
        try
        {
            return Console.ReadKey(intercept: true);
        }
        finally
        {
            Console.TreatControlCAsInput = false;
        }
    }
}
