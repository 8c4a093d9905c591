using SshLog.Core.Events;
using SshLog.Core.Recording;

namespace SshLog.Schema;

/// <summary>The part of <see cref="EventMapping"/> that is about what is left out on purpose.</summary>
internal static class RecordingMapping
{
    public static Wire.RecordingLimited ToWire(RecordingLimited e) =>
        new() { At = e.At.UtcTicks, Level = (int)e.Level, Rule = e.Rule };

    public static RecordingLimited FromWire(Wire.RecordingLimited m) =>
        new(EventMapping.Time(m.At), (RecordingLevel)m.Level, m.Rule);

    public static Wire.ContentRedacted ToWire(ContentRedacted e) => new() { At = e.At.UtcTicks, Kind = e.Kind };

    public static ContentRedacted FromWire(Wire.ContentRedacted m) => new(EventMapping.Time(m.At), m.Kind);
}
