namespace SshLog.Core.Rules;

/// <summary>What must hold for an event.</summary>
public abstract record FilterExpression
{
    private FilterExpression()
    {
    }

    /// <summary>Lets everything pass.</summary>
    public static FilterExpression Everything { get; } = new All([]);

    /// <summary>Holds when all parts hold; without parts always.</summary>
    /// <param name="Parts">In the order of the file.</param>
    public sealed record All(IReadOnlyList<FilterExpression> Parts) : FilterExpression;

    /// <summary>Holds when at least one part holds; without parts never.</summary>
    /// <param name="Parts">In the order of the file.</param>
    public sealed record Any(IReadOnlyList<FilterExpression> Parts) : FilterExpression;

    /// <summary>Holds when the part does not.</summary>
    /// <param name="Part">What must not hold.</param>
    public sealed record Not(FilterExpression Part) : FilterExpression;

    /// <summary>Asks a filter.</summary>
    /// <param name="Name">A <see cref="FilterDescription.Name"/>.</param>
    /// <param name="Argument">What it is asked with.</param>
    public sealed record Leaf(string Name, SettingValue Argument) : FilterExpression;
}
