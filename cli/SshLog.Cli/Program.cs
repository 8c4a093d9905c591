using SshLog.Cli;
using SshLog.PluginHost.DotNet;

return PluginHostProgram.IsAsked(args)
    ? PluginHostProgram.Run(args)
    : await new CommandLine(CliHost.OfThisProcess()).RunAsync(args, CancellationToken.None);
