using System.Linq.Expressions;
using System.Reflection;

namespace Akka.Actor;

/// <summary>Makes actors in a way of its own, for instance with a container.</summary>
public interface IIndirectActorProducer
{
    /// <summary>The type of the actors.</summary>
    Type ActorType { get; }

    /// <summary>Makes one.</summary>
    ActorBase Produce();

    /// <summary>Called when an actor made by this producer is no longer used.</summary>
    void Release(ActorBase actor);
}

/// <summary>How to make an actor: its type and arguments, dispatcher, mailbox and supervisor strategy. Immutable.</summary>
public sealed class Props : IEquatable<Props>
{
    private static readonly object[] NoArguments = [];
    private readonly ConstructorInfo? _constructor;
    private IIndirectActorProducer? _producer;
    private Func<ActorBase>? _factory;

    internal Props(Type type, object[] arguments, ConstructorInfo? constructor = null)
    {
        Type = type;
        Arguments = arguments;
        _constructor = constructor;
    }

    private Props(Props other)
    {
        Type = other.Type;
        Arguments = other.Arguments;
        Deploy = other.Deploy;
        SupervisorStrategy = other.SupervisorStrategy;
        _constructor = other._constructor;
        _producer = other._producer;
        _factory = other._factory;
    }

    /// <summary>Props of an actor that does nothing.</summary>
    public static readonly Props Empty = Create<EmptyActor>();

    /// <summary>An absent description.</summary>
    public static readonly Props None = null!;

    /// <summary>The type of the actor.</summary>
    public Type Type { get; }

    /// <summary>The arguments of its constructor.</summary>
    public object[] Arguments { get; }

    /// <summary>Where and how it runs.</summary>
    public Deploy Deploy { get; private init; } = Deploy.Local;

    /// <summary>The strategy for the actor's children, in place of the actor's own; or null.</summary>
    public SupervisorStrategy SupervisorStrategy { get; private init; } = null!;

    /// <summary>The dispatcher's path, or the default's.</summary>
    public string Dispatcher => Deploy.Dispatcher ?? Akka.Dispatch.Dispatchers.DefaultDispatcherId;

    /// <summary>The mailbox's path, or the default's.</summary>
    public string Mailbox => Deploy.Mailbox ?? Akka.Dispatch.Mailboxes.DefaultMailboxId;

    /// <summary>The name of the actor's type.</summary>
    public string TypeName => Type.AssemblyQualifiedName!;

    /// <summary>
    /// Describes an actor by a <c>new</c> expression. The arguments are evaluated now, once; the constructor runs at
    /// every (re)start.
    /// </summary>
    /// <exception cref="ArgumentException">The expression is anything but <c>new T(...)</c>.</exception>
    public static Props Create<TActor>(
        Expression<Func<TActor>> factory, SupervisorStrategy? supervisorStrategy = null) where TActor : ActorBase
    {
        if (factory.Body is not NewExpression construct)
            throw new ArgumentException("The create function must be a 'new T (args)' expression", nameof(factory));
        var arguments = construct.Arguments.Count == 0
            ? NoArguments
            : construct.Arguments.Select(ExpressionValue.Of).ToArray();
        return new Props(typeof(TActor), arguments!, construct.Constructor)
        {
            SupervisorStrategy = supervisorStrategy!,
        };
    }

    /// <summary>Describes an actor by its type and constructor arguments.</summary>
    public static Props Create<TActor>(params object[] args) where TActor : ActorBase =>
        new(typeof(TActor), args ?? NoArguments);

    /// <summary>Describes an actor with a constructor without parameters.</summary>
    public static Props Create<TActor>(SupervisorStrategy? supervisorStrategy = null)
        where TActor : ActorBase, new() =>
        new(typeof(TActor), NoArguments) { SupervisorStrategy = supervisorStrategy!, _factory = static () => new TActor() };

