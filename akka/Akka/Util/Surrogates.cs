using Akka.Actor;

namespace Akka.Util;

/// <summary>What travels in place of an object that cannot be serialized as it is.</summary>
public interface ISurrogate
{
    /// <summary>Turns the surrogate back into the object, in the given actor system.</summary>
    ISurrogated FromSurrogate(ActorSystem system);
}

/// <summary>An object that is serialized through a surrogate, such as an actor reference.</summary>
public interface ISurrogated
{
    /// <summary>Makes the surrogate that stands for this object.</summary>
    ISurrogate ToSurrogate(ActorSystem system);
}
