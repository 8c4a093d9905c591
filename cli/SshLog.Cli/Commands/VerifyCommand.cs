using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Persistence.Proof;
using SshLog.Persistence.Retention;
using SshLog.Terminal;

namespace SshLog.Cli.Commands;

/// <summary><c>sshlog verify</c>: checks recordings against their hash chains and signatures, without a daemon.</summary>
internal sealed class VerifyCommand
{
    private const string DefaultJournal = "/var/lib/sshlog/journal.db";

    private readonly Argument<string?> _session = new("SESSION")
    {
        Description = "Id of a session, or the start of one (default: everything)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _all = new("--all") { Description = "Everything (the default without SESSION)" };

    private readonly Option<string> _journal = new("--journal")
    {
        Description = "The journal, or a copy of it; heads.db beside it has the signatures",
        HelpName = "FILE",
        DefaultValueFactory = _ => DefaultJournal,
    };

    private readonly Option<string[]> _keys = new("--key")
    {
        Description = $"The host's public key, kept elsewhere (default: {HostKey.PublicFile} beside the journal); may be repeated",
        HelpName = "FILE",
    };

    private readonly Option<string?> _bundle = new("--bundle")
    {
        Description = "A bundle (sshlog export --format bundle) instead of a journal",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _heads = new("--head")
    {
        Description = "A file with signed heads that were kept elsewhere (trigger head_signed), in whatever text; - for standard input; "
            + "may be repeated",
        HelpName = "FILE",
    };

    private readonly Option<bool> _json = CommonOptions.Json("A JSON array, an object a journal");

    public VerifyCommand()
    {
        Definition = new Command(
            "verify",
            "Check that recordings are what was recorded: complete, with the gaps that they say themselves, or tampered with. Reads "
            + "the journal's file and needs no daemon. Exit status: 0 complete, 1 gaps, 2 tampered.");
        Definition.Arguments.Add(_session);
        Definition.Options.Add(_all);
        Definition.Options.Add(_journal);
        Definition.Options.Add(_keys);
        Definition.Options.Add(_bundle);
        Definition.Options.Add(_heads);
        Definition.Options.Add(_json);
    }

    /// <summary>Name, description, arguments and options.</summary>
    public Command Definition { get; }

    /// <summary>Command lines to show in the help.</summary>
    public static string Examples => "sshlog verify\nsshlog verify 20261122T074517-970236-4f2a"
        + "\nsshlog verify --journal copy/journal.db --key host-key.pub\nsshlog verify --bundle case-17.bundle --key host1.pub"
        + "\nsshlog verify --journal copy/journal.db --key host1.pub --head /var/log/remote/host1.log";

    /// <summary>Does it.</summary>
    /// <returns>0, 1 or 2 as <see cref="Verdict"/>.</returns>
    /// <exception cref="CliException">A file cannot be used, or there is no such session.</exception>
    public int Run(ParseResult parsed, CliHost host)
    {
        var name = parsed.GetValue(_session);
        if (name is not null && parsed.GetValue(_all))
            throw new CliException(ExitCodes.Usage, "name a session or give --all, not both");
        if (parsed.GetValue(_bundle) is { } bundle)
            return RunBundle(parsed, host, bundle);
        var journal = parsed.GetValue(_journal)!;
        if (!File.Exists(journal))
            throw new CliException(ExitCodes.NoInput, $"there is no journal {journal} (or you may not see it: root may)");
        var heads = ShippedHeads.Read(parsed.GetValue(_heads) ?? []);
        var keys = ReadKeys(parsed.GetValue(_keys) ?? [], Path.GetDirectoryName(Path.GetFullPath(journal))!);
        try
        {
            var reports = Verify(journal, keys, heads, name);
            return CliHost.Tell(reports.Count == 0 ? ExitCodes.Ok : (int)reports.Max(r => r.Verdict), () =>
            {
                if (parsed.GetValue(_json))
                    new JsonOutput(host.Output).WriteArray(reports, WriteReport);
                else
                    WriteText(host, reports, keys.Count);
            });
        }
        catch (JournalUnavailableException e)
        {
            throw new CliException(ExitCodes.InputOutput, e.Message.TrimEnd('.'), e);
        }
        finally
        {
            foreach (var key in keys)
                key.Dispose();
        }
    }

    private int RunBundle(ParseResult parsed, CliHost host, string file)
    {
        if (parsed.GetValue(_session) is not null || parsed.GetValue(_all))
            throw new CliException(ExitCodes.Usage, "a bundle holds one recording: name none, and no --all");
        var heads = ShippedHeads.Read(parsed.GetValue(_heads) ?? []);
        var keys = ReadKeys(parsed.GetValue(_keys) ?? [], null);
        try
        {
            var found = ReadBundle(file, keys, heads);
            // The bundle says how the key has changed; one that is not as it was may have lost just that.
            if (found.Report.Verdict != Verdict.Tampered)
                ShippedHeads.Known(heads, keys, found.Manifest!.KeyChanges);
            return CliHost.Tell((int)found.Report.Verdict, () =>
            {
                if (parsed.GetValue(_json))
                    new JsonOutput(host.Output).WriteArray([found], WriteBundle);
                else
                    WriteText(host, [found.Report], keys.Count, About(found));
            });
        }
        catch (JournalUnavailableException e)
        {
            throw new CliException(ExitCodes.InputOutput, e.Message.TrimEnd('.'), e);
        }
        finally
        {
            keys.ForEach(k => k.Dispose());
        }
    }

    private static BundleReport ReadBundle(string file, List<ECDsa> keys, IReadOnlyList<SignedHead> heads)
    {
        try
        {
            using var input = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 64 * 1024);
            return BundleVerifier.Verify(input, keys, heads);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.NoInput, $"the bundle cannot be read: {e.Message.TrimEnd('.')}", e);
        }
    }

