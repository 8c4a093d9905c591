using System.Reflection;
using System.Runtime.Loader;
using SshLog.PluginHost.Children;
using SshLog.Plugins;

namespace SshLog.PluginHost.DotNet;

/// <summary>A plug-in's assembly with its dependencies, apart from those of this program.</summary>
internal sealed class PluginAssembly : AssemblyLoadContext
{
    // What a plug-in and this program must mean the same types by.
    private static readonly string[] _shared = ["SshLog.Plugins", "SshLog.Core", "Microsoft.Extensions.Logging.Abstractions"];
    private readonly AssemblyDependencyResolver _resolver;

    private PluginAssembly(string file)
        : base(Path.GetFileNameWithoutExtension(file)) => _resolver = new AssemblyDependencyResolver(file);

    /// <summary>The filters and actions of an assembly: its public classes that make them, made without arguments.</summary>
    /// <exception cref="PluginException">It cannot be loaded.</exception>
    public static (IReadOnlyList<IFilterFactory> Filters, IReadOnlyList<IActionFactory> Actions) Load(string file)
    {
        try
        {
            var types = new PluginAssembly(file).LoadFromAssemblyPath(file).GetExportedTypes()
                .Where(t => t is { IsClass: true, IsAbstract: false } && t.GetConstructor(Type.EmptyTypes) is not null).ToList();
            return (Make<IFilterFactory>(types), Make<IActionFactory>(types));
        }
        catch (Exception e) when (e is IOException or BadImageFormatException or TypeLoadException or ReflectionTypeLoadException)
        {
            throw new PluginException($"{file} cannot be loaded: {e.Message}", e);
        }
        catch (TargetInvocationException e)
        {
            throw new PluginException($"a class of {file} cannot be made: {e.InnerException?.Message}", e);
        }
    }

    /// <inheritdoc />
    protected override Assembly? Load(AssemblyName assemblyName) =>
        _shared.Contains(assemblyName.Name) ? null
        : _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path)
        : null;

    /// <inheritdoc />
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;

    private static List<T> Make<T>(IEnumerable<Type> types) =>
        [.. types.Where(typeof(T).IsAssignableFrom).Select(t => (T)Activator.CreateInstance(t)!)];
}
