namespace SshLog.Core.Rules;

/// <summary>What rules may name. Filled by those who carry rules out; the configuration is checked against it.</summary>
public interface IRuleVocabulary
{
    /// <summary>Names of events that a rule may begin with.</summary>
    IReadOnlyCollection<string> Triggers { get; }

    /// <summary>The filters.</summary>
    IReadOnlyCollection<FilterDescription> Filters { get; }

    /// <summary>What can carry out actions.</summary>
    IReadOnlyCollection<PluginDescription> Plugins { get; }

    /// <summary>A sentence for each plug-in that is not among them because it could not be loaded.</summary>
    IReadOnlyList<string> NotLoaded => [];
}

/// <summary>A filter.</summary>
/// <param name="Name">As rules name it.</param>
/// <param name="Triggers">
/// The events that it is asked about; others pass it. Null for all. A rule none of whose triggers is among them is a
/// mistake.
/// </param>
/// <param name="Argument">What it is asked with.</param>
/// <param name="Summary">One sentence for a person.</param>
public sealed record FilterDescription(
    string Name, IReadOnlyCollection<string>? Triggers, ValueShape Argument, string Summary = "");

/// <summary>Something that carries out actions.</summary>
/// <param name="Name">As actions name it.</param>
/// <param name="Aliases">Other names for the same.</param>
/// <param name="Parameters">All that it understands.</param>
/// <param name="Summary">One sentence for a person.</param>
public sealed record PluginDescription(
    string Name, IReadOnlyCollection<string> Aliases, IReadOnlyCollection<ParameterDescription> Parameters, string Summary = "")
{
    /// <summary>
    /// True where its parameters <c>command</c> and <c>args</c> are a command line: fields inside a shell's text are then
    /// refused, or rewritten for a YAML file.
    /// </summary>
    public bool RunsCommandLine { get; init; }
}

/// <summary>A parameter of an action.</summary>
/// <param name="Name">As actions name it.</param>
/// <param name="Shape">What it may be.</param>
/// <param name="Default">What it is when not given; null for nothing.</param>
/// <param name="Required">True if it must be given.</param>
/// <param name="Summary">One sentence for a person, with the unit.</param>
public sealed record ParameterDescription(
    string Name, ValueShape Shape, SettingValue? Default = null, bool Required = false, string Summary = "")
{
    /// <summary>
    /// What it is in a sshlog YAML file that does not give it, where that must differ from <see cref="Default"/> to go on
    /// doing what it did; null for no difference.
    /// </summary>
    public SettingValue? YamlDefault { get; init; }
}
