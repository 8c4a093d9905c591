using System.Globalization;
using System.Text.Json;

namespace SshLog.Bench.Harness;

/// <summary>Runs benchmarks and prints their median beside what they are compared with.</summary>
internal static class Runner
{
    public static async Task RunAsync(IEnumerable<Benchmark> benchmarks)
    {
        Console.WriteLine(FormattableString.Invariant(
            $"{Environment.ProcessorCount} cores, load {Load()}, .NET {Environment.Version}, engine {EngineName()}"));
        Console.WriteLine(Row("benchmark", "median", "min", "max", "unit", "reference", "ratio"));
        foreach (var benchmark in benchmarks)
        {
            for (var i = 0; i < benchmark.WarmUps; i++)
                await benchmark.Measure();
            var values = new List<double>();
            for (var i = 0; i < benchmark.Runs; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                values.Add(await benchmark.Measure());
            }

            Print(benchmark, values);
        }

        Console.WriteLine(FormattableString.Invariant($"load at the end {Load()}"));
    }

    private static void Print(Benchmark benchmark, List<double> values)
    {
        Keep(benchmark, values);
        values.Sort();
        var median = values[values.Count / 2];
        var reference = benchmark.Reference;
        var ratio = reference is null ? "" : (median / reference.Value).ToString("0.00", CultureInfo.InvariantCulture)
            + (reference.IsMissedBy(median) ? " (short)" : "");
        Console.WriteLine(Row(
            benchmark.Name, Number(median), Number(values[0]), Number(values[^1]), benchmark.Unit,
            reference is null ? "" : Number(reference.Value) + " " + reference.Source, ratio));
    }

    // A line of JSON as bench/ssh.sh writes it, where bench/run says.
    private static void Keep(Benchmark benchmark, List<double> samples)
    {
        if (Environment.GetEnvironmentVariable("RAW") is not { Length: > 0 } file)
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var row = JsonSerializer.Serialize(new
        {
            at = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            row = $"{benchmark.Name}, {benchmark.Unit}",
            budget = benchmark.Reference is { } reference ? FormattableString.Invariant($"{reference.Value} {reference.Source}") : "",
            samples,
            machine = $"{Environment.ProcessorCount} cores, kernel {Environment.OSVersion.Version}, engine {EngineName()}, load {Load()}",
        });
        File.AppendAllText(file, row + "\n");
    }

    private static string Number(double value) => value.ToString(
        value switch { >= 100 => "#,0", >= 10 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture);

    private static string Row(
        string name, string median, string min, string max, string unit, string reference, string ratio) =>
        $"{name,-28} {median,12} {min,12} {max,12}  {unit,-10} {reference,-24} {ratio}";

    private static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    // The embedded engine has no strong name and its own version.
    private static string EngineName() =>
        typeof(Akka.Actor.ActorSystem).Assembly.GetName().Version is { Major: 1, Minor: 5 } v ? $"Akka.NET {v}" : "embedded";
}
