using System.Net;

namespace SshLog.Web;

/// <summary>Counts failed sign-ins by address and by account, and refuses further ones for a while. For several threads.</summary>
internal sealed class Attempts(TimeProvider time)
{
    private const int MostPerAddress = 10;
    private const int MostPerAccount = 20;
    private const int MostKeys = 10_000;
    private static readonly TimeSpan _window = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, List<DateTimeOffset>> _failures = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private DateTimeOffset _swept = time.GetUtcNow();

    /// <summary>How many addresses and accounts it remembers now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _failures.Count;
        }
    }

    /// <exception cref="WebException">Too many (429).</exception>
    public void Check(IPAddress from, string account)
    {
        lock (_gate)
        {
            Sweep();
            if (Recent(OfAddress(from)) >= MostPerAddress || Recent(OfAccount(account)) >= MostPerAccount)
                throw new WebException(429, "Too many failed attempts: try again in a few minutes.");
        }
    }

    public void Failed(IPAddress from, string account)
    {
        lock (_gate)
        {
            Add(OfAddress(from));
            Add(OfAccount(account));
        }
    }

    /// <summary>Whoever knows the password clears the account, not the address.</summary>
    public void Succeeded(string account)
    {
        lock (_gate)
            _failures.Remove(OfAccount(account));
    }

    private static string OfAccount(string account) => "account " + account;

    // One machine has a whole /64 of IPv6, and this one all of 127.0.0.0/8.
    private static string OfAddress(IPAddress from)
    {
        var address = from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from;
        if (IPAddress.IsLoopback(address))
            return "this machine";
        return "address " + Convert.ToHexString(address.GetAddressBytes().AsSpan(0, address.GetAddressBytes().Length == 16 ? 8 : 4));
    }

    private int Recent(string key)
    {
        if (!_failures.TryGetValue(key, out var times))
            return 0;
        var since = time.GetUtcNow() - _window;
        times.RemoveAll(t => t < since);
        if (times.Count == 0)
            _failures.Remove(key);
        return times.Count;
    }

    /// <summary>Forgets what nobody will ask about any more, once a window.</summary>
    private void Sweep()
    {
        var now = time.GetUtcNow();
        if (now - _swept < _window)
            return;
        _swept = now;
        foreach (var old in _failures.Keys.ToList())
            Recent(old);
    }

    private void Add(string key)
    {
        // Names that nobody has fill no memory: with so many keys only those that are there count on.
        if (_failures.TryGetValue(key, out var times) || (_failures.Count < MostKeys && _failures.TryAdd(key, times = [])))
            times!.Add(time.GetUtcNow());
    }
}
