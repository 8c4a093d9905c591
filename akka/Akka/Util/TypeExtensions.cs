namespace Akka.Util;

internal static class TypeExtensions
{
    /// <summary>The type's full name and its assembly's simple name, as configuration writes them.</summary>
    internal static string TypeQualifiedName(this Type type) => type.Assembly == typeof(object).Assembly
        ? type.FullName!
        : $"{type.FullName}, {type.Assembly.GetName().Name}";

    /// <summary>Finds a type by its configured name, or fails with a sentence that names the setting.</summary>
    internal static Type ResolveConfigured(string typeName, string setting) =>
        Type.GetType(typeName, throwOnError: false)
        ?? throw new Akka.Configuration.ConfigurationException(
            $"The type [{typeName}] named by [{setting}] does not exist.");
}