    private static string About(BundleReport found) => found switch
    {
        { Manifest: null } or { Report.Verdict: Verdict.Tampered } => string.Empty,
        { Manifest: var m } => $"recorded on {SafeText.Escape(m.Host)}, handed out on {Quantities.Rfc3339(m.At)} for {SafeText.Escape(m.By)}, "
            + $"signed with {SafeText.Escape(m.Key)}"
            + (found.OwnKey ? "; that key came with it: whose it is only --key can prove" : string.Empty),
    };

    private static void WriteBundle(Utf8JsonWriter json, BundleReport found)
    {
        WriteReport(json, found.Report);
        json.WriteString("host", found.Manifest?.Host);
        json.WriteString("exported_at", found.Manifest is { } m ? Quantities.Rfc3339(m.At) : null);
        json.WriteString("exported_by", found.Manifest?.By);
        json.WriteString("key", found.Manifest?.Key);
        json.WriteBoolean("key_given", !found.OwnKey);
    }

    private static IReadOnlyList<VerifyReport> Verify(string journal, IReadOnlyList<ECDsa> given, IReadOnlyList<SignedHead> kept, string? name)
    {
        var signed = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(journal))!, "heads.db");
        var heads = HeadStore.Read(signed);
        var changes = KeyChangeStore.Read(signed);
        var shipped = ShippedHeads.Known(kept, given, changes);
        using var keys = new TrustedKeys(given, changes);
        if (name is null)
            return Verify(null);
        if (SessionId.TryParse(name, out var session) && Verify(session) is { Count: > 0 } one)
            return one;
        var found = Verify(null)
            .Where(r => r.Session?.Text.StartsWith(name, StringComparison.Ordinal) == true).ToList();
        return found.Count > 0 ? found : throw new CliException(ExitCodes.NoInput, $"no session is called '{SafeText.Escape(name)}'");

        IReadOnlyList<VerifyReport> Verify(SessionId? only) =>
            JournalVerifier.Verify(
                journal, heads, keys, only, () => TombstoneStore.Read(signed), () => RedactionStore.Read(signed), shipped);
    }

    private static List<ECDsa> ReadKeys(string[] files, string? directory)
    {
        var ownKey = directory is null ? null : Path.Combine(directory, HostKey.PublicFile);
        if (files.Length == 0 && ownKey is not null && File.Exists(ownKey))
            files = [ownKey];
        var keys = new List<ECDsa>();
        foreach (var file in files)
        {
            try
            {
                keys.Add(HostKey.ReadPublic(File.ReadAllText(file)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
            {
                throw new CliException(ExitCodes.NoInput, $"{file} is no public key in PEM that can be read: {e.Message.TrimEnd('.')}", e);
            }
        }

        return keys;
    }

    private static void WriteText(CliHost host, IReadOnlyList<VerifyReport> reports, int keys, string? about = null)
    {
        using var writer = CliHost.TextOn(host.Output);
        foreach (var report in reports)
            writer.WriteLine($"{Name(report)}  {Describe(report)}");
        writer.Flush();
        using var notes = CliHost.TextOn(host.ErrorOutput);
        var tampered = reports.Count(r => r.Verdict == Verdict.Tampered);
        var deleted = reports.Count(r => r.Deleted is not null);
        notes.Write($"sshlog: {Quantities.Count(reports.Count, "journal")}: {reports.Count(r => r is { Verdict: Verdict.Complete, Deleted: null })} complete, "
            + $"{reports.Count(r => r.Verdict == Verdict.Gaps)} with gaps, {tampered} tampered with"
            + (deleted > 0 ? $", {deleted} deleted" : string.Empty)
            + (about is { Length: > 0 } ? $"; {about}\n"
                : about is null && keys == 0 ? "; no public key: the chains were checked, no signature\n" : "\n"));
    }

    private static string Name(VerifyReport report) => SafeText.Escape(report.Session?.Text ?? report.PersistenceId);

    private static string Describe(VerifyReport report)
    {
        var signed = report.SignedUpTo == 0 ? "not signed"
            : report.SignedUpTo == report.Events ? "signed"
            : $"signed up to event {report.SignedUpTo}, the rest not yet";
        if (report.Deleted is { } stone)
        {
            return $"deleted on {Quantities.Rfc3339(stone.At)} by {SafeText.Escape(stone.By)}"
                + (stone.Reason.Length > 0 ? $": {SafeText.Escape(stone.Reason)}" : string.Empty)
                + $" ({Quantities.Count(stone.SequenceNr, "event")}; signed)";
        }

        if (report.Redactions is [var first, ..])
        {
            signed += $", the content of {Quantities.Count(report.Redactions.Count, "event")} taken out, first of event {first.SequenceNr} on "
                + $"{Quantities.Rfc3339(first.At)} by {SafeText.Escape(first.By)}{(first.Reason.Length > 0 ? ": " + SafeText.Escape(first.Reason) : string.Empty)}";
        }

        return report.Verdict switch
        {
            Verdict.Tampered => $"TAMPERED at event {report.TamperedAt}: {SafeText.Escape(report.Why)}; "
                + $"{Quantities.Count(report.Events, "event")} before it intact, {signed}",
            Verdict.Gaps => $"gaps: {string.Join("; ", report.Gaps.Select(LossText.Describe))} ({Quantities.Count(report.Events, "event")}, {signed})",
            _ => $"complete ({Quantities.Count(report.Events, "event")}, {signed}{(report.Session is null || report.IsClosed ? string.Empty : ", still open")})",
        };
    }

    private static void WriteReport(Utf8JsonWriter json, VerifyReport report)
    {
        json.WriteString("journal", report.PersistenceId);
        json.WriteString("session", report.Session?.Text);
        json.WriteString("verdict", JsonNamingPolicy.CamelCase.ConvertName(report.Verdict.ToString()));
        json.WriteNumber("events", report.Events);
        json.WriteNumber("gaps", report.Gaps.Count);
        JsonOutput.WriteOptional(json, "tampered_at", report.TamperedAt);
        json.WriteString("why", report.Why);
        json.WriteNumber("signed_up_to", report.SignedUpTo);
        json.WriteBoolean("closed", report.IsClosed);
        json.WriteNumber("redacted", report.Redactions.Count);
        json.WriteString("deleted_at", report.Deleted is { } stone ? Quantities.Rfc3339(stone.At) : null);
        json.WriteString("deleted_by", report.Deleted?.By);
        json.WriteString("deleted_why", report.Deleted?.Reason);
    }
}
