using Akka.Actor;
using Akka.Configuration;

namespace Akka.TestKit;

/// <summary>How patient a test is.</summary>
public sealed class TestKitSettings : IExtension
{
    internal const string Reference = """
        akka.test {
          timefactor = 1.0
          filter-leeway = 3s
          single-expect-default = 3s
          default-timeout = 5s
        }
        """;

    internal TestKitSettings(Config config)
    {
        TestTimeFactor = config.GetDouble("akka.test.timefactor", 1);
        DefaultTimeout = config.GetTimeSpan("akka.test.default-timeout", TimeSpan.FromSeconds(5));
        SingleExpectDefault = config.GetTimeSpan("akka.test.single-expect-default", TimeSpan.FromSeconds(3));
        TestEventFilterLeeway = config.GetTimeSpan("akka.test.filter-leeway", TimeSpan.FromSeconds(3));
    }

    /// <summary>By what all durations are multiplied.</summary>
    public double TestTimeFactor { get; }

    /// <summary>How long an Ask of a test may take.</summary>
    public TimeSpan DefaultTimeout { get; }

    /// <summary>How long a single message may take.</summary>
    public TimeSpan SingleExpectDefault { get; }

    /// <summary>How long log entries may take after the action.</summary>
    public TimeSpan TestEventFilterLeeway { get; }
}

/// <summary>A test whose messages have no implicit sender.</summary>
public interface INoImplicitSender;
