using System.Net;
using SshLog.Core.Protocol;

namespace SshLog.Web.Tests;

public sealed class SignInDeskTests : IDisposable
{
    private const int Guesses = 40;
    private static readonly IPAddress _stranger = IPAddress.Parse("192.0.2.7");
    private readonly HandClock _clock = new();
    private readonly SignInDesk _desk;

    public SignInDeskTests() => _desk = new SignInDesk([new WebUser("robin", "correct horse", Role.Observer)], _clock);

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task Guesses_that_come_all_at_once_are_limited_as_those_that_come_one_by_one()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, Guesses).Select(i => GuessAsync("robin", $"guess {i}", _stranger)));
        Assert.Equal(10, answers.Count(a => a == "wrong"));
        Assert.Equal(Guesses - 10, answers.Count(a => a == "429"));
    }

    [Fact]
    public async Task Guesses_at_one_account_from_everywhere_at_once_are_limited_too()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, Guesses).Select(i =>
            GuessAsync("robin", $"guess {i}", new IPAddress([198, 51, 100, (byte)i]))));
        Assert.Equal(20, answers.Count(a => a == "wrong"));
        Assert.Equal(Guesses - 20, answers.Count(a => a == "429"));
    }

    [Fact]
    public async Task Who_knows_the_password_is_signed_in_behind_some_wrong_guesses()
    {
        var wrong = Enumerable.Range(0, 5).Select(i => GuessAsync("robin", $"guess {i}", _stranger)).ToList();
        var token = await _desk.SignInAsync("robin", "correct horse", _stranger, default);
        Assert.Equal("robin", _desk.Find(token)?.Name);
        Assert.All(await Task.WhenAll(wrong), answer => Assert.Equal("wrong", answer));
    }

    [Fact]
    public async Task A_name_longer_than_any_is_refused_and_not_remembered()
    {
        Assert.Equal("400", await GuessAsync(new string('x', 65), "guess", _stranger));
        Assert.Equal(0, _desk.Failing);
        Assert.Equal("wrong", await GuessAsync(new string('x', 64), "guess", _stranger));
    }

    [Fact]
    public async Task A_configured_name_may_be_long()
    {
        var name = new string('r', 80);
        using var desk = new SignInDesk([new WebUser(name, "correct horse", Role.Observer)], _clock);
        Assert.NotNull(await desk.SignInAsync(name, "correct horse", _stranger, default));
    }

    [Fact]
    public async Task All_addresses_of_this_machine_are_one()
    {
        for (var i = 1; i <= 10; i++)
            Assert.Equal("wrong", await GuessAsync($"name {i}", "guess", new IPAddress([127, 0, 0, (byte)i])));
        Assert.Equal("429", await GuessAsync("name 11", "guess", new IPAddress([127, 0, 0, 11])));
        Assert.Equal("429", await GuessAsync("name 12", "guess", IPAddress.IPv6Loopback));
        Assert.Equal("wrong", await GuessAsync("name 11", "guess", _stranger));
    }

    [Fact]
    public async Task What_failed_is_forgotten_after_the_window()
    {
        for (var i = 0; i < 3; i++)
            await GuessAsync($"name {i}", "guess", _stranger);
        Assert.Equal(4, _desk.Failing);
        _clock.Now += TimeSpan.FromMinutes(6);
        Assert.NotNull(await _desk.SignInAsync("robin", "correct horse", _stranger, default));
        Assert.Equal(0, _desk.Failing);
    }

    private async Task<string> GuessAsync(string name, string password, IPAddress from)
    {
        try
        {
            return await _desk.SignInAsync(name, password, from, default) is null ? "wrong" : "in";
        }
        catch (WebException refused)
        {
            return $"{refused.Status}";
        }
    }

    private sealed class HandClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
