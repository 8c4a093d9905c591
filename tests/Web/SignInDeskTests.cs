using System.Net;
using SshLog.Core.Protocol;

namespace SshLog.Web.Tests;

public sealed class SignInDeskTests : IDisposable
{
    private const int Guesses = 40;
    private static readonly IPAddress _stranger = IPAddress.Parse("192.0.2.7");
    private readonly SignInDesk _desk = new([new WebUser("robin", "correct horse", Role.Observer)], TimeProvider.System);

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
}
