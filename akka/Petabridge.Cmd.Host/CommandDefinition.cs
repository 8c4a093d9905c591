namespace Petabridge.Cmd;

/// <summary>An argument of a command.</summary>
public sealed class ArgumentDefinition
{
    internal ArgumentDefinition(ArgumentBuilder built)
    {
        Name = built.Name;
        Description = built.Description;
        IsMandatory = built.Mandatory;
        Switch = built.Switches;
        DefaultValues = built.Defaults;
    }

    /// <summary>Name by which the handler asks for it.</summary>
    public string Name { get; }

    /// <summary>One line for a person.</summary>
    public string Description { get; }

    /// <summary>Whether the command makes no sense without it.</summary>
    public bool IsMandatory { get; }

    /// <summary>What introduces it on a command line, such as <c>-s</c>.</summary>
    public IReadOnlyCollection<string> Switch { get; }

    /// <summary>Values to suggest.</summary>
    public IReadOnlyCollection<string> DefaultValues { get; }
}

/// <summary>Describes an argument step by step.</summary>
public sealed class ArgumentBuilder
{
    internal string Name { get; private set; } = string.Empty;

    internal string Description { get; private set; } = string.Empty;

    internal bool Mandatory { get; private set; }

    internal List<string> Switches { get; } = [];

    internal List<string> Defaults { get; } = [];

    /// <summary>Names it.</summary>
    public ArgumentBuilder WithName(string name)
    {
        Name = name;
        return this;
    }

    /// <summary>Describes it.</summary>
    public ArgumentBuilder WithDescription(string description)
    {
        Description = description;
        return this;
    }

    /// <summary>Says whether it must be given.</summary>
    public ArgumentBuilder IsMandatory(bool mandatory)
    {
        Mandatory = mandatory;
        return this;
    }

    /// <summary>Adds a switch, such as <c>-s</c>.</summary>
    public ArgumentBuilder WithSwitch(string @switch)
    {
        Switches.Add(@switch);
        return this;
    }

    /// <summary>Adds a value to suggest.</summary>
    public ArgumentBuilder WithDefaultValue(string value) => WithDefaultValues(value);

    /// <summary>Adds values to suggest.</summary>
    public ArgumentBuilder WithDefaultValues(params string[] values)
    {
        Defaults.AddRange(values);
        return this;
    }
}

/// <summary>A command of a palette.</summary>
public sealed class CommandDefinition
{
    internal CommandDefinition(string name, string description, IEnumerable<ArgumentDefinition> arguments)
    {
        Name = name;
        Description = description;
        ArgumentsByName = arguments.ToDictionary(a => a.Name, StringComparer.Ordinal);
    }

    /// <summary>The word that is typed.</summary>
    public string Name { get; }

    /// <summary>One line for a person.</summary>
    public string Description { get; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyDictionary<string, ArgumentDefinition> ArgumentsByName { get; }
}

/// <summary>Describes a command step by step.</summary>
public sealed class CommandDefinitionBuilder
{
    private readonly List<ArgumentDefinition> _arguments = [];
    private string _name = string.Empty;
    private string _description = string.Empty;

    /// <summary>Names it.</summary>
    public CommandDefinitionBuilder WithName(string name)
    {
        _name = name;
        return this;
    }

    /// <summary>Describes it.</summary>
    public CommandDefinitionBuilder WithDescription(string description)
    {
        _description = description;
        return this;
    }

    /// <summary>Adds an argument.</summary>
    public CommandDefinitionBuilder WithArgument(Func<ArgumentBuilder, ArgumentBuilder> argument)
    {
        _arguments.Add(new ArgumentDefinition(argument(new ArgumentBuilder())));
        return this;
    }

    /// <summary>The command.</summary>
    /// <exception cref="InvalidOperationException">It has no name.</exception>
    public CommandDefinition Build() => _name.Length > 0
        ? new CommandDefinition(_name, _description, _arguments)
        : throw new InvalidOperationException("A command needs a name.");
}

/// <summary>Commands under one name, which is the first word on a command line.</summary>
public sealed class CommandPalette
{
    /// <summary>Makes one.</summary>
    /// <exception cref="ArgumentException">Two commands have one name.</exception>
    public CommandPalette(string moduleName, IEnumerable<CommandDefinition> commands)
    {
        ModuleName = moduleName;
        CommandsByName = commands.ToDictionary(c => c.Name, StringComparer.Ordinal);
    }

    /// <summary>The palette's name.</summary>
    public string ModuleName { get; }

    /// <summary>Its commands.</summary>
    public IReadOnlyDictionary<string, CommandDefinition> CommandsByName { get; }
}
