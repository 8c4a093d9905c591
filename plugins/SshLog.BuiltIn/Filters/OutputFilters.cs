using System.Text;
using System.Text.RegularExpressions;
using SshLog.Core.Rules;
using SshLog.Plugins;

namespace SshLog.BuiltIn.Filters;

/// <summary>
/// Filters about what terminals show. A text that is split over several reads is found: of each channel the last 4 KiB are
/// kept. It is reported once, with the read that completes it.
/// </summary>
internal static class OutputFilters
{
    private const int Kept = 4096;
    private const int MostChannels = 4096;

    public static readonly IFilterFactory[] All =
    [
        new Factory(
            new FilterDescription("output_contains", RuleMatcher.OutputTriggers, ValueShape.Text, "A text within a channel's output."),
            text => new Regex(Regex.Escape(text), RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1))),
        new Factory(
            new FilterDescription("output_contains_regex", RuleMatcher.OutputTriggers, FilterFactory.PatternShape,
                "A pattern for a channel's output, no longer than 4 KiB."),
            FilterFactory.Compile),
    ];

    private sealed class Factory(FilterDescription description, Func<string, Regex> compile) : IFilterFactory
    {
        public FilterDescription Description { get; } = description;

        public IFilter Create(SettingValue argument) => new Filter(compile(FilterFactory.TextOf(argument)));
    }

    private sealed class Filter(Regex pattern) : IFilter
    {
        private readonly OrderedDictionary<(string Session, int Channel), string> _kept = [];

        public bool Matches(PluginEvent happened)
        {
            if (happened.Output.IsEmpty)
                return false;
            var key = (happened.Session, happened.Channel ?? 0);
            var before = _kept.GetValueOrDefault(key) ?? string.Empty;
            // Latin-1 keeps one character a byte: the place of a match says which read completed it.
            var text = before + Encoding.Latin1.GetString(happened.Output.Span);
            var found = Find(text, before.Length);
            _kept.Remove(key);
            _kept[key] = text.Length > Kept ? text[^Kept..] : text;
            while (_kept.Count > MostChannels)
                _kept.RemoveAt(0);
            return found;
        }

        private bool Find(string text, int alreadySeen)
        {
            for (var match = pattern.Match(text); match.Success; match = match.NextMatch())
            {
                if (match.Index + match.Length > alreadySeen)
                    return true;
            }

            return false;
        }
    }
}
