using Akka.Actor;

namespace Akka.Configuration;

/// <summary>A setting is missing or cannot be read as what was asked for.</summary>
public class ConfigurationException : AkkaException
{
    /// <summary>Creates the exception.</summary>
    public ConfigurationException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public ConfigurationException(string message, Exception? exception)
        : base(message, exception)
    {
    }
}
