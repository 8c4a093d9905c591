using SshLog.Core.Rules;

namespace SshLog.Plugins;

/// <summary>
/// Says of an event whether it meets a condition. Made for one place of one rule and asked by one thread at a time, so it
/// may remember what it has seen. One that throws does not match, and is reported once.
/// </summary>
public interface IFilter
{
    /// <summary>True if the event meets the condition.</summary>
    bool Matches(PluginEvent happened);
}

/// <summary>
/// A filter that counts: after a restart, and when the rules were read again, it is shown events of before (the last 20,000 of
/// the journal, output aside), so that it goes on where it was.
/// </summary>
public interface IRemembers : IFilter;

/// <summary>Makes the filters of one name.</summary>
public interface IFilterFactory
{
    /// <summary>Name, triggers and argument.</summary>
    FilterDescription Description { get; }

    /// <summary>Makes a filter.</summary>
    /// <param name="argument">Checked against <see cref="FilterDescription.Argument"/>.</param>
    /// <exception cref="ArgumentException">The argument makes no sense all the same; the message says what would.</exception>
    IFilter Create(SettingValue argument);
}
