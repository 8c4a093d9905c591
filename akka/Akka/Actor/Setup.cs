using System.Collections.Immutable;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Actor.Setup
{
    /// <summary>A part of an actor system that is set up in code instead of configuration.</summary>
    public abstract class Setup
    {
        /// <summary>This and another part.</summary>
        public ActorSystemSetup And(Setup other) => ActorSystemSetup.Create(this, other);
    }

    /// <summary>All that an actor system is set up with in code; one part of each type. Immutable.</summary>
    public sealed class ActorSystemSetup
    {
        /// <summary>Nothing.</summary>
        public static readonly ActorSystemSetup Empty = new(ImmutableDictionary<Type, Setup>.Empty);

        private readonly ImmutableDictionary<Type, Setup> _setups;

        private ActorSystemSetup(ImmutableDictionary<Type, Setup> setups) => _setups = setups;

        /// <summary>Collects parts; the last of a type wins.</summary>
        public static ActorSystemSetup Create(params Setup[] setup) => new(
            setup.Aggregate(Empty._setups, (all, part) => all.SetItem(part.GetType(), part)));

        /// <summary>The part of a type.</summary>
        public Option<T> Get<T>() where T : Setup =>
            _setups.TryGetValue(typeof(T), out var setup) ? new Option<T>((T)setup) : Option<T>.None;

        /// <summary>Adds or replaces a part.</summary>
        public ActorSystemSetup WithSetup<T>(T setup) where T : Setup => new(_setups.SetItem(setup.GetType(), setup));

        /// <summary>Adds or replaces a part.</summary>
        public ActorSystemSetup And<T>(T setup) where T : Setup => WithSetup(setup);

        /// <inheritdoc/>
        public override string ToString() => $"ActorSystemSetup({string.Join(", ", _setups.Keys)})";
    }
}

namespace Akka.Actor
{
    using Akka.Actor.Setup;

    /// <summary>Which provider of references an actor system uses.</summary>
    public abstract class ProviderSelection
    {
        internal const string RemoteProvider = "Akka.Remote.RemoteActorRefProvider, Akka.Remote";
        internal const string ClusterProvider = "Akka.Cluster.ClusterActorRefProvider, Akka.Cluster";

        private ProviderSelection(string identifier, string fqn, bool hasCluster)
        {
            Identifier = identifier;
            Fqn = fqn;
            HasCluster = hasCluster;
        }

        /// <summary>The value of <c>akka.actor.provider</c>.</summary>
        public string Identifier { get; }

        /// <summary>The provider's type.</summary>
        public string Fqn { get; }

        /// <summary>Whether it is part of a cluster.</summary>
        public bool HasCluster { get; }

        internal static ProviderSelection Parse(string name) => name switch
        {
            "local" => Local.Instance,
            "remote" => Remote.Instance,
            "cluster" => Cluster.Instance,
            _ => new Custom(name),
        };

        /// <summary>Everything lives in this process.</summary>
        public sealed class Local : ProviderSelection
        {
            private Local()
                : base("local", "Akka.Actor.LocalActorRefProvider, Akka", false)
            {
            }

            /// <summary>The only instance.</summary>
            public static Local Instance { get; } = new();
        }

        /// <summary>Systems talk to each other.</summary>
        public sealed class Remote : ProviderSelection
        {
            private Remote()
                : base("remote", RemoteProvider, false)
            {
            }

            /// <summary>The only instance.</summary>
            public static Remote Instance { get; } = new();
        }

        /// <summary>Systems form a cluster; the embedded engine has none.</summary>
        public sealed class Cluster : ProviderSelection
        {
            private Cluster()
                : base("cluster", ClusterProvider, true)
            {
            }

            /// <summary>The only instance.</summary>
            public static Cluster Instance { get; } = new();
        }

        /// <summary>A provider of one's own.</summary>
        public sealed class Custom(string fqn, string? identifier = null, bool hasCluster = false)
            : ProviderSelection(identifier ?? fqn, fqn, hasCluster);
    }

    /// <summary>The first things an actor system needs: configuration and provider.</summary>
    public sealed class BootstrapSetup : Setup.Setup
    {
        private BootstrapSetup()
        {
        }

        /// <summary>The configuration, if given.</summary>
        public Option<Config> Config { get; private init; }

        /// <summary>What lies below it, if given.</summary>
        public Option<Config> ConfigFallback { get; private init; }

        /// <summary>The provider, if given.</summary>
        public Option<ProviderSelection> ActorRefProvider { get; private init; }

        /// <summary>Nothing yet.</summary>
        public static BootstrapSetup Create() => new();

        /// <summary>With a configuration in place of the one given so far.</summary>
        public BootstrapSetup WithConfig(Config config) => new()
        {
            Config = config, ConfigFallback = ConfigFallback, ActorRefProvider = ActorRefProvider,
        };

        /// <summary>With a configuration below the others.</summary>
        public BootstrapSetup WithConfigFallback(Config config) => new()
        {
            Config = Config,
            ConfigFallback = ConfigFallback.HasValue ? ConfigFallback.Value.WithFallback(config) : config,
            ActorRefProvider = ActorRefProvider,
        };

        /// <summary>With a provider.</summary>
        public BootstrapSetup WithActorRefProvider(ProviderSelection name) => new()
        {
            Config = Config, ConfigFallback = ConfigFallback, ActorRefProvider = name,
        };
    }
}
