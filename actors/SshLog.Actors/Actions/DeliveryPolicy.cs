using SshLog.Plugins;

namespace SshLog.Actors.Actions;

/// <summary>How long and how often an event is tried.</summary>
/// <param name="Timeout">One attempt.</param>
/// <param name="RetryFor">From the first attempt to the last.</param>
/// <param name="MaxAttempts">0 for no limit.</param>
internal sealed record DeliveryPolicy(TimeSpan Timeout, TimeSpan RetryFor, long MaxAttempts)
{
    private static readonly TimeSpan _first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan _moment = TimeSpan.FromMilliseconds(100);

    public static DeliveryPolicy From(Parameters parameters) => new(
        TimeSpan.FromSeconds(double.Parse(parameters.Text(DeliveryParameters.Timeout), System.Globalization.CultureInfo.InvariantCulture)),
        parameters.FindDuration(DeliveryParameters.RetryFor) ?? TimeSpan.FromDays(1),
        parameters.Integer(DeliveryParameters.MaxAttempts));

    /// <summary>True if it is not to be tried again.</summary>
    public bool IsSpent(int attempts, TimeSpan age) => (MaxAttempts > 0 && attempts >= MaxAttempts) || age >= RetryFor;

    /// <summary>
    /// How long to wait after that many attempts: twice as long each time, up to five minutes, a fifth more or less; longer where
    /// the receiver wants that, but not beyond the last attempt.
    /// </summary>
    public TimeSpan Delay(int attempts, TimeSpan? atLeast, TimeSpan age)
    {
        var delay = _first * Math.Pow(2, Math.Min(attempts - 1, 20));
        delay = (delay < _longest ? delay : _longest) * (0.8 + (0.4 * Random.Shared.NextDouble()));
        if (atLeast is { } wanted && wanted > delay)
            delay = wanted;
        // A moment more, since a timer may be early: or its last millisecond would be full of attempts.
        var left = RetryFor - age + _moment;
        return delay < left ? delay : left;
    }
}
