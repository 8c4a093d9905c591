using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Hosting;

namespace Akka.Remote.Hosting;

/// <summary>Where a system listens; null leaves the default.</summary>
public class RemoteOptions
{
    /// <summary>The interface to listen on.</summary>
    public string? HostName { get; set; }

    /// <summary>The port to listen on; 0 for any.</summary>
    public int? Port { get; set; }

    /// <summary>The host that others use.</summary>
    public string? PublicHostName { get; set; }

    /// <summary>The port that others use.</summary>
    public int? PublicPort { get; set; }

    /// <summary>Bytes.</summary>
    public long? SendBufferSize { get; set; }

    /// <summary>Bytes.</summary>
    public long? ReceiveBufferSize { get; set; }

    /// <summary>The largest message, in bytes.</summary>
    public long? MaxFrameSize { get; set; }

    internal string ToHocon()
    {
        var text = new StringBuilder("akka.remote.dot-netty.tcp {\n");
        Add("hostname", HostName);
        Add("port", Port);
        Add("public-hostname", PublicHostName);
        Add("public-port", PublicPort);
        Add("send-buffer-size", SendBufferSize, "b");
        Add("receive-buffer-size", ReceiveBufferSize, "b");
        Add("maximum-frame-size", MaxFrameSize, "b");
        return text.Append('}').ToString();

        void Add(string key, object? value, string unit = "")
        {
            if (value is not null)
                text.Append(CultureInfo.InvariantCulture, $"{key} = {(value is string ? $"\"{value}\"" : value)}{unit}\n");
        }
    }
}

/// <summary>Puts remoting into a hosted actor system.</summary>
public static class AkkaRemoteHostingExtensions
{
    /// <summary>Listens on an address.</summary>
    public static AkkaConfigurationBuilder WithRemoting(
        this AkkaConfigurationBuilder builder, string? hostname = null, int? port = null,
        string? publicHostname = null, int? publicPort = null) => builder.WithRemoting(new RemoteOptions
    {
        HostName = hostname, Port = port, PublicHostName = publicHostname, PublicPort = publicPort,
    });

    /// <summary>Listens as the options say.</summary>
    public static AkkaConfigurationBuilder WithRemoting(
        this AkkaConfigurationBuilder builder, Action<RemoteOptions> configure)
    {
        var options = new RemoteOptions();
        configure(options);
        return builder.WithRemoting(options);
    }

    /// <summary>Listens as the options say.</summary>
    public static AkkaConfigurationBuilder WithRemoting(this AkkaConfigurationBuilder builder, RemoteOptions options) =>
        builder.AddHocon(options.ToHocon(), HoconAddMode.Prepend)
            .WithActorRefProvider(ProviderSelection.Remote.Instance);
}