    /// <summary>Describes an actor by its type and constructor arguments.</summary>
    /// <exception cref="ArgumentException">The type is no actor.</exception>
    public static Props Create(Type type, params object[] args)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (!typeof(ActorBase).IsAssignableFrom(type))
            throw new ArgumentException($"[{type}] is not an actor type.", nameof(type));
        return new Props(type, args ?? NoArguments);
    }

    /// <summary>Describes an actor that a producer makes.</summary>
    public static Props CreateBy(IIndirectActorProducer producer, params object[] args) =>
        new(producer.ActorType, args ?? NoArguments) { _producer = producer };

    /// <summary>Describes an actor that a function makes (engine internal).</summary>
    internal static Props CreateBy<TActor>(Func<TActor> factory) where TActor : ActorBase =>
        new(typeof(TActor), NoArguments) { _factory = factory };

    /// <summary>The same with another dispatcher.</summary>
    public Props WithDispatcher(string dispatcher) => WithDeploy(Deploy.WithDispatcher(dispatcher));

    /// <summary>The same with another mailbox.</summary>
    public Props WithMailbox(string mailbox) => WithDeploy(Deploy.WithMailbox(mailbox));

    /// <summary>The same with another deployment.</summary>
    public Props WithDeploy(Deploy deploy) => new(this) { Deploy = deploy };

    /// <summary>The same with another strategy for the actor's children.</summary>
    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy) =>
        new(this) { SupervisorStrategy = supervisorStrategy };

    /// <summary>The same with a limit for the stash, in messages.</summary>
    public Props WithStashCapacity(int stashCapacity) => WithDeploy(Deploy.WithStashCapacity(stashCapacity));

    /// <summary>Makes a new instance of the actor.</summary>
    public ActorBase NewActor()
    {
        if (_producer is not null) return _producer.Produce();
        if (_factory is not null) return _factory();
        if (_constructor is not null)
            return (ActorBase)_constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, Arguments, null);
        const BindingFlags Flags = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic
            | BindingFlags.CreateInstance | BindingFlags.DoNotWrapExceptions;
        return (ActorBase)Activator.CreateInstance(Type, Flags, null, Arguments, null)!;
    }

    internal void Release(ActorBase actor)
    {
        if (_producer is not null) _producer.Release(actor);
        else if (actor is IDisposable disposable) disposable.Dispose();
    }

    /// <inheritdoc/>
    public bool Equals(Props? other) => ReferenceEquals(this, other)
        || (other is not null && Type == other.Type && Deploy.Equals(other.Deploy)
            && ReferenceEquals(_producer, other._producer) && Arguments.SequenceEqual(other.Arguments));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Props);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, Arguments.Length);

    /// <inheritdoc/>
    public override string ToString() => $"Props({Type})";

    private sealed class EmptyActor : UntypedActor
    {
        protected override void OnReceive(object message)
        {
        }
    }
}

/// <summary>Evaluates the arguments of a <c>new</c> expression without compiling it: compiling is slow at start.</summary>
internal static class ExpressionValue
{
    internal static object? Of(Expression? expression) => expression switch
    {
        null => null,
        ConstantExpression constant => constant.Value,
        MemberExpression { Member: FieldInfo field } member => field.GetValue(Of(member.Expression)),
        MemberExpression { Member: PropertyInfo property } member => property.GetValue(
            Of(member.Expression), BindingFlags.DoNotWrapExceptions, null, null, null),
        MethodCallExpression call => call.Method.Invoke(
            Of(call.Object), BindingFlags.DoNotWrapExceptions, null, call.Arguments.Select(Of).ToArray(), null),
        NewExpression { Constructor: { } constructor } create => constructor.Invoke(
            BindingFlags.DoNotWrapExceptions, null, create.Arguments.Select(Of).ToArray(), null),
        UnaryExpression { NodeType: ExpressionType.Convert, Method: null } convert
            when convert.Type.IsAssignableFrom(convert.Operand.Type) => Of(convert.Operand),
        UnaryExpression { NodeType: ExpressionType.Quote } quote => quote.Operand,
        _ => Expression.Lambda(expression).Compile(preferInterpretation: true).DynamicInvoke(),
    };
}
