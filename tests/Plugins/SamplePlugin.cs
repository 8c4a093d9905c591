using Microsoft.Extensions.Logging;
using SshLog.Core.Rules;
using SshLog.PluginHost.DotNet;

namespace SshLog.Plugins.Tests;

/// <summary>This assembly is the plug-in, and the program that loads it, of its own tests.</summary>
internal static class Program
{
    public static int Main(string[] args) => PluginHostProgram.IsAsked(args) ? PluginHostProgram.Run(args) : 64;
}

/// <summary>A filter that does what its argument says.</summary>
public sealed class SampleFilterFactory : IFilterFactory
{
    public FilterDescription Description { get; } = new(
        "sample",
        ["command_start"],
        ValueShape.ListOf(ValueShape.Text with { Check = value => value is SettingValue.Text { Value: "wrong" } ? "must be something else" : null }),
        "Does what its argument says.");

    public IFilter Create(SettingValue argument)
    {
        var word = ((SettingValue.Text)((SettingValue.List)argument).Items[0]).Value;
        return word == "refuse" ? throw new ArgumentException("not with me") : new Filter(word);
    }

    private sealed class Filter(string word) : IFilter
    {
        private readonly List<byte[]> _kept = [];

        public bool Matches(PluginEvent happened)
        {
            Console.WriteLine("printed by the plug-in");
            switch (word)
            {
                case "throw":
                    throw new InvalidOperationException("thrown by the plug-in");
                case "block":
                    Thread.Sleep(Timeout.Infinite);
                    break;
                case "exit":
                    Environment.Exit(3);
                    break;
                case "leak":
                    while (true)
                        _kept.Add(new byte[1 << 20]);
                case "crash":
                    Environment.FailFast("crash");
                    break;
            }

            return happened is
            {
                User: "billy", Command: { Executable: "/usr/bin/id", Arguments: ["id", "-u"], Uid: 1000, EffectiveUid: 0, Finished: false }, Ordering: 1,
            } && happened.Field("tcp_info.client_ip") == "192.0.2.7" && happened.At == Some.At;
        }
    }
}

/// <summary>An action that says what it was given.</summary>
public sealed class SampleActionFactory : IActionFactory
{
    public PluginDescription Description { get; } = new(
        "sample_action",
        [],
        [
            new ParameterDescription("file", ValueShape.Text with { Check = _ => null }, Required: true),
            new ParameterDescription("size", ValueShape.Size with { Minimum = 1 }, new SettingValue.Text("1 KiB")),
            new ParameterDescription("more", ValueShape.RecordOf(new ParameterDescription("inner", ValueShape.Integer))),
        ]);

    public IAction Create(ActionContext context) => new Action(context);

    private sealed class Action(ActionContext context) : IAction
    {
        public async Task<ActionOutcome> ExecuteAsync(PluginEvent happened, CancellationToken cancellation)
        {
            context.Log.LogWarning("about {User}", happened.User);
            if (happened.User == "wait")
                await Task.Delay(Timeout.Infinite, cancellation);
            await File.AppendAllTextAsync(
                context.Parameters.Text("file"), $"{context.Name} {context.Parameters.Text("size")} {happened.User}\n", cancellation);
            return happened.User == "never" ? ActionOutcome.GiveUp("never") : ActionOutcome.Done;
        }

        public async ValueTask DisposeAsync() => await File.AppendAllTextAsync(context.Parameters.Text("file"), "end\n");
    }
}
