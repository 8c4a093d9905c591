namespace Akka;

/// <summary>The result of an operation that finished and has nothing else to say.</summary>
public sealed class Done
{
    private Done()
    {
    }

    /// <summary>The only instance.</summary>
    public static readonly Done Instance = new();
}
