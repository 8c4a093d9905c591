using Akka.Configuration;

namespace Akka.Persistence;

/// <summary>Spares a failing plug-in: after some failures in a row requests fail at once until a time has passed.</summary>
internal sealed class PluginBreaker(int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout)
{
    private readonly Lock _lock = new();
    private int _failures;
    private long _openUntil;

    public static PluginBreaker From(Config plugin)
    {
        var config = plugin.GetConfig("circuit-breaker");
        return new PluginBreaker(config.GetInt("max-failures", 10),
            config.GetTimeSpan("call-timeout", TimeSpan.FromSeconds(20)),
            config.GetTimeSpan("reset-timeout", TimeSpan.FromSeconds(60)));
    }

    /// <summary>Runs a request. One that takes longer than the time limit fails, whatever becomes of it later.</summary>
    /// <exception cref="InvalidOperationException">The plug-in failed too often just now.</exception>
    public async Task<T> Run<T>(Func<Task<T>> request)
    {
        lock (_lock)
            if (_failures >= maxFailures && Environment.TickCount64 < _openUntil)
                throw new InvalidOperationException(
                    $"The plug-in failed {_failures} times in a row; it is spared for {resetTimeout.TotalSeconds} s.");
        try
        {
            var result = await request().WaitAsync(callTimeout).ConfigureAwait(false);
            lock (_lock)
                _failures = 0;
            return result;
        }
        catch
        {
            lock (_lock)
                if (++_failures >= maxFailures)
                    _openUntil = Environment.TickCount64 + (long)resetTimeout.TotalMilliseconds;
            throw;
        }
    }
}
