using SshLog.Core.Identity;
using SshLog.Core.Protocol;
using SshLog.Formatting;

namespace SshLog.Actors.Gateway;

/// <summary>Says clients where a text may be.</summary>
internal static class SearchRequests
{
    // With the last of them an answer stays well below the frame limit.
    private const int AnswerBytes = 64 * 1024;

    // More say hardly more.
    private const int MostGrams = 32;

    public static GatewayProtocol.IReply Find(GatewayServices services, GatewayProtocol.FindText find)
    {
        if (find.Sessions.Count is 0 or > GatewayProtocol.FindText.MostSessions)
            return new GatewayProtocol.Failure(GatewayProtocol.FailureCode.BadRequest, "Ask for one to so many sessions.");
        var output = Grams(find.Parts, isCommand: false);
        if (services.Search is not { } search || output.Count == 0)
            return new GatewayProtocol.TextPlaces([.. find.Sessions.Select(session => Everything(session, find.AfterSequenceNr))]);
        var commands = Grams(find.Parts, isCommand: true);
        var found = search.Find(
            find.Sessions, find.OnlyCommands ? [commands] : [output, commands], find.AfterSequenceNr, AnswerBytes);
        return new GatewayProtocol.TextPlaces([.. found.Select((f, i) => Places(services, f, i == 0 ? find.AfterSequenceNr : 0))]);
    }

    private static List<int> Grams(IReadOnlyList<string> parts, bool isCommand) =>
        [.. parts.SelectMany(part => TextGrams.Of(part, isCommand)).Distinct().Take(MostGrams)];

    private static GatewayProtocol.SessionPlaces Everything(SessionId session, long after) => new(
        session, after > 0 ? [] : [new GatewayProtocol.TextPlace(0, long.MaxValue, default, IsIndexed: false, IsEnd: true)], false);

    private static GatewayProtocol.SessionPlaces Places(GatewayServices services, Core.Journal.TextCandidates found, long after)
    {
        var places = new List<GatewayProtocol.TextPlace>();
        var newest = services.Archive.Newest(found.Session);
        // Of a session of that name in a journal that was set aside.
        if (found.Progress.UpTo > newest)
            return Everything(found.Session, after);
        var progress = found.Progress;
        if (progress.From > 0 && after == 0)
            places.Add(new GatewayProtocol.TextPlace(0, progress.From, default, IsIndexed: false, IsEnd: newest <= progress.From));
        places.AddRange(found.Stretches.Select(s => new GatewayProtocol.TextPlace(s.After, s.UpTo, s.State, IsIndexed: true, IsEnd: s.UpTo == newest)));
        if (newest > progress.UpTo && !found.More)
            places.Add(new GatewayProtocol.TextPlace(progress.UpTo, long.MaxValue, progress.State, IsIndexed: false, IsEnd: true));
        return new GatewayProtocol.SessionPlaces(found.Session, places, found.More);
    }
}
