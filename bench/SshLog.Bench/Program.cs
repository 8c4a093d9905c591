using SshLog.Bench.Engine;
using SshLog.Bench.Harness;
using SshLog.Bench.Pipeline;
using SshLog.Bench.Recordings;
using SshLog.Bench.Search;

namespace SshLog.Bench;

/// <summary>Measures what is named, or everything: <c>bench/run [name or group ...]</c>.</summary>
internal static class Program
{
    private static readonly Dictionary<string, Func<IEnumerable<Benchmark>>> Groups = new()
    {
        ["local"] = () => LocalMessages.All,
        ["persistence"] = () => Persisting.All,
        ["remote"] = () => RemoteMessages.All,
        ["lifetime"] = () => Lifetime.All,
        ["pipeline"] = () => PipelineBenchmarks.All,
        ["plugins"] = () => PluginCalls.All,
        ["search"] = () => SearchBenchmarks.All,
        ["recordings"] = () => RecordingBenchmarks.All,
        ["actions"] = () => ActionBenchmarks.All,
    };

    public static async Task<int> Main(string[] args)
    {
        if (args is ["child", var figure, var directory])
        {
            await Lifetime.RunChildAsync(figure, directory);
            return 0;
        }

        var all = Groups.SelectMany(group => group.Value().Select(benchmark => (Group: group.Key, benchmark))).ToList();
        var unknown = args.Where(name => all.TrueForAll(b => b.Group != name && b.benchmark.Name != name)).ToList();
        if (unknown.Count > 0 || args is ["help" or "--help" or "--list"])
        {
            foreach (var (group, benchmark) in all)
                Console.WriteLine($"{group,-12} {benchmark.Name,-20} {benchmark.What}");
            return args is ["--help" or "--list"] ? 0 : 64;
        }

        await Runner.RunAsync(all
            .Where(b => args.Length == 0 || args.Contains(b.Group) || args.Contains(b.benchmark.Name))
            .Select(b => b.benchmark));
        return 0;
    }
}
