using System.Reflection;
using Hocon;

namespace Akka.Configuration;

/// <summary>Makes <see cref="Config"/> instances.</summary>
public class ConfigurationFactory
{
    private const string Reference = "Akka.Configuration.reference.conf";
    private static readonly Lazy<Config> DefaultConfig =
        new(() => FromResource(Reference, typeof(ConfigurationFactory).Assembly));

    /// <summary>A configuration without settings.</summary>
    public static Config Empty => Config.Empty;

    /// <summary>Parses HOCON; included files are looked up from the current directory.</summary>
    /// <exception cref="HoconParserException">The text is not HOCON; says line and column.</exception>
    public static Config ParseString(string hocon) => new(HoconParser.Parse(hocon));

    /// <summary>The reference configuration of the engine.</summary>
    public static Config Default() => DefaultConfig.Value;

    /// <summary>The application's own configuration: <c>akka.conf</c> beside the program, if there is one.</summary>
    public static Config Load()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "akka.conf");
        return File.Exists(file) ? new Config(HoconParser.ParseFile(file)) : Empty;
    }

    /// <summary>Parses a resource of the assembly that holds <typeparamref name="TAssembly"/>.</summary>
    public static Config FromResource<TAssembly>(string resourceName) =>
        FromResource(resourceName, typeof(TAssembly).Assembly);

    /// <summary>Parses a resource of the assembly of an object.</summary>
    public static Config FromResource(string resourceName, object instanceInAssembly)
    {
        ArgumentNullException.ThrowIfNull(instanceInAssembly);
        return FromResource(resourceName, (instanceInAssembly as Type ?? instanceInAssembly.GetType()).Assembly);
    }

    /// <summary>Parses a resource of an assembly.</summary>
    /// <exception cref="ConfigurationException">The assembly has no such resource.</exception>
    public static Config FromResource(string resourceName, Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        using var stream = assembly.GetManifestResourceStream(resourceName)
            ?? throw new ConfigurationException($"{assembly.GetName().Name} has no resource {resourceName}.");
        using var reader = new StreamReader(stream);
        return new Config(HoconParser.Parse(reader.ReadToEnd(), resourceName));
    }

    /// <summary>Reads the public properties of an object, nested objects and lists included.</summary>
    public static Config FromObject(object source) => new(ObjectReader.Read(source));
}
