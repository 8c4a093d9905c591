using Akka.Actor;
using SshLog.Core.Journal;

namespace SshLog.Actors.Screens;

/// <summary>What key frames need from outside.</summary>
/// <param name="Frames">Where they are kept.</param>
/// <param name="Growth">Says which sessions have grown.</param>
/// <param name="Archive">The sessions' journals.</param>
/// <param name="Settings">How they are made.</param>
public sealed record ScreenPorts(
    IScreenFrameStore Frames, IJournalGrowth Growth, ISessionArchive Archive, KeyFrameSettings Settings)
{
    /// <summary>Starts the actor that makes them.</summary>
    internal void Start(ActorSystem system, IActorRef feed) =>
        system.ActorOf(KeyFrameActor.Props(Growth, Archive, Frames, feed, Settings), "key-frames");
}
