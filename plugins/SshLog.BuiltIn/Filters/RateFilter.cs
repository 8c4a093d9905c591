using System.Globalization;
using System.Text.RegularExpressions;
using SshLog.Core.Rules;
using SshLog.Plugins;

namespace SshLog.BuiltIn.Filters;

/// <summary>
/// Lets an event pass when it is the Nth of its kind within a time: <c>rate = "5 in 60 s by client_ip"</c>. By a field of
/// the event, client_ip when none is given; <c>by nothing</c> counts all together. After it has let one pass it counts
/// anew, so that a flood is one alarm every N events.
/// </summary>
internal sealed partial class RateFilter : IRemembers
{
    private const int MostKeys = 10_000;
    private readonly int _count;
    private readonly TimeSpan _window;
    private readonly string _by;
    private readonly OrderedDictionary<string, Queue<DateTimeOffset>> _seen = [];

    private RateFilter(int count, TimeSpan window, string by) => (_count, _window, _by) = (count, window, by);

    public static IFilterFactory Factory { get; } = new RateFactory();

    public bool Matches(PluginEvent happened)
    {
        var key = _by switch
        {
            "nothing" => string.Empty,
            "client_ip" => happened.Client.Address.ToString(),
            "username" => happened.User,
            _ => happened.Field(_by) ?? string.Empty,
        };
        var times = _seen.GetValueOrDefault(key) ?? new Queue<DateTimeOffset>(_count);
        _seen.Remove(key);
        times.Enqueue(happened.At);
        while (times.Count > 0 && (happened.At - times.Peek() > _window || times.Count > _count))
            times.Dequeue();
        if (times.Count >= _count)
            return true;
        _seen[key] = times;
        while (_seen.Count > MostKeys)
            _seen.RemoveAt(0);
        return false;
    }

    private static RateFilter? Parse(string text)
    {
        var match = Form().Match(text);
        return match.Success
            && int.TryParse(match.Groups["count"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count is >= 1 and <= 100_000
            && Quantity.TryDuration(match.Groups["window"].Value, out var window) && window > TimeSpan.Zero
            ? new RateFilter(count, window, match.Groups["by"] is { Success: true } by ? by.Value : "client_ip")
            : null;
    }

    [GeneratedRegex(@"^\s*(?<count>[0-9]+)\s+in\s+(?<window>[0-9.]+\s*[a-z]+)(?:\s+by\s+(?<by>[a-z_.]+))?\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    private sealed class RateFactory : IFilterFactory
    {
        public FilterDescription Description { get; } = new(
            "rate", null,
            ValueShape.Text with
            {
                Check = value => Parse(FilterFactory.TextOf(value)) is null
                    ? "is not possible: it must be of the form '5 in 60 s by client_ip'" : null,
            },
            "Passes the Nth event within a time: 5 in 60 s by client_ip.");

        public IFilter Create(SettingValue argument) => Parse(FilterFactory.TextOf(argument))
            ?? throw new ArgumentException("rate must be of the form '5 in 60 s by client_ip'", nameof(argument));
    }
}
