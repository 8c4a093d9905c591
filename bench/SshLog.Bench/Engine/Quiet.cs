using Akka.Configuration;

namespace SshLog.Bench.Engine;

/// <summary>An actor system that keeps to itself.</summary>
internal static class Quiet
{
    public static readonly Config Config = ConfigurationFactory.ParseString("""
        akka {
          loglevel = ERROR
          stdout-loglevel = OFF
          log-dead-letters = off
          coordinated-shutdown.run-by-clr-shutdown-hook = off
        }
        """);
}
