namespace SshLog.Bench.Harness;

/// <summary>One measurement with its budget.</summary>
/// <param name="Name">What to type after <c>bench/run</c>.</param>
/// <param name="What">For people.</param>
/// <param name="Unit">Of the value.</param>
/// <param name="Reference">What it is compared with; null when there is nothing.</param>
/// <param name="Measure">One run.</param>
internal sealed record Benchmark(string Name, string What, string Unit, Reference? Reference, Func<Task<double>> Measure)
{
    /// <summary>Runs before those that count.</summary>
    public int WarmUps { get; init; } = 1;

    /// <summary>Runs that count.</summary>
    public int Runs { get; init; } = 5;
}

/// <summary>A figure to compare with.</summary>
/// <param name="Value">In the benchmark's unit.</param>
/// <param name="Source">Where it is from.</param>
/// <param name="LessIsBetter">True for times and sizes.</param>
internal sealed record Reference(double Value, string Source, bool LessIsBetter = false)
{
    /// <summary>A figure of Akka.NET 1.5.30, measured on a machine of two cores.</summary>
    public static Reference Akka(double value, bool lessIsBetter = false) => new(value, "Akka.NET 1.5.30", lessIsBetter);

    /// <summary>A budget of DESIGN.md, section 7.</summary>
    public static Reference Budget(double value, bool lessIsBetter = false) => new(value, "budget", lessIsBetter);

    /// <summary>Whether a value falls short of this; meeting it exactly does not.</summary>
    public bool IsMissedBy(double value) => LessIsBetter ? value > Value : value < Value;
}
