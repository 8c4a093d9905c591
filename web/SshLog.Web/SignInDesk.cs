using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using SshLog.Core.Protocol;

namespace SshLog.Web;

/// <summary>Who is signed in at the page.</summary>
/// <param name="Name">Their name.</param>
/// <param name="Role">What they may do.</param>
internal sealed record Visitor(string Name, Role Role);

/// <summary>
/// Passwords, and the tokens that stand for them in cookies. Passwords are kept as PBKDF2 hashes (RFC 8018), tokens as
/// SHA-256 hashes. Attempts are limited by address and by account. For several threads.
/// </summary>
internal sealed class SignInDesk : IDisposable
{
    private const int Iterations = 600_000;
    private const int SaltBytes = 16;
    private const int HashBytes = 32;
    private const int MostTokens = 1000;

    // Names are remembered for a while when they fail.
    private const int LongestName = 64;

    private readonly TimeProvider _time;
    private readonly Dictionary<string, Account> _accounts;
    private readonly Account _nobody;
    private readonly ConcurrentDictionary<string, Ticket> _tickets = new(StringComparer.Ordinal);
    private readonly Attempts _attempts;
    private readonly int _longestName;

    // A hash takes a tenth of a second of a core: strangers may not take them all.
    private readonly SemaphoreSlim _hashing = new(1);

    public SignInDesk(IEnumerable<WebUser> users, TimeProvider time)
    {
        _time = time;
        _attempts = new Attempts(time);
        _accounts = users.ToDictionary(u => u.Name, u => new Account(u.Password, u.Role), StringComparer.Ordinal);
        _longestName = _accounts.Keys.Select(name => name.Length).Append(LongestName).Max();
        _nobody = new Account(Convert.ToHexString(RandomNumberGenerator.GetBytes(16)), Role.None);
    }

    /// <summary>How long a token lives at most.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromHours(12);

    /// <summary>How long it lives unused.</summary>
    public static TimeSpan LongestIdle { get; } = TimeSpan.FromHours(1);

    /// <summary>How many addresses and accounts have failed of late.</summary>
    public int Failing => _attempts.Count;

    /// <summary>A token for whoever knows the password; null if it is wrong.</summary>
    /// <exception cref="WebException">Too many attempts (429), or a name longer than any here (400).</exception>
    public async Task<string?> SignInAsync(string name, string password, IPAddress from, CancellationToken cancellation)
    {
        if (name.Length > _longestName)
            throw new WebException(400, "That name is too long.");
        _attempts.Check(from, name);
        var account = _accounts.GetValueOrDefault(name);
        await _hashing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // Those who waited have heard nothing yet of what failed before them.
            _attempts.Check(from, name);
            // As long for a name that does not exist.
            if (!await Task.Run(() => (account ?? _nobody).Knows(password), CancellationToken.None).ConfigureAwait(false) || account is null)
            {
                _attempts.Failed(from, name);
                return null;
            }
        }
        finally
        {
            _hashing.Release();
        }

        _attempts.Succeeded(name);
        return Issue(new Visitor(name, account.Role));
    }

    /// <summary>Who has this token; null for nobody.</summary>
    public Visitor? Find(string? token)
    {
        if (token is null || !_tickets.TryGetValue(Key(token), out var ticket))
            return null;
        var now = _time.GetUtcNow();
        if (ticket.IsOver(now))
        {
            SignOut(token);
            return null;
        }

        ticket.LastUsed = now;
        return ticket.Visitor;
    }

    /// <summary>The token is worth nothing from now on.</summary>
    public void SignOut(string token) => _tickets.TryRemove(Key(token), out _);

    public void Dispose() => _hashing.Dispose();

    private string Issue(Visitor visitor)
    {
        var now = _time.GetUtcNow();
        foreach (var (key, _) in _tickets.Where(t => t.Value.IsOver(now)))
            _tickets.TryRemove(key, out _);
        if (_tickets.Count >= MostTokens)
            throw new WebException(503, "Too many people are signed in.");
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(HashBytes));
        _tickets[Key(token)] = new Ticket(visitor, now);
        return token;
    }

    private static string Key(string token) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private sealed class Account(string password, Role role)
    {
        private readonly byte[] _salt = RandomNumberGenerator.GetBytes(SaltBytes);
        private readonly Lock _gate = new();
        private string? _password = password;
        private byte[]? _hash;

        public Role Role { get; } = role;

        public bool Knows(string given)
        {
            lock (_gate)
            {
                // Hashed when first asked for: the daemon's start does not wait for it.
                _hash ??= Hash(_password!);
                _password = null;
                return CryptographicOperations.FixedTimeEquals(_hash, Hash(given));
            }
        }

        private byte[] Hash(string text) => Rfc2898DeriveBytes.Pbkdf2(text, _salt, Iterations, HashAlgorithmName.SHA256, HashBytes);
    }

    private sealed class Ticket(Visitor visitor, DateTimeOffset now)
    {
        private readonly DateTimeOffset _since = now;

        public Visitor Visitor { get; } = visitor;

        public DateTimeOffset LastUsed { get; set; } = now;

        public bool IsOver(DateTimeOffset now) => now - _since > Longest || now - LastUsed > LongestIdle;
    }
}
