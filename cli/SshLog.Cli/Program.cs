using SshLog.Cli;

return await new CommandLine(CliHost.OfThisProcess()).RunAsync(args, CancellationToken.None);
